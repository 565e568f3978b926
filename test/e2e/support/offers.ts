import type { Page } from 'playwright-core';

/** A browser's own offer; nothing comes of its connection. */
export async function madeOffer(page: Page): Promise<string> {
  return await page.evaluate<string>(`(async () => {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('audio');
    connection.createDataChannel('events');
    const { sdp } = await connection.createOffer();
    connection.close();
    return sdp;
  })()`);
}

export interface Refused {
  readonly status: number;
  /** Of the problem (RFC 9457) in the body; undefined where that is none. */
  readonly code: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/** Asks for what must be refused. */
export async function refusal(url: string, init: RequestInit): Promise<Refused> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
  const retryAfter = response.headers.get('retry-after');
  const body: unknown = await response.json().catch(() => undefined);
  const { status, code, title, detail } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const isProblem =
    response.headers.get('content-type')?.startsWith('application/problem+json') === true &&
    status === response.status &&
    typeof code === 'string' &&
    typeof title === 'string' &&
    typeof detail === 'string';
  return { status: response.status, code: isProblem ? code : undefined, retryAfter: retryAfter === null ? undefined : Number(retryAfter) };
}

/** An offer to `httpUrl`, as a browser posts it. */
export function posted(
  httpUrl: string,
  body: string,
  { persona = 'bot', headers = {} }: { persona?: string; headers?: Readonly<Record<string, string>> } = {},
): [string, RequestInit] {
  return [
    `${httpUrl}/webrtc/calls?persona=${encodeURIComponent(persona)}`,
    { method: 'POST', headers: { 'content-type': 'application/sdp', ...headers }, body },
  ];
}
