import type { Clock } from '#domain/clock';
import type { SpeechToText } from '../ports.ts';
import type { ServiceOptions } from '../service-options.ts';
import { createEmbeddingClient, type EmbeddingClient } from './embedding-client.ts';
import { createLlmClient, type LlmClient } from './llm-client.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';
import { createSttClient } from './stt-client.ts';
import { createTtsClient, type TtsClient } from './tts-client.ts';

export interface ServiceClients {
  readonly stt: SpeechToText;
  readonly llm: LlmClient;
  readonly tts: TtsClient;
  readonly embedder: EmbeddingClient;
  /** Closes the kept connections; running requests fail. */
  readonly close: () => Promise<void>;
}

export interface ServiceClientParts {
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** The value of the variable that `llm.apiKeyEnv` names. */
  readonly llmApiKey?: string;
  readonly onNote?: OnServiceNote;
}

/** The clients of all services, as the options say; each is shared by all calls. */
export function createServiceClients(options: ServiceOptions, parts: ServiceClientParts): ServiceClients {
  const { clock, log, onNote } = parts;
  const common = { clock, log, ...(onNote === undefined ? {} : { onNote }) };
  const http = { ...common, keepAliveMs: options.keepAliveMs, retry: options.retry, breaker: options.breaker };
  const key = parts.llmApiKey === undefined ? {} : { apiKey: parts.llmApiKey };
  const llm = createLlmClient({ ...options.llm, ...http, ...key });
  const tts = createTtsClient({ ...options.tts, ...http });
  // The same server wants the same key; another server must not see it.
  const sameServer = new URL(options.embedding.baseUrl).origin === new URL(options.llm.baseUrl).origin;
  const embedder = createEmbeddingClient({ ...options.embedding, ...http, ...(sameServer ? key : {}) });
  return {
    stt: createSttClient({ ...options.stt, ...common }),
    llm,
    tts,
    embedder,
    close: async () => {
      await Promise.all([llm.close(), tts.close(), embedder.close()]);
    },
  };
}
