import type { HealthAnswer, HealthView } from './readiness.ts';

/** `GET /health`: the body counts, also with 503. */
export async function fetchHealth(): Promise<HealthAnswer> {
  try {
    const response = await fetch('health', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const body: unknown = await response.json();
    return isHealth(body) ? { kind: 'report', health: body } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}

function isHealth(body: unknown): body is HealthView {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, 'status') === 'string';
}

/** A guess: an answer that takes longer is none. */
const ANSWER_WITHIN_MS = 5_000;
