import { CallError } from './call-error.ts';

export interface SocketClosing {
  /** Whether it was open at all; otherwise browsers hide what the server answered. */
  readonly hasOpened: boolean;
  /** RFC 6455 section 7.4; 0 when nothing came in time. */
  readonly code: number;
  readonly reason: string;
}

/** A socket that closed before the call began. The server puts the code of its refusal into the reason. */
export function socketClosedError(host: string, { hasOpened, code, reason }: SocketClosing): CallError {
  const name = reason.toUpperCase().replaceAll('-', '_');
  const details = { cause: { code, reason } };
  if (/TOO_MANY|FULL|BUSY/.test(name)) return new CallError('TOO_MANY_CALLS', 'All lines are taken.', 'Try again in a moment.', details);
  if (/PERSONA|ADDRESS/.test(name)) return new CallError('UNKNOWN_PERSONA', 'Nobody of that name takes calls here.', 'Choose another voice; whoever runs the page may have misspelt the persona.', details);
  if (/TOKEN/.test(name)) return new CallError('TOKEN_REFUSED', 'The pass for this call is missing or no longer good.', 'Reload the page and call again; if that does not help, tell whoever runs the page.', details);
  if (/ORIGIN/.test(name)) return new CallError('ORIGIN_NOT_ALLOWED', 'This website may not call the bot.', "Whoever runs the bot has to add the site's address to `webrtc.origins`.", details);
  // 1013: try again later, 1012: restarting, 1001: going away.
  if (/NOT_READY|SHUTTING/.test(name) || [1001, 1012, 1013].includes(code)) return new CallError('NOT_READY', 'The bot is not ready yet.', 'Try again in a moment.', details);
  if (!hasOpened) {
    return new CallError('SERVER_UNREACHABLE', `No call over a WebSocket to ${host} is possible from here.`, 'The server may be full, not ready, or not allow this website; a proxy between may hold WebSockets back. Try again in a moment.', details);
  }
  return new CallError('CALL_LOST', 'The server ended the call before it began.', 'Try again in a moment.', details);
}
