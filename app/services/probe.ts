import { request } from 'undici';
import { errorText } from '#domain/errors';

export type Health = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Asks a service for its health; never throws. */
export async function probe(url: string, timeoutMs: number): Promise<Health> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
    const text = (await body.text()).slice(0, 2_000);
    // An OpenAI-compatible server elsewhere may know no /health: that it answers is all there is to know.
    if (statusCode === 200 || statusCode === 404) return { ok: true };
    return { ok: false, reason: reasonIn(text) ?? `HTTP status ${statusCode}` };
  } catch (error) {
    return { ok: false, reason: errorText(error) };
  }
}

function reasonIn(text: string): string | undefined {
  try {
    const { reason, status } = JSON.parse(text) as { reason?: unknown; status?: unknown };
    const found = reason ?? status;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
