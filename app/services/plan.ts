import { unreachable } from '#domain/assert';
import { isLoopback } from '#kit/ip/ip-address';
import type { Config, Secrets } from '#config';
import { serviceKeys, type ServiceKeys } from './keys.ts';

export type ServiceName = 'stt' | 'tts' | 'llm' | 'embedding';

/** One speech service: where it is, and how it is started when it is ours to start. */
export interface PlannedService {
  readonly name: ServiceName;
  readonly healthUrl: string;
  /** What it wants to see of whoever asks; undefined: nothing that we know. Never logged. */
  readonly key: string | undefined;
  /** Undefined: somebody else runs it, and we only look whether it is well. */
  readonly start:
    | { readonly module: string; readonly host: string; readonly port: number; readonly env: Readonly<Record<string, string>> }
    | undefined;
}

/**
 * Which services there are. In managed mode one whose address is on this machine is started at that address; the llm
 * service answers chat and embeddings, so it follows the embeddings where those are elsewhere than the LLM.
 */
export function planServices(config: Config, secrets: Secrets, keys: ServiceKeys = serviceKeys(secrets)): readonly PlannedService[] {
  const { clients, services, log } = config;
  const managed = services.mode === 'managed';
  const speechHosts = new Set([clients.stt.url, clients.tts.url].map((url) => new URL(url).hostname));
  const planned = (
    name: ServiceName,
    origin: string,
    mayStart: boolean,
    module: string,
    env: Readonly<Record<string, string>>,
  ): PlannedService =>
    plan(name, origin, mayStart, module, env, (isOurs) => keyOf(name, isOurs, speechHosts.has(new URL(origin).hostname), secrets, keys));
  const common = { LOG_LEVEL: pythonLevel(log.level) };
  const stt = {
    ...common,
    STT_DEVICE: services.stt.device,
    TURN_DETECTION: services.stt.turnDetection,
    ...(services.stt.toneModel === undefined ? {} : { STT_TONE_MODEL: services.stt.toneModel }),
    ...(services.stt.model === undefined ? {} : { STT_MODEL: services.stt.model }),
    ...(services.stt.computeType === undefined ? {} : { STT_COMPUTE_TYPE: services.stt.computeType }),
    ...(services.stt.workers === undefined ? {} : { STT_NUM_WORKERS: String(services.stt.workers) }),
  };
  const tts = {
    ...common,
    TTS_PROVIDER: services.tts.provider,
    TTS_ENGINE: services.tts.engine,
    TTS_DEVICE: services.tts.device,
    ...(secrets.elevenLabsApiKey === undefined ? {} : { ELEVENLABS_API_KEY: secrets.elevenLabsApiKey }),
  };
  const llmOrigin = originOf(clients.llm.baseUrl);
  const embeddingOrigin = originOf(clients.embedding.baseUrl);
  const ownEmbeddings = managed && isThisMachine(embeddingOrigin);
  const speech = [
    planned('stt', originOf(clients.stt.url), managed, 'stt.server', stt),
    planned('tts', originOf(clients.tts.url), managed, 'tts.server', tts),
  ];
  if (llmOrigin === embeddingOrigin) return [...speech, planned('llm', llmOrigin, managed, 'llm.server', common)];
  return [
    ...speech,
    planned('llm', llmOrigin, managed && !ownEmbeddings, 'llm.server', common),
    planned('embedding', embeddingOrigin, ownEmbeddings, 'llm.server', common),
  ];
}

function plan(
  name: ServiceName,
  origin: string,
  mayStart: boolean,
  module: string,
  env: Readonly<Record<string, string>>,
  keyOf: (isOurs: boolean) => string | undefined,
): PlannedService {
  const url = new URL(origin);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  const isOurs = mayStart && isThisMachine(origin);
  const key = keyOf(isOurs);
  return {
    name,
    healthUrl: `${origin}/health`,
    key,
    start: isOurs ? { module, host, port, env: { ...env, ...(key === undefined ? {} : { PARLEY_SERVICES_KEY: key }) } } : undefined,
  };
}

/**
 * Who is shown which key. The one that was made for our own goes to nobody else; the operator's to stt and tts, which
 * nobody but Parley serves, and to a language model or vectors on a machine of theirs: not to a hosted API.
 */
function keyOf(
  name: ServiceName,
  isOurs: boolean,
  isBesideSpeech: boolean,
  { llmApiKey }: Secrets,
  { own, given }: ServiceKeys,
): string | undefined {
  if (isOurs) return own;
  const shared = name === 'stt' || name === 'tts' || isBesideSpeech ? given : undefined;
  return name === 'llm' ? (llmApiKey ?? shared) : shared;
}

/** `http://host:port` of an HTTP or WebSocket address. */
function originOf(text: string): string {
  const url = new URL(text);
  return `${url.protocol === 'wss:' || url.protocol === 'https:' ? 'https' : 'http'}://${url.host}`;
}

function isThisMachine(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  return protocol === 'http:' && (hostname === 'localhost' || isLoopback(hostname));
}

function pythonLevel(level: Config['log']['level']): string {
  switch (level) {
    case 'trace':
    case 'debug':
      return 'debug';
    case 'info':
      return 'info';
    case 'warn':
      return 'warning';
    case 'error':
    case 'fatal':
    case 'silent':
      return 'error';
    default:
      return unreachable(level);
  }
}
