import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import { serviceOptions, type ServiceOptions } from '../service-options.ts';
import type { ServiceClientParts } from './service-clients.ts';
import type { ServiceNote } from './service-log.ts';

/** What a client needs besides its options, and what it noted. */
export function clientParts(): ServiceClientParts & { readonly notes: readonly ServiceNote[] } {
  const notes: ServiceNote[] = [];
  return {
    clock: { nowMs: () => ms(performance.now()), wallMs: () => Date.now() },
    log: { debug: () => {}, warn: () => {} },
    onNote: (note) => notes.push(note),
    notes,
  };
}

/** Service options with short time limits. */
export function quickOptions(
  url: string,
  more: { retry?: Partial<ServiceOptions['retry']>; breaker?: Partial<ServiceOptions['breaker']>; firstMs?: number; idleMs?: number } = {},
): ServiceOptions {
  const firstMs = more.firstMs ?? 2000;
  const idleMs = more.idleMs ?? 2000;
  return serviceOptions.parse({
    llm: { baseUrl: url, firstTokenTimeoutMs: firstMs, idleTimeoutMs: idleMs },
    tts: { url: `${url}/tts/stream`, firstAudioTimeoutMs: firstMs, idleTimeoutMs: idleMs },
    embedding: { baseUrl: url, timeoutMs: firstMs },
    retry: { attempts: 1, backoffMs: 1, ...more.retry },
    breaker: { failures: 100, ...more.breaker },
  });
}

/** Everything that came, and the code of the error that ended it. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<{ readonly pieces: readonly T[]; readonly code: string | undefined }> {
  const pieces: T[] = [];
  try {
    for await (const piece of stream) pieces.push(piece);
    return { pieces, code: undefined };
  } catch (error) {
    return { pieces, code: error instanceof AppError ? error.code : `${error instanceof Error ? error.name : 'unknown'}` };
  }
}
