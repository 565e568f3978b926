import { clientConfig, type ClientConfig } from '../signalling.ts';
import { CallError } from './call-error.ts';
import { refusalError, unreachableError, type Asked } from './http-failure.ts';

/** A call that the server has taken. */
export interface TakenCall {
  /** Where changes and the end are told; nobody else can guess it. */
  readonly location: URL;
  /** Names the ICE session for `changeIce`. */
  readonly etag: string | undefined;
  readonly answerSdp: string;
}

const ANSWER_TIMEOUT_MS = 20_000;
const MAX_BODY_CHARS = 256_000;
const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

export async function fetchConfig(server: URL, token?: string, signal?: AbortSignal): Promise<ClientConfig> {
  const response = await request(
    server,
    'config',
    new URL('webrtc/config', server),
    { headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } },
    signal,
  );
  const parsed = clientConfig.safeParse(parseJson(await bodyOf(response)));
  if (parsed.success) return parsed.data;
  throw new CallError(
    'SERVER_FAULT',
    'What answers at this address is no voice bot.',
    'Whoever runs the page has to correct the address of the server.',
  );
}

/** RFC 9725 section 4.2: the offer goes out, the answer comes back. */
export async function postOffer(
  server: URL,
  offerSdp: string,
  who: { readonly persona: string | undefined; readonly token: string | undefined },
): Promise<TakenCall> {
  const url = new URL('webrtc/calls', server);
  if (who.persona !== undefined) url.searchParams.set('persona', who.persona);
  const headers: Record<string, string> = { 'content-type': 'application/sdp', accept: 'application/sdp' };
  if (who.token !== undefined) headers['authorization'] = `Bearer ${who.token}`;
  const response = await request(server, 'call', url, { method: 'POST', headers, body: offerSdp });
  const location = response.headers.get('location');
  if (response.status !== 201 || location === null) {
    throw new CallError(
      'SERVER_FAULT',
      'The server took the call but did not say where it is.',
      'A proxy between may have taken the header Location away; tell whoever runs the server.',
      { status: response.status },
    );
  }
  const answerSdp = await bodyOf(response);
  return {
    location: new URL(location, response.url === '' ? url : response.url),
    etag: response.headers.get('etag') ?? undefined,
    answerSdp,
  };
}

/** RFC 9725 section 4.3.1: candidates found since the offer. */
export async function trickle(server: URL, call: TakenCall, fragment: string): Promise<void> {
  await request(server, 'change', call.location, { method: 'PATCH', headers: changeHeaders(call.etag), body: fragment });
}

/** RFC 9725 section 4.3.2: a new ICE session for the same call. Returns the server's side of it. */
export async function restartIce(
  server: URL,
  call: TakenCall,
  fragment: string,
): Promise<{ readonly fragment: string; readonly etag: string | undefined }> {
  const response = await request(server, 'change', call.location, { method: 'PATCH', headers: changeHeaders('*'), body: fragment });
  return { fragment: await bodyOf(response), etag: response.headers.get('etag') ?? undefined };
}

/** Ends the call; also while the page is going away, so nobody waits for the answer. */
export function deleteCall(call: TakenCall): void {
  void fetch(call.location, { method: 'DELETE', keepalive: true, credentials: 'omit' }).catch(() => undefined);
}

function changeHeaders(etag: string | undefined): Record<string, string> {
  return { 'content-type': FRAGMENT_TYPE, ...(etag === undefined ? {} : { 'if-match': etag === '*' ? '"*"' : etag }) };
}

async function request(server: URL, asked: Asked, url: URL, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachableError(server.href, { online: navigator.onLine, origin: location.origin }, error);
  }
  if (response.ok) return response;
  const body = parseJson(await bodyOf(response).catch(() => ''));
  throw refusalError({ status: response.status, body, retryAfter: response.headers.get('retry-after') }, asked, Date.now());
}

async function bodyOf(response: Response): Promise<string> {
  const text = await response.text();
  if (text.length > MAX_BODY_CHARS)
    throw new CallError(
      'SERVER_FAULT',
      'The answer of the server is far too long.',
      'Whoever runs the page has to look at the address of the server.',
    );
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
