/** Methods that an application may route; others are answered 501. */
const METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'INFO',
  'MESSAGE',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'PRACK',
  'SUBSCRIBE',
  'REGISTER',
  'PUBLISH',
] as const;

const known: ReadonlySet<string> = new Set(METHODS);

export function isKnownMethod(method: string): boolean {
  return known.has(method);
}

/** What every answer with an Allow header names: all that works inside a call, and what may start one. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, REFER, NOTIFY, PRACK';

/** Extensions that a caller may require of us; the rest is answered 420. */
export const SUPPORTED = ['100rel', 'timer', 'replaces', 'norefersub', 'path', 'outbound', 'gruu'] as const;

/** Only these make sense outside a dialog; all others without one are answered 481. */
export const DIALOG_ONLY: ReadonlySet<string> = new Set(['BYE', 'UPDATE', 'PRACK', 'INFO']);

export const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  487: 'Request Terminated',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
};
