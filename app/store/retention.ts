import type { Logger } from 'pino';
import { errorText } from '#domain/errors';
import type { CallStore } from './port.ts';

/** Deletes calls that are older than they may be, now and every hour; returns what stops that. The first failure throws, a later one is logged and tried again. */
export function keepRetention(
  store: Pick<CallStore, 'removeBefore'>,
  retentionDays: number,
  parts: { readonly wallMs: () => number; readonly log: Pick<Logger, 'error'> },
): () => void {
  const remove = (): void => void store.removeBefore(parts.wallMs() - retentionDays * DAY_MS);
  remove();
  const every = setInterval(() => {
    try {
      remove();
    } catch (error) {
      parts.log.error({ error: errorText(error) }, 'old calls could not be deleted');
    }
  }, HOUR_MS);
  every.unref();
  return () => clearInterval(every);
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
