import { INFO_TYPES } from '../dtmf-info.ts';
import type { SipRefusal } from '../sip-status.ts';
import type { SrfResponse } from './srf.ts';

/** Methods that we answer within or outside a call. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE';
/** Session timers, RFC 4028; see `session-timer.ts`. */
const SUPPORTED = 'timer';
const ACCEPT = ['application/sdp', 'multipart/mixed', 'multipart/alternative', ...INFO_TYPES].join(', ');

/** What every 200 to an INVITE or UPDATE carries. */
export function answerHeaders(contact: string | undefined, withBody: boolean): Record<string, string> {
  return {
    Allow: ALLOW,
    Supported: SUPPORTED,
    ...(contact === undefined ? {} : { Contact: contact }),
    ...(withBody ? { 'Content-Type': 'application/sdp' } : {}),
  };
}

export function sendRefusal(res: SrfResponse, refusal: SipRefusal): void {
  const headers: Record<string, string> = {};
  if (refusal.retryAfterS !== undefined) headers['Retry-After'] = String(refusal.retryAfterS);
  if (refusal.warning !== undefined)
    headers['Warning'] = `${refusal.warning.code} parley "${refusal.warning.text.replace(/["\\]/g, '\\$&')}"`;
  if (refusal.status === 405) headers['Allow'] = ALLOW;
  if (refusal.status === 415) Object.assign(headers, { Accept: ACCEPT, 'Accept-Encoding': 'identity' });
  res.send(refusal.status, { headers });
}

/** The answer to OPTIONS; RFC 3261 section 11.2. */
export function sendCapabilities(res: SrfResponse): void {
  res.send(200, { headers: { Allow: ALLOW, Accept: ACCEPT, 'Accept-Language': 'en', Supported: SUPPORTED } });
}

/** Extensions that the caller insists on and we do not have; for 420. */
export function unsupportedExtensions(require: string | undefined): readonly string[] {
  const wanted = (require ?? '').split(',').map((tag) => tag.trim().toLowerCase());
  return wanted.filter((tag) => tag !== '' && tag !== SUPPORTED).slice(0, 16);
}
