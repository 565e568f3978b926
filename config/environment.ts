import { uriHost } from '#kit/ip/ip-address';
import { findNode, type SchemaNode } from './schema-tree.ts';
import { fromText, type Assignment, type Fault } from './layers.ts';

type Variables = Readonly<Record<string, string | undefined>>;

interface SeedVariable {
  readonly name: string;
  /** What the variable sets; the keys' own schemas check the values. Text: what is wrong with it, in its own unit. */
  readonly sets: (text: string) => readonly (readonly [key: string, value: string])[] | string;
  /** What a report calls it, where the value is another one than was written. */
  readonly shown?: (text: string) => string;
}

const sets = (key: string) => (text: string) => [[key, text] as const];

/** Short names for keys, those of the project that Parley grew out of among them. A later one wins, so REMOTE_IP comes first. docs/environment.md lists them. */
export const seedVariables: readonly SeedVariable[] = [
  {
    name: 'REMOTE_IP',
    sets: (name) => {
      const host = uriHost(name);
      return [
        ['services.mode', 'external'],
        ['clients.stt.url', `ws://${host}:7003/ws/stt`],
        ['clients.tts.url', `http://${host}:7002/tts/stream`],
        ['clients.llm.baseUrl', `http://${host}:8000`],
        ['clients.embedding.baseUrl', `http://${host}:8000`],
      ];
    },
  },
  { name: 'PORT', sets: sets('http.port') },
  { name: 'STT_WS_URL', sets: (url) => [['clients.stt.url', withPath(url, '/ws/stt')]] },
  { name: 'TTS_STREAM_URL', sets: (url) => [['clients.tts.url', withPath(url, '/tts/stream')]] },
  {
    name: 'VLLM_BASE_URL',
    sets: (url) => [
      ['clients.llm.baseUrl', url],
      ['clients.llm.dialect', 'vllm'],
    ],
  },
  { name: 'VLLM_MODEL_ID', sets: sets('clients.llm.model') },
  { name: 'LLM_MAX_NEW_TOKENS', sets: sets('clients.llm.maxNewTokens') },
  { name: 'LLM_TEMPERATURE', sets: sets('clients.llm.temperature') },
  { name: 'LLM_SYSTEM_PROMPT', sets: sets('clients.llm.systemPrompt') },
  { name: 'RMS_SPEECH_THRESHOLD', sets: rmsThreshold, shown: (text) => `RMS_SPEECH_THRESHOLD = ${text} of 32768` },
  { name: 'STT_MODEL', sets: sets('services.stt.model') },
  { name: 'STT_COMPUTE_TYPE', sets: sets('services.stt.computeType') },
  { name: 'STT_NUM_WORKERS', sets: sets('services.stt.workers') },
  { name: 'STT_DEVICE', sets: sets('services.stt.device') },
  { name: 'TURN_DETECTION', sets: sets('services.stt.turnDetection') },
  {
    name: 'TTS_PROVIDER',
    // The seed named its local voice here.
    sets: (text) =>
      ['kokoro', 'hibari', 'auto'].includes(text.toLowerCase())
        ? [
            ['services.tts.provider', 'local'],
            ['services.tts.engine', text.toLowerCase()],
          ]
        : [['services.tts.provider', text]],
  },
  { name: 'TTS_ENGINE', sets: sets('services.tts.engine') },
  { name: 'TTS_DEVICE', sets: sets('services.tts.device') },
  // The services' own words for the level are Python's.
  { name: 'LOG_LEVEL', sets: (text) => [['log.level', text.toLowerCase() === 'warning' ? 'warn' : text.toLowerCase()]] },
];

const PREFIX = 'PARLEY__';

/** The seed's variables, then `PARLEY__section__key=value`. Empty ones count as not given: compose files pass those on. */
export function readEnvironment(
  variables: Variables,
  tree: SchemaNode,
): { readonly assignments: readonly Assignment[]; readonly faults: readonly Fault[] } {
  const assignments: Assignment[] = [];
  const faults: Fault[] = [];
  for (const { name, sets: expand, shown } of seedVariables) {
    const text = variables[name]?.trim();
    if (text === undefined || text === '') continue;
    const expanded = expand(text);
    if (typeof expanded === 'string') faults.push({ source: name, value: text, message: expanded });
    else for (const [key, value] of expanded) assignments.push({ path: key.split('.'), source: shown?.(text) ?? name, ...fromText(value) });
  }
  for (const [name, text] of Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.toUpperCase().startsWith(PREFIX) || text === undefined || text === '') continue;
    const path = name.slice(PREFIX.length).split('__');
    assignments.push({ path: inSchemaCase(path, tree), source: name, ...fromText(text) });
  }
  return { assignments, faults };
}

/** Variables are often written in capitals; keys are not. */
function inSchemaCase(path: readonly string[], tree: SchemaNode): readonly string[] {
  const result: string[] = [];
  for (const part of path) {
    const { node, depth } = findNode(tree, result);
    const children = depth === result.length && node.kind === 'group' ? [...node.children.keys()] : [];
    result.push(children.find((key) => key === part) ?? children.find((key) => key.toLowerCase() === part.toLowerCase()) ?? part);
  }
  return result;
}

/** The seed's clients added the path themselves, so its addresses come without. */
function withPath(text: string, path: string): string {
  try {
    const url = new URL(text);
    return url.pathname === '/' || url.pathname === ''
      ? `${url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin}${path}`
      : text;
  } catch {
    return text;
  }
}

/** The seed compared the root mean square of 16-bit samples; we compare dBov, where 32768 is 0. */
function rmsThreshold(text: string): readonly (readonly [key: string, value: string])[] | string {
  const rms = Number(text);
  const right = `must be a number from ${QUIETEST_RMS} to ${LOUDEST_RMS}, the root mean square of 16-bit samples below which sound counts as silence (media.vad.gateFloorDbov: -90 to -20 dBov)`;
  if (!Number.isFinite(rms) || rms < QUIETEST_RMS || rms > LOUDEST_RMS) return right;
  return [['media.vad.gateFloorDbov', String(Math.round(200 * Math.log10(rms / FULL_SCALE)) / 10)]];
}

const FULL_SCALE = 32_768;
/** -90 and -20 dBov, the range of `media.vad.gateFloorDbov`, to what rounds to a tenth of a dB. */
const QUIETEST_RMS = 1.04;
const LOUDEST_RMS = 3276;
