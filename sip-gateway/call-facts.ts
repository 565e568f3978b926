import type { CallFacts, CallId, LegId } from '#domain/call';
import { printable } from '#kit/printable';
import { hostPort } from '#kit/ip/ip-address';

/** The parts of an INVITE that facts are made of. */
export interface InviteHead {
  readonly requestUri: string;
  /** The From header as received. */
  readonly from: string;
  readonly sipCallId: string;
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What the conversation may know of the caller. Every text is bounded and free of control characters. */
export function callFacts(head: InviteHead, ids: { readonly callId: CallId; readonly legId: LegId }): CallFacts {
  const from = parseNameAddress(head.from);
  const displayName = printable(from.displayName, MAX_NAME);
  return {
    callId: ids.callId,
    legId: ids.legId,
    kind: 'sip',
    direction: 'inbound',
    to: printable(withoutInstance(head.requestUri), MAX_URI),
    toUser: printable(userOf(head.requestUri), MAX_USER),
    from: printable(from.uri, MAX_URI),
    fromUser: printable(userOf(from.uri), MAX_USER),
    ...(displayName === '' ? {} : { displayName }),
    peer: hostPort(head.peerAddress, head.peerPort),
    headers: extensionHeaders(head.headers),
    signallingId: printable(head.sipCallId, MAX_URI),
  };
}

/** `"Name" <uri>;params`, `Name <uri>`, or a bare URI whose parameters belong to the header; RFC 3261 section 20.10. */
export function parseNameAddress(header: string): { readonly displayName: string; readonly uri: string } {
  const text = header.slice(0, MAX_HEADER).trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"\s*</.exec(text);
  const open = quoted === null ? text.indexOf('<') : quoted[0].length - 1;
  if (open < 0) return { displayName: '', uri: text.split(';', 1)[0] ?? '' };
  const close = text.indexOf('>', open);
  const uri = text.slice(open + 1, close < 0 ? undefined : close).trim();
  const displayName = quoted === null ? text.slice(0, open).trim() : (quoted[1] ?? '').replace(/\\(.)/g, '$1');
  return { displayName, uri };
}

/** The user part of a SIP URI or the number of a tel URI, unescaped, without password and parameters; or ''. */
export function userOf(uri: string): string {
  const text = uri.slice(0, MAX_HEADER);
  const tel = /^tel:([^;>]*)/i.exec(text);
  if (tel !== null) return unescaped(tel[1] ?? '');
  const sip = /^sips?:([^@]*)@/i.exec(text);
  return unescaped((sip?.[1] ?? '').split(/[:;]/, 1)[0] ?? '');
}

function extensionHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (found.length >= MAX_HEADERS) break;
    if (/^x-[\w.-]{1,62}$/i.test(name) && typeof value === 'string') found.push([name.toLowerCase(), printable(value, MAX_VALUE)]);
  }
  return Object.fromEntries(found);
}

/** Whoever knows the `rinstance` of an account's Contact may call in from anywhere, and call records are read by many. */
function withoutInstance(uri: string): string {
  return uri.replace(/;rinstance(?:=[^;?>]*)?(?=[;?>]|$)/gi, '');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const MAX_HEADER = 2_048;
const MAX_URI = 256;
const MAX_USER = 128;
const MAX_NAME = 128;
const MAX_VALUE = 512;
const MAX_HEADERS = 32;
