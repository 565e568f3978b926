import type { HealthOutcome } from './restart-policy.ts';

export interface HealthAnswer {
  readonly outcome: HealthOutcome;
  readonly reason?: string;
  /** What the service says of itself: model, device. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const LONGEST_ANSWER_CHARS = 65_536;

/**
 * Asks a service how it is. Ours answer as the protocol says; of a server of somebody else (vLLM, a hosted API) every
 * answer that is not a server's fault shows that it is there, as such servers need not have `/health`.
 */
export async function probeHealth(url: string, kind: 'ours' | 'other', timeoutMs: number): Promise<HealthAnswer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
    const text = (await response.text()).slice(0, LONGEST_ANSWER_CHARS);
    return readHealth(response.status, text, kind);
  } catch {
    return { outcome: 'none' };
  }
}

/** What an answer means. */
export function readHealth(status: number, text: string, kind: 'ours' | 'other'): HealthAnswer {
  const body = parseObject(text);
  const { status: said, reason, ...details } = body ?? {};
  const because = typeof reason === 'string' ? { reason: reason.slice(0, 500) } : {};
  if (status === 200 && (kind === 'other' || body !== undefined)) return { outcome: 'ready', details };
  if (kind === 'other' && status < 500) return { outcome: 'ready' };
  if (status === 503 && said === 'failed') return { outcome: 'failed', ...because };
  if (status === 503) return { outcome: 'starting', ...because };
  return { outcome: 'none', reason: `its health is answered with HTTP ${status}` };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
