import type { Fault } from './layers.ts';

/** What only the environment or a file may hold. Never logged, never printed. */
export interface Secrets {
  /** Bearer token of the HTTP API; made and kept by the app when not given. */
  readonly apiToken?: string;
  readonly elevenLabsApiKey?: string;
  readonly llmApiKey?: string;
  readonly drachtioSecret?: string;
  /** What the speech services want to see; made at each start for those that the app starts, when not given. */
  readonly servicesKey?: string;
  /** Shared with the TURN server: credentials for browsers are made with it. */
  readonly turnSecret?: string;
  /** Of `sip.accounts`, by the name of the account. */
  readonly accountPasswords?: ReadonlyMap<string, string>;
}

/** Those that have a variable of their own. */
type NamedSecret = Exclude<keyof Secrets, 'accountPasswords'>;

export interface SecretNames {
  readonly llmApiKey: string;
  readonly drachtioSecret: string;
  readonly turnSecret: string;
}

type Variables = Readonly<Record<string, string | undefined>>;
export type ReadText = (path: string) => { readonly text: string; readonly mode: number } | { readonly error: string };

const SECRET_WORD = /(api_?key|secret|token|password|passphrase|credentials?)$/i;

/** Whether a key would hold a secret, going by its last word. Such keys are refused wherever they are not expected. */
export function isSecretKey(path: readonly string[]): boolean {
  return SECRET_WORD.test(path.at(-1) ?? '');
}

/** Where within a list or section a secret stands, such as `entry 1 password`; undefined: nowhere. */
export function secretInside(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = Array.isArray(value) ? `entry ${Number(key) + 1}` : key;
    if (!Array.isArray(value) && isSecretKey([key])) return here;
    const below = secretInside(inner);
    if (below !== undefined) return `${here} ${below}`;
  }
  return undefined;
}

/** What to say to somebody who wrote a secret where it can be read. */
export const secretAdvice =
  'secrets come from the environment or from a file only, never from YAML or the command line: ' +
  'ELEVENLABS_API_KEY, LLM_API_KEY, PARLEY_API_TOKEN, PARLEY_SERVICES_KEY, DRACHTIO_SECRET, PARLEY_TURN_SECRET, or the same with _FILE for a file that holds it; for sip.accounts what passwordEnv or passwordFile names';

/** Reads `NAME`, or the file that `NAME_FILE` names, of each secret. `sources` says which, for the report. */
export function readSecrets(
  variables: Variables,
  names: SecretNames,
  readText: ReadText,
): { readonly secrets: Secrets; readonly sources: ReadonlyMap<NamedSecret, string>; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const sources = new Map<NamedSecret, string>();
  const secrets: { -readonly [Key in keyof Secrets]: Secrets[Key] } = {};
  const wanted: readonly (readonly [NamedSecret, string])[] = [
    ['apiToken', 'PARLEY_API_TOKEN'],
    ['elevenLabsApiKey', 'ELEVENLABS_API_KEY'],
    ['llmApiKey', names.llmApiKey],
    ['drachtioSecret', names.drachtioSecret],
    ['turnSecret', names.turnSecret],
    ['servicesKey', 'PARLEY_SERVICES_KEY'],
  ];
  for (const [key, name] of wanted) {
    const given = variables[name]?.trim();
    const file = variables[`${name}_FILE`]?.trim();
    if (given) {
      secrets[key] = given;
      sources.set(key, name);
    } else if (file) {
      const read = readText(file);
      const text = 'text' in read ? read.text.trim() : '';
      if (text === '')
        faults.push({
          source: `${name}_FILE`,
          value: file,
          message: 'text' in read ? 'the file is empty; it must hold the secret' : `cannot be read: ${read.error}`,
        });
      else if (key === 'servicesKey' && 'mode' in read && (read.mode & OTHERS_MAY) !== 0) {
        faults.push({
          source: `${name}_FILE`,
          value: file,
          message: `others may read or write the file (mode ${(read.mode & 0o777).toString(8).padStart(4, '0')}): chmod 600 it`,
        });
      } else {
        secrets[key] = text;
        sources.set(key, `${name}_FILE`);
      }
    }
  }
  const token = secrets.apiToken;
  if (token !== undefined && !/^[\x21-\x7e]{16,200}$/.test(token)) {
    faults.push({
      source: sources.get('apiToken') ?? 'PARLEY_API_TOKEN',
      message: 'the token must have 16 to 200 printable characters without spaces',
    });
  }
  if (secrets.servicesKey !== undefined && !/^[\x21-\x7e]{16,200}$/.test(secrets.servicesKey)) {
    faults.push({
      source: sources.get('servicesKey') ?? 'PARLEY_SERVICES_KEY',
      message: 'the key must have 16 to 200 printable characters without spaces; `openssl rand -hex 32` makes one',
    });
  }
  return { secrets, sources, faults };
}

/** Mode bits that no file with a key may have: a group may read it, everybody else may do nothing, and only the owner writes. */
const OTHERS_MAY = 0o027;
