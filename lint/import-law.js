// Who may import whom: the table of docs/style.md, as a lint rule. Paths are relative to the repository's root.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** What each folder may import of the other folders. `index` is the folder's public file, `options` its schema. */
const ALLOWED = {
  domain: {},
  kit: { domain: 'any' },
  sdp: { domain: 'any', kit: 'any' },
  media: { domain: 'any', kit: 'any' },
  pipeline: { domain: 'any', kit: 'any' },
  'sip-gateway': { domain: 'any', kit: 'any', sdp: 'index', media: 'index' },
  'webrtc-client': { domain: 'any', kit: 'any', sdp: 'index', media: 'index' },
  config: { domain: 'any', kit: 'any', media: 'options', 'sip-gateway': 'options', 'webrtc-client': 'options', pipeline: 'options' },
  app: { domain: 'any', kit: 'any', media: 'index', 'sip-gateway': 'index', 'webrtc-client': 'index', pipeline: 'index', config: 'any' },
};
/** The far end of a call: knows nothing of the product but the words of `domain`, so that a fault of the one is not hidden by the other. */
const CALLERS = { domain: 'any', kit: 'any' };
const EVERYTHING = {
  domain: 'any',
  kit: 'any',
  sdp: 'index',
  media: 'index',
  'sip-gateway': 'index',
  'webrtc-client': 'index',
  pipeline: 'index',
  config: 'any',
  app: 'any',
  callers: 'any',
  test: 'any',
  bench: 'any',
};
const FOLDERS = [...Object.keys(ALLOWED), 'gpu-services', 'sipp-scenarios', 'callers', 'test', 'bench', 'lint'];

/** Schemas of options: as public as the folder's index, and all that `config` may see. */
const OPTIONS_FILE = /^([a-z]+-)?options$/;

/** Folders of the embedded SIP server, each of which may import from those before it only. What is in none of them stands above them. */
const EMBEDDED_LAYERS = ['message', 'core', 'control', 'transport', 'transaction', 'dialog', 'server'];

/** The words of one language, and the table by which they are found. */
const LANGUAGE_FOLDER = /^pipeline\/language\/[a-z]+\//;
const LANGUAGE_TABLE = 'pipeline/language/languages.ts';

/** Folders of folders: what lies in them may reach the rest of the part that they belong to. */
const DEEP = ['callers/peer', 'pipeline/dialogue', 'pipeline/language', 'pipeline/io/actions'];

/** Packages without I/O, timers or state: all that a pure core may import. */
const PURE_PACKAGES = ['zod', 'alawmulaw', 'eventsource-parser', 'yaml', 'chrono-node', 'libphonenumber-js'];

/** What a pure core may import of Node, by name: it computes on what it is given, and opens nothing. */
const PURE_BUILT_INS = { 'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'] };

/**
 * What is wrong with `file` importing `specifier`, or undefined. `typeOnly` is true for `import type`; `names` are what is imported of it,
 * undefined where that is everything.
 * @param {string} file
 * @param {string} specifier
 * @param {{ typeOnly?: boolean, names?: readonly string[] }} [how]
 * @returns {string | undefined}
 */
export function importFault(file, specifier, { typeOnly = false, names } = {}) {
  const from = folderOf(file);
  if (from === undefined) return undefined;
  if (specifier.startsWith('.')) return relativeFault(file, from, specifier, typeOnly);
  if (specifier.startsWith('#')) return folderFault(file, from, specifier, typeOnly);
  return packageFault(file, from, specifier, { typeOnly, names });
}

function relativeFault(file, from, specifier, typeOnly) {
  const target = posix.join(posix.dirname(file), specifier);
  const to = folderOf(target);
  if (to !== from) return `'${specifier}' leaves ${from}/: reach other folders through '#${to ?? '...'}'`;
  if (specifier.startsWith('../../') && !DEEP.some((folder) => isWithin(file, folder)))
    return `'${specifier}' climbs two folders: move the code or split the folder`;
  if (LANGUAGE_FOLDER.test(target) && !LANGUAGE_FOLDER.test(file) && file !== LANGUAGE_TABLE && !isTest(file)) {
    return `'${specifier}' is the words of one language: take a Language as an argument; only ${LANGUAGE_TABLE} names them`;
  }
  if (isWithin(file, 'sip-gateway/embedded') && !isWithin(target, 'sip-gateway/embedded') && !isTest(file)) {
    return `sip-gateway/embedded imports nothing of its parent ('${specifier}')`;
  }
  if (layerOf(target) > layerOf(file) && !isTest(file)) {
    return `'${specifier}' is a layer above this one: ${EMBEDDED_LAYERS.join(' < ')}`;
  }
  if (isWithin(file, 'webrtc-client/web') && !isWithin(target, 'webrtc-client/web') && target !== 'webrtc-client/signalling.ts') {
    return webFault(specifier);
  }
  if (!isWithin(file, 'webrtc-client/web') && isWithin(target, 'webrtc-client/web') && !isTest(file)) {
    return `'${specifier}' is browser code: servers do not import it`;
  }
  if (mustBePure(file) && target.includes('/io/') && !typeOnly && !isIndex(file)) {
    return `'${specifier}' is a shell: a pure core may not import from io/`;
  }
  return undefined;
}

