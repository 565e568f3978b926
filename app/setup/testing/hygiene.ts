import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { whyLockIsStale } from '../packages.mjs';
import { runCommand } from '../run-command.ts';
import { citationFaults, type Text } from './citations.ts';
import type { SuiteResult } from './suite.ts';

interface Rule {
  readonly title: string;
  readonly pattern: RegExp;
  /** Files that may hold it. */
  readonly except?: RegExp;
}

/** Written in pieces, so that this file does not find itself. */
const HOSTS = ['registry.npm' + 'js', 'npm' + 'js.org', 'py' + 'pi.org', 'python' + 'hosted.org', 'npm' + 'mirror.com'].map((host) =>
  host.replaceAll('.', '\\.'),
);
const CODE = /\.(ts|js|mjs|py)$/;
const CITES = /\.(md|ts|js|mjs|py|ya?ml)$/;
/** Tests and tools that write files of their own, and what comes from elsewhere. */
const MAKES_UP_PATHS = /^(lint\/.*\.test\.ts|app\/setup\/testing\/.*|test\/vectors\/.*|test\/images\/support\/.*)$/;
const MAX_LINES = 400;
const MAX_TEXT_BYTES = 2_000_000;
const SKIPPED_FOLDERS = new Set(['node_modules', '.venv', '.git', '.parley', 'data', 'dist', 'coverage', '__pycache__']);

const RULES: readonly Rule[] = [
  {
    title: 'a path of one machine',
    pattern: /(?<![\w.~$}])\/(?:root|work|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\/[\w.]/,
    except: /^(compose\.yml|.*Dockerfile.*|test\/vectors\/.*)$/,
  },
  { title: "a package registry's host", pattern: new RegExp(HOSTS.join('|'), 'i') },
  { title: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  {
    title: 'an access key',
    pattern: /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9_-]{32,}|xox[abpr]-[A-Za-z0-9-]{20,}|sk_[a-f0-9]{40,})\b/,
  },
  {
    title: 'a password in an address',
    pattern: /\w+:\/\/[\w.-]+:(?!\*|password@|secret@|pw@|sesame@|x@)[^@\s/$%{<]{3,}@[\w.-]+/,
    except: /\.test\.ts$|^test\/|^sip-gateway\//,
  },
  {
    title: 'a marker of unfinished work',
    pattern: /\b(?:TODO|FIXME|XXX)\b/,
    except: /^(CONTRIBUTING\.md|docs\/.*|test\/vectors\/.*|sipp-scenarios\/.*)$/,
  },
];

/** What no reader of one file notices: secrets, machine paths, registry hosts, overlong files, citations of files that are gone, the lock file. One check a rule. */
export async function checkHygiene(root: string, signal: AbortSignal): Promise<readonly SuiteResult[]> {
  const files = await trackedFiles(root, signal);
  const found = RULES.map((): string[] => []);
  const long: string[] = [];
  const citing: Text[] = [];
  for (const path of files) {
    const text = await readText(join(root, path));
    if (text === undefined) continue;
    const lines = text.split('\n');
    if (CITES.test(path) && !MAKES_UP_PATHS.test(path)) citing.push({ path, lines });
    if (CODE.test(path) && lines.length - 1 > MAX_LINES) long.push(`${path}: ${lines.length - 1} lines; ${MAX_LINES} are the most`);
    for (const [index, rule] of RULES.entries()) {
      if (rule.except?.test(path) === true || path === 'app/setup/testing/hygiene.ts') continue;
      const at = lines.findIndex((line) => rule.pattern.test(line));
      if (at >= 0) found[index]?.push(`${path}:${at + 1}: ${rule.title}`);
    }
  }
  return [...found.map(asResult), asResult(long), asResult(citationFaults(citing, files)), asResult(await lockFaults(root))];
}

/** `resolved` would name the registry that one machine uses; npm ci works without it. */
async function lockFaults(root: string): Promise<readonly string[]> {
  const stale = whyLockIsStale(root) as string | undefined;
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }>;
  };
  const entries = Object.entries(lock.packages);
  return [
    ...(stale === undefined ? [] : [`package-lock.json: ${stale}`]),
    ...entries
      .filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)
      .map(([path]) => `package-lock.json: ${path} names where it came from`),
    ...entries
      .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true && entry.integrity === undefined)
      .map(([path]) => `package-lock.json: ${path} has no integrity`),
  ];
}

function asResult(faults: readonly string[]): SuiteResult {
  return faults.length === 0 ? { passed: 1, failed: 0, skipped: 0, details: [] } : { passed: 0, failed: 1, skipped: 0, details: faults };
}

/** What git knows or would take; without git, all that is not obviously made by us. */
async function trackedFiles(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const { code, stdout } = await runCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard'], signal, { cwd: root });
  if (code === 0) return stdout.split('\n').filter((path) => path !== '');
  return walk(root, '');
}

async function walk(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = entries.map(async (entry): Promise<readonly string[]> => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : await walk(root, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

/** The text of a file; undefined for binary, huge and missing ones. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_TEXT_BYTES) return undefined;
    const bytes = await readFile(path);
    return bytes.includes(0) ? undefined : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}
