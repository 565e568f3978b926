import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#domain/clock';
import { AppError, isAbort } from '#domain/errors';
import type { Breaker } from '../flow/breaker.ts';
import { Retry, type RetryOptions } from '../flow/retry.ts';
import type { OnServiceNote, ServiceLog, ServiceName } from './service-log.ts';

export interface Care {
  readonly service: ServiceName;
  readonly breaker: Breaker;
  readonly retry: RetryOptions;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly onNote?: OnServiceNote;
}

/** Runs `attempt` behind the breaker, and again while nothing of it has come and the fault may pass. */
export async function* withRetryAndBreaker<T>(
  care: Care,
  attempt: () => AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const retry = new Retry(care.retry, care.clock.nowMs());
  for (;;) {
    signal.throwIfAborted();
    if (!admit(care))
      throw new AppError(`${care.service.toUpperCase()}_UNAVAILABLE`, `${care.service} failed repeatedly and is not asked for a moment`);
    let firstByteSeen = false;
    let reported = false;
    try {
      for await (const piece of attempt()) {
        firstByteSeen = true;
        yield piece;
      }
      reported = true;
      tell(care, () => care.breaker.succeeded());
      return;
    } catch (error) {
      if (signal.aborted || isAbort(error) || !(error instanceof AppError)) throw error;
      reported = true;
      judge(care, error);
      const decision = retry.failed(care.clock.nowMs(), { retryable: error.retryable, firstByteSeen });
      if (decision.kind === 'give-up') {
        care.onNote?.({ kind: 'failed', service: care.service, code: error.code });
        throw error;
      }
      care.onNote?.({ kind: 'retry', service: care.service, code: error.code });
      await delay(decision.afterMs, undefined, { signal });
    } finally {
      if (!reported) tell(care, () => (firstByteSeen ? care.breaker.succeeded() : care.breaker.abandoned()));
    }
  }
}

/** A refusal of this very request says that the service is alive. */
function judge(care: Care, error: AppError): void {
  const ours = error.code.endsWith('_HTTP') && !error.retryable && isClientError(error.cause);
  tell(care, () => (ours ? care.breaker.succeeded() : care.breaker.failed(care.clock.nowMs())));
}

function isClientError(cause: unknown): boolean {
  const status = typeof cause === 'object' && cause !== null && 'status' in cause ? Number(cause.status) : 0;
  return status >= 400 && status < 500;
}

function admit(care: Care): boolean {
  let admitted = false;
  tell(care, () => {
    admitted = care.breaker.admit(care.clock.nowMs());
  });
  return admitted;
}

function tell(care: Care, change: () => void): void {
  const before = care.breaker.state;
  change();
  const state = care.breaker.state;
  if (state === before) return;
  care.log.warn({ service: care.service, from: before, to: state }, 'breaker changed');
  care.onNote?.({ kind: 'breaker', service: care.service, state });
}
