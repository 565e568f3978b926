import type { HealthOutcome } from './restart-policy.ts';

export interface HealthAnswer {
  readonly outcome: HealthOutcome;
  readonly reason?: string;
  /** What the service says of itself: model, device. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const MAX_ANSWER_CHARS = 65_536;

/**
 * Asks a service how it is. Ours answer as the protocol says; of a server of somebody else (vLLM, a hosted API) every
 * answer that is not a server's fault shows that it is there, as such servers need not have `/health`.
 */
export async function probeHealth(url: string, kind: 'ours' | 'other', timeoutMs: number, key?: string): Promise<HealthAnswer> {
  try {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual', headers });
    const text = (await response.text()).slice(0, MAX_ANSWER_CHARS);
    return readHealth(response.status, text, kind);
  } catch {
    return { outcome: 'none' };
  }
}

/** What an answer means. */
export function readHealth(status: number, text: string, kind: 'ours' | 'other'): HealthAnswer {
  const body = parseObject(text);
  const { status: said, reason, keyWanted, ...details } = body ?? {};
  const because = typeof reason === 'string' ? { reason: reason.slice(0, 500) } : {};
  // It is well, and will refuse whatever we ask.
  if (keyWanted === true) return { outcome: 'none', reason: `it wants a key: ${KEY_ADVICE}`, details };
  if (status === 401 && codeOf(body) === 'KEY_REFUSED')
    return { outcome: 'none', reason: `it was started with another key: ${KEY_ADVICE}` };
  if (status === 200 && (kind === 'other' || body !== undefined)) return { outcome: 'ready', details };
  if (kind === 'other' && status < 500) return { outcome: 'ready' };
  if (status === 503 && said === 'failed') return { outcome: 'failed', ...because };
  if (status === 503) return { outcome: 'starting', ...because };
  return { outcome: 'none', reason: `its health is answered with HTTP ${status}` };
}

function codeOf(body: Record<string, unknown> | undefined): unknown {
  const error = body?.['error'];
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

const KEY_ADVICE = 'PARLEY_SERVICES_KEY (or PARLEY_SERVICES_KEY_FILE) must be the same here and there';

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
