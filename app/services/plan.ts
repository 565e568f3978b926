import type { Config, Secrets } from '#config';

export type ServiceName = 'stt' | 'tts' | 'llm' | 'embedding';

/** One speech service: where it is, and how it is started when it is ours to start. */
export interface PlannedService {
  readonly name: ServiceName;
  readonly healthUrl: string;
  /** Undefined: somebody else runs it, and we only look whether it is well. */
  readonly start: { readonly module: string; readonly host: string; readonly port: number; readonly env: Readonly<Record<string, string>> } | undefined;
}

/**
 * Which services there are. In managed mode one whose address is on this machine is started at that address; the llm
 * service answers chat and embeddings, so it follows the embeddings where those are elsewhere than the LLM.
 */
export function planServices(config: Config, secrets: Secrets): readonly PlannedService[] {
  const { clients, services, log } = config;
  const managed = services.mode === 'managed';
  const common = { LOG_LEVEL: pythonLevel(log.level) };
  const stt = {
    ...common,
    STT_DEVICE: services.stt.device,
    TURN_DETECTION: services.stt.turnDetection,
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
  const plan = [
    planned('stt', originOf(clients.stt.url), managed, 'stt.server', stt),
    planned('tts', originOf(clients.tts.url), managed, 'tts.server', tts),
  ];
  if (llmOrigin === embeddingOrigin) return [...plan, planned('llm', llmOrigin, managed, 'llm.server', common)];
  return [
    ...plan,
    planned('llm', llmOrigin, managed && !ownEmbeddings, 'llm.server', common),
    planned('embedding', embeddingOrigin, ownEmbeddings, 'llm.server', common),
  ];
}

function planned(name: ServiceName, origin: string, mayStart: boolean, module: string, env: Readonly<Record<string, string>>): PlannedService {
  const url = new URL(origin);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  return { name, healthUrl: `${origin}/health`, start: mayStart && isThisMachine(origin) ? { module, host, port, env } : undefined };
}

/** `http://host:port` of an HTTP or WebSocket address. */
function originOf(text: string): string {
  const url = new URL(text);
  return `${url.protocol === 'wss:' || url.protocol === 'https:' ? 'https' : 'http'}://${url.host}`;
}

function isThisMachine(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.'));
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
    default:
      return 'error';
  }
}
