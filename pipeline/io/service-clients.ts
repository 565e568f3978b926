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
  /** What each service wants to see. */
  readonly keys?: { readonly stt?: string; readonly tts?: string; readonly llm?: string; readonly embedding?: string };
  readonly onNote?: OnServiceNote;
}

/** The clients of all services, as the options say; each is shared by all calls. */
export function createServiceClients(options: ServiceOptions, parts: ServiceClientParts): ServiceClients {
  const { clock, log, onNote, keys = {} } = parts;
  const common = { clock, log, ...(onNote === undefined ? {} : { onNote }) };
  const http = { ...common, keepAliveMs: options.keepAliveMs, retry: options.retry, breaker: options.breaker };
  const llm = createLlmClient({ ...options.llm, ...http, ...withKey(keys.llm) });
  const tts = createTtsClient({ ...options.tts, ...http, ...withKey(keys.tts) });
  // The same server wants the same key; another server must not see it.
  const sameServer = new URL(options.embedding.baseUrl).origin === new URL(options.llm.baseUrl).origin;
  const embedder = createEmbeddingClient({ ...options.embedding, ...http, ...withKey(sameServer ? keys.llm : keys.embedding) });
  return {
    stt: createSttClient({ ...options.stt, ...common, ...withKey(keys.stt) }),
    llm,
    tts,
    embedder,
    close: async () => {
      await Promise.all([llm.close(), tts.close(), embedder.close()]);
    },
  };
}

function withKey(apiKey: string | undefined): { readonly apiKey?: string } {
  return apiKey === undefined ? {} : { apiKey };
}
