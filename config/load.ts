import { crossFaults, type CrossFault } from './cross-faults.ts';
import { readAccountPasswords } from './account-passwords.ts';
import { readArguments, usage, type Flags } from './arguments.ts';
import { readEnvironment } from './environment.ts';
import { readTextFrom } from './io/read-text.ts';
import { readYaml, type Assignment, type Fault } from './layers.ts';
import { merge } from './merge.ts';
import { effectiveReport, faultReport } from './report.ts';
import { configSchema, pathKeys, type Config } from './schema.ts';
import { schemaTree } from './schema-tree.ts';
import { readSecrets, type Secrets } from './secrets.ts';

export { documentDefaults } from './document.ts';
export { nearestKey } from './schema-tree.ts';
export type { Config } from './schema.ts';
export type { Fault } from './layers.ts';
export type { Secrets } from './secrets.ts';
export { usage };

export interface LoadInput {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The checkout, absolute: paths in the configuration are taken from here. */
  readonly root: string;
  /** Where the command was called, absolute: `--config` and `..._FILE` are taken from here. */
  readonly cwd: string;
}

export type Loaded =
  | {
      readonly kind: 'loaded';
      readonly config: Config;
      readonly secrets: Secrets;
      readonly flags: Flags;
      /** The effective configuration for people, secrets masked. */
      readonly effective: string;
      /** What is probably not meant: one line each, with file and line. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[]; readonly report: string; readonly flags: Flags };

/** default.yaml, then each `--config` file, then the environment, then `--set`; all faults together. Never throws. */
export function loadConfig({ argv, env, root, cwd }: LoadInput): Loaded {
  const tree = schemaTree(configSchema);
  const fromArguments = readArguments(argv);
  const faults: Fault[] = [...fromArguments.faults];
  const assignments: Assignment[] = [];
  const warnings: string[] = [];
  const readFile = (path: string, shown: string, base: string): void => {
    const read = readTextFrom(base)(path);
    if ('error' in read) {
      faults.push({ source: shown, message: `cannot be read: ${read.error}` });
      return;
    }
    const layer = readYaml(read.text, shown);
    assignments.push(...layer.assignments);
    faults.push(...layer.faults);
    warnings.push(...layer.warnings);
  };
  readFile(DEFAULTS, DEFAULTS, root);
  assignments.push(...fromArguments.implied);
  for (const file of fromArguments.files) readFile(file, file, cwd);
  const environment = readEnvironment(env, tree);
  assignments.push(...environment.assignments, ...fromArguments.assignments);
  faults.push(...environment.faults);

  const merged = merge(assignments, tree);
  faults.push(...merged.faults);
  const defaults = configSchema.parse({});
  const names = merged.config ?? defaults;
  const read = readSecrets(
    env,
    { llmApiKey: names.clients.llm.apiKeyEnv, drachtioSecret: names.sip.drachtio.secretEnv, turnSecret: names.webrtc.turn.secretEnv },
    readTextFrom(cwd),
  );
  const accounts = readAccountPasswords(merged.config?.sip.accounts ?? [], env, readTextFrom(root));
  faults.push(...accounts.faults.map((fault) => ({ ...fault, source: merged.sources.get(fault.source) ?? fault.source })));
  faults.push(...read.faults, ...remoteWithoutKey(env['REMOTE_IP']?.trim(), read.secrets));
  if (merged.config !== undefined) faults.push(...crossFaults(merged.config, read.secrets).map((fault) => blamed(fault, merged.sources)));

  if (merged.config === undefined || faults.length > 0) {
    return { kind: 'faults', faults, report: faultReport(faults), flags: fromArguments.flags };
  }
  const effective = effectiveReport(merged.config, defaults, merged.sources, tree, read.sources);
  return {
    kind: 'loaded',
    config: withAbsolutePaths(merged.config, root),
    secrets: { ...read.secrets, ...(accounts.passwords.size === 0 ? {} : { accountPasswords: accounts.passwords }) },
    flags: fromArguments.flags,
    effective,
    warnings,
  };
}

/** On another machine the services answer nobody without the key; better told here than by every call. */
function remoteWithoutKey(host: string | undefined, { servicesKey }: Secrets): readonly Fault[] {
  if (host === undefined || host === '' || host === 'localhost' || /^(127\.|\[?::1\]?$)/.test(host) || servicesKey !== undefined) return [];
  return [
    {
      source: 'REMOTE_IP',
      value: host,
      message:
        'needs PARLEY_SERVICES_KEY (or PARLEY_SERVICES_KEY_FILE), the key that the services on that machine were started with; `openssl rand -hex 32` makes one for both machines',
    },
  ];
}

/** Of two keys that do not go together the one that somebody has set, rather than a default. */
function blamed({ key, value, other, message }: CrossFault, sources: ReadonlyMap<string, string>): Fault {
  const isDefault = (name: string): boolean => (sources.get(name) ?? DEFAULTS).startsWith(DEFAULTS);
  const [at, found] = other !== undefined && isDefault(key) && !isDefault(other.key) ? [other.key, other.value] : [key, value];
  return { source: sources.get(at) ?? 'configuration', key: at, ...(found === undefined ? {} : { value: found }), message };
}

function withAbsolutePaths(config: Config, root: string): Config {
  const copy = structuredClone(config);
  for (const key of pathKeys) {
    const path = key.split('.');
    const name = path.at(-1) ?? '';
    const group = path.slice(0, -1).reduce((at, part) => at[part] as Record<string, unknown>, copy as unknown as Record<string, unknown>);
    const value = group[name];
    if (typeof value === 'string' && value !== ':memory:' && !isAbsolute(value)) group[name] = `${root}/${value}`;
  }
  return copy;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

const DEFAULTS = 'config/default.yaml';
