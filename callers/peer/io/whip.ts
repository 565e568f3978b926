import { CallRefused } from '../../talker.ts';

export interface WhipAnswer {
  readonly sdp: string;
  /** The call's own URL: DELETE ends it. */
  readonly location: string;
}

/** Offers a call as RFC 9725 has it. Rejects with `CallRefused`, or with an error that says that nothing answers. */
export async function postOffer(baseUrl: string, persona: string, sdp: string, token: string | undefined): Promise<WhipAnswer> {
  const url = new URL(`/webrtc/calls?persona=${encodeURIComponent(persona)}`, baseUrl);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: sdp,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(`nothing answers at ${url.origin}: is the app running? Start it with \`npm start\` and wait for its "Ready" line.`, {
      cause: error,
    });
  }
  const body = await response.text();
  if (response.status !== 201)
    throw new CallRefused(response.status, `webrtc:${persona}@${url.origin}`, `${response.status} ${detailOf(body)}`);
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${url.href} answered 201 without a Location`);
  return { sdp: body, location: new URL(location, url).href };
}

/** Ends a call. The status, 0 where nothing answered: the call is over either way. */
export async function deleteCall(location: string): Promise<number> {
  try {
    const response = await fetch(location, { method: 'DELETE', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function detailOf(body: string): string {
  try {
    const { code, detail } = JSON.parse(body) as { code?: string; detail?: string };
    return [code, detail].filter((part) => part !== undefined).join(': ');
  } catch {
    return body.slice(0, 200);
  }
}

const ANSWER_WITHIN_MS = 10_000;
