import { problem } from '../signalling.ts';
import { CallError, type CallErrorDetails } from './call-error.ts';

/** What the server said instead of yes. */
export interface Refusal {
  readonly status: number;
  /** The body; problem details of RFC 9457 where it is our server that speaks. */
  readonly body: unknown;
  /** The header Retry-After; seconds or a date. */
  readonly retryAfter: string | null;
}

/** What the failed request was for; the same status means something else for each. */
export type Asked = 'config' | 'call' | 'change';

/** A refusal in words for the caller. The code of the problem decides, and the status where there is none. */
export function refusalError(refusal: Refusal, asked: Asked, nowMs: number): CallError {
  const { status } = refusal;
  const parsed = problem.safeParse(refusal.body);
  const code = parsed.success ? parsed.data.code.toUpperCase().replaceAll('-', '_') : '';
  const retryAfterMs = retryAfter(refusal.retryAfter, nowMs);
  const details: CallErrorDetails = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(parsed.success ? { cause: parsed.data } : {}),
  };
  const make = (...[name, text, advice]: readonly [CallError['code'], string, string]): CallError =>
    new CallError(name, text, advice, details);
  const again = retryAfterMs === undefined ? 'Try again in a moment.' : `Try again in ${secondsText(retryAfterMs)}.`;

  if (/TOKEN/.test(code) || status === 401) {
    return /NEEDED|REQUIRED|MISSING/.test(code)
      ? make(
          'TOKEN_NEEDED',
          'This bot takes calls only with a call token.',
          'The page has to fetch one from its own server; tell whoever runs the page.',
        )
      : make(
          'TOKEN_REFUSED',
          'The pass for this call is no longer good, or was never.',
          'Reload the page and call again; if that does not help, tell whoever runs the page.',
        );
  }
  if (code === 'WEBRTC_OFF') return make('WEBRTC_OFF', 'This server takes no calls by WebRTC.', 'Call over the WebSocket transport.');
  if (/ORIGIN/.test(code) || status === 403)
    return make(
      'ORIGIN_NOT_ALLOWED',
      'This website may not call the bot.',
      "Whoever runs the bot has to add the site's address to `webrtc.origins`.",
    );
  if (status === 429) return make('TOO_MANY_OFFERS', 'There have been too many calls from your network just now.', again);
  if (status === 503) {
    if (/TOO_MANY|NO_PORTS/.test(code)) return make('TOO_MANY_CALLS', 'All lines are taken.', again);
    if (code === 'SHUTTING_DOWN') return make('NOT_READY', 'The bot is being restarted.', again);
    return make('NOT_READY', 'The bot is not ready yet: its speech services are starting, or one of them has stopped.', again);
  }
  if (asked === 'call' && (/PERSONA|ADDRESS/.test(code) || status === 404)) {
    return make(
      'UNKNOWN_PERSONA',
      'Nobody of that name takes calls here.',
      'Choose another voice; whoever runs the page may have misspelt the persona.',
    );
  }
  if (asked === 'change' && (status === 404 || status === 410))
    return make('CALL_LOST', 'The server no longer knows this call.', 'Call again.');
  if (status === 404)
    return make(
      'SERVER_FAULT',
      'There is no voice bot at this address.',
      'Whoever runs the page has to correct the address of the server.',
    );
  if (status === 400 || status === 406 || status === 413 || status === 415 || status === 422) {
    return make(
      'OFFER_REFUSED',
      `The server could not make use of what this browser offers${parsed.success ? `: ${withoutStop(parsed.data.detail)}.` : '.'}`,
      'Try another browser, or update this one.',
    );
  }
  return make(
    'SERVER_FAULT',
    `The server answered with a fault (status ${status})${parsed.success ? `: ${withoutStop(parsed.data.detail)}.` : '.'}`,
    again,
  );
}

/** No answer came at all. Browsers do not tell pages why: unplugged, refused, certificate, or CORS. */
export function unreachableError(server: string, here: { readonly online: boolean; readonly origin: string }, cause: unknown): CallError {
  const { origin, host } = new URL(server);
  if (!here.online) return new CallError('SERVER_UNREACHABLE', 'This device has no network.', 'Connect it, then call again.', { cause });
  if (origin === here.origin)
    return new CallError(
      'SERVER_UNREACHABLE',
      'The server does not answer.',
      'Look whether it still runs, and whether your network is up.',
      { cause },
    );
  return new CallError(
    'SERVER_UNREACHABLE',
    `The server at ${host} does not answer this page.`,
    `Look whether it runs and whether your network is up. It must also allow calls from ${here.origin} (\`webrtc.origins\`), and its certificate must be trusted.`,
    { cause },
  );
}

/** RFC 9110 section 10.2.3: seconds, or a date. At most an hour; undefined for anything else. */
export function retryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const value = /^\s*\d{1,6}\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(value) ? Math.min(3_600_000, Math.max(0, value)) : undefined;
}

function secondsText(durationMs: number): string {
  const seconds = Math.max(1, Math.ceil(durationMs / 1000));
  return seconds === 1 ? 'a second' : seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function withoutStop(text: string): string {
  return text.replace(/\.\s*$/, '').slice(0, 300);
}
