import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import type { Ms } from '#domain/units';
import { Breaker, type BreakerOptions } from '../flow/breaker.ts';
import type { RetryOptions } from '../flow/retry.ts';
import type { Embedder } from '../ports.ts';
import { readEmbeddings } from '../wire.ts';
import { withRetryAndBreaker, type Care } from './with-retry-and-breaker.ts';
import { bearer, HttpService } from './http-service.ts';
import { splitBaseUrl } from './llm-client.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';
import { Watchdog } from './watchdog.ts';

export interface EmbeddingClientOptions {
  /** With or without `/v1` at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  /** Texts in one request; longer lists are asked for in several. */
  readonly batchTexts: number;
  readonly connectTimeoutMs: Ms;
  /** For one query. */
  readonly timeoutMs: Ms;
  /** More for each text after the first. */
  readonly perTextTimeoutMs: Ms;
  readonly connections: number;
  readonly keepAliveMs: Ms;
  readonly retry: RetryOptions;
  readonly breaker: BreakerOptions;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly onNote?: OnServiceNote;
}

export interface EmbeddingClient extends Embedder {
  close(): Promise<void>;
}

/** Sentence vectors: `POST /v1/embeddings`. */
export function createEmbeddingClient(options: EmbeddingClientOptions): EmbeddingClient {
  const { root, api } = splitBaseUrl(options.baseUrl);
  const service = new HttpService({ ...options, codePrefix: 'EMBEDDING', baseUrl: root, headers: bearer(options.apiKey) });
  const care: Care = { ...options, service: 'embedding', breaker: new Breaker(options.breaker) };
  return {
    embed: async (texts, signal) => {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += options.batchTexts) {
        const batch = texts.slice(from, from + options.batchTexts);
        for await (const part of withRetryAndBreaker(care, () => embedBatch(service, `${api}/embeddings`, options, batch, signal), signal))
          vectors.push(...part);
      }
      return vectors;
    },
    close: () => service.close(),
  };
}

async function* embedBatch(
  service: HttpService,
  path: string,
  options: EmbeddingClientOptions,
  texts: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly Float32Array[], void, void> {
  const limitMs = options.timeoutMs + options.perTextTimeoutMs * (texts.length - 1);
  using watchdog = new Watchdog({ firstMs: limitMs, idleMs: limitMs, totalMs: limitMs }, options.clock, 'EMBEDDING_TIMEOUT', signal);
  const body = JSON.stringify({ model: options.model, input: texts });
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of service.post(path, body, /^application\/json/i, watchdog, () => true)) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_CHARS_PER_TEXT * texts.length) throw new AppError('EMBEDDING_BAD_REPLY', 'the reply is too long');
  }
  const read = readEmbeddings(text, texts.length);
  if (read.kind !== 'read')
    throw new AppError('EMBEDDING_BAD_REPLY', `not a reply of embeddings: ${read.kind === 'bad' ? read.why : 'unknown'}`);
  yield read.value;
}

/** 8,192 dimensions of 25 characters. */
const MAX_CHARS_PER_TEXT = 204_800;