function folderFault(file, from, specifier, typeOnly) {
  const [to, ...rest] = specifier.slice(1).split('/');
  if (to === from)
    return ['app', 'domain', 'test', 'bench'].includes(from) ? undefined : `'${specifier}' is this folder itself: import the file by './'`;
  if (isWithin(file, 'webrtc-client/web')) {
    // Folders of kit/ need Node.
    return (to === 'domain' && typeOnly) || (to === 'kit' && rest.length === 1) ? undefined : webFault(specifier);
  }
  if (to === 'kit' && rest[0] === 'io' && mustBePure(file) && !typeOnly)
    return `'${specifier}' is a shell: a pure core may not import from io/`;
  if (isWithin(file, 'sip-gateway/embedded') && to !== 'domain' && to !== 'kit')
    return `sip-gateway/embedded stands alone: it may not import '${specifier}'`;
  if (isPersonaAction(file))
    return to === 'pipeline' && rest.length === 0 && typeOnly
      ? undefined
      : `actions beside a persona import only types of '#pipeline' ('${specifier}')`;
  if (to === 'callers' && isTestCode(file)) return undefined;
  const allowed = (from === 'callers' ? CALLERS : (ALLOWED[from] ?? EVERYTHING))[to];
  if (allowed === undefined) return `${from}/ may not import '${specifier}'`;
  if (allowed === 'options' && !OPTIONS_FILE.test(rest.join('/'))) return `${from}/ may import only '#${to}/options', not '${specifier}'`;
  if (from === 'sip-gateway' || from === 'webrtc-client') {
    return allowed === 'index' && rest.length > 0 ? `${from}/ may import only '#${to}', not '${specifier}'` : undefined;
  }
  const isPublic =
    rest.length === 0 || OPTIONS_FILE.test(rest.join('/')) || ['#sip-gateway/embedded', '#pipeline/language'].includes(specifier);
  return allowed === 'index' && !isPublic ? `${from}/ may import only '#${to}', not '${specifier}'` : undefined;
}

function webFault(specifier) {
  return `webrtc-client/web imports only webrtc-client/signalling.ts, files of kit/ that need no Node, and domain types ('${specifier}')`;
}

function packageFault(file, from, specifier, { typeOnly, names }) {
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
  if (FOLDERS.includes(name) && name !== 'sipp-scenarios') return `'${specifier}' must be written '#${specifier}'`;
  if (isTest(file) || !mustBePure(file)) return undefined;
  if (from !== 'domain' && names?.every((imported) => PURE_BUILT_INS[specifier]?.includes(imported))) return undefined;
  if (name.startsWith('node:') || builtinModules.includes(name)) {
    return `'${specifier}' does not belong in a pure core: move it into an io/ folder or app/`;
  }
  if (from === 'domain') return `domain/ imports nothing at all ('${specifier}')`;
  return typeOnly || PURE_PACKAGES.includes(name)
    ? undefined
    : `the package '${name}' does not belong in a pure core: move it into an io/ folder or app/`;
}

/**
 * Whether `file` is held to the purity rule: no clock, timer, randomness, process or node: module.
 * @param {string} file
 */
export function mustBePure(file) {
  const from = folderOf(file);
  if (from === undefined || !(from in ALLOWED) || from === 'app') return false;
  return (
    !file.includes('/io/') &&
    !isTest(file) &&
    !isPersonaAction(file) &&
    !isWithin(file, 'webrtc-client/web') &&
    !isWithin(file, 'webrtc-client/examples')
  );
}

/**
 * Whether `file` is a test or a helper of tests (folders named `testing`).
 * @param {string} file
 */
export function isTest(file) {
  return file.endsWith('.test.ts') || file.endsWith('.test.js') || file.includes('/testing/');
}

/**
 * Whether `file` runs in tests alone: a test, or what its tests share (`test-phone.ts`, `fake-media.ts`).
 * @param {string} file
 */
export function isTestCode(file) {
  return isTest(file) || file.startsWith('test/') || /[/-](?:test|fake)-[\w-]+\.ts$/.test(file);
}

/** What a persona does for its callers is written by whoever runs the bot, and reaches the outside. */
function isPersonaAction(file) {
  return isWithin(file, 'config/personas/actions');
}

/** Place among the layers of the embedded SIP server; above all of them elsewhere in it. */
function layerOf(file) {
  const [, , folder] = isWithin(file, 'sip-gateway/embedded') ? file.split('/') : [];
  const layer = EMBEDDED_LAYERS.indexOf(folder ?? '');
  return layer < 0 ? EMBEDDED_LAYERS.length : layer;
}

function isIndex(file) {
  return posix.basename(file) === 'index.ts' || /^config\/load[a-z-]*\.ts$/.test(file);
}

function folderOf(path) {
  const first = path.split('/')[0];
  return path.includes('/') && FOLDERS.includes(first) ? first : undefined;
}

function isWithin(path, folder) {
  return path.startsWith(`${folder}/`);
}
