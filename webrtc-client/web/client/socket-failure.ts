import { CallError } from './call-error.ts';

export interface SocketClosing {
  /** Whether it was open at all; otherwise browsers hide what the server answered. */
  readonly hasOpened: boolean;
  /** RFC 6455 section 7.4, private ones from 4000; 0 when nothing came in time. */
  readonly code: number;
  /** What the server said before it closed, such as `too-many-calls`. */
  readonly refusal: string | undefined;
}

/** A socket that closed before the call began, in words. */
export function socketClosedError(host: string, { hasOpened, code, refusal }: SocketClosing): CallError {
  const details = { cause: { code, refusal } };
  switch (refusal) {
    case 'too-many-calls':
    case 'no-ports':
      return new CallError('TOO_MANY_CALLS', 'All lines are taken.', 'Try again in a moment.', details);
    case 'too-many-from-address':
      return new CallError(
        'TOO_MANY_OFFERS',
        'Your network has as many calls here as it may have.',
        'End one of them, or try again in a moment.',
        details,
      );
    case 'not-ready':
    case 'media-worker-died':
      return new CallError(
        'NOT_READY',
        'The bot is not ready yet: its speech services are starting, or one of them has stopped.',
        'Try again in a moment.',
        details,
      );
    case 'shutting-down':
      return new CallError('NOT_READY', 'The bot is being restarted.', 'Try again in a moment.', details);
    case 'no-such-address':
      return new CallError(
        'UNKNOWN_PERSONA',
        'Nobody of that name takes calls here.',
        'Choose another voice; whoever runs the page may have misspelt the persona.',
        details,
      );
    case 'not-allowed':
      return new CallError(
        'TOKEN_REFUSED',
        'The pass for this call is missing or no longer good.',
        'Reload the page and call again; if that does not help, tell whoever runs the page.',
        details,
      );
    case undefined:
      break;
    default:
      return new CallError('SERVER_FAULT', `The server ended the call before it began (${refusal}).`, 'Try again in a moment.', details);
  }
  // 1013: try again later, 1012: restarting, 1001: going away.
  if ([1001, 1012, 1013].includes(code)) return new CallError('NOT_READY', 'The bot is not ready yet.', 'Try again in a moment.', details);
  if (hasOpened) return new CallError('CALL_LOST', 'The server ended the call before it began.', 'Try again in a moment.', details);
  return new CallError(
    'SERVER_UNREACHABLE',
    `No call over a WebSocket to ${host} is possible from here.`,
    'The server may be busy or not allow this website, or a proxy between may hold WebSockets back. Try again in a moment.',
    details,
  );
}
