import { type Params } from './scan.ts';

/** A SIP or SIPS URI, RFC 3261 section 19.1.1. Other schemes stay opaque strings. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** User part with password, escapes kept; absent for `sip:host`. */
  readonly user?: string;
  /** IPv6 addresses keep their brackets. */
  readonly host: string;
  readonly port?: number;
  readonly params: Params;
  /** Everything after `?`, or ''. */
  readonly headers: string;
}

const HOST_AND_REST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d{1,5}))?((?:;[^\s;?@<>"]*)*)(?:\?([^\s<>"]*))?$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/;
const USER = /^[^\s<>"@]+$/;

/** `undefined` when the text is no well-formed sip or sips URI. */
export function parseSipUri(text: string): SipUri | undefined {
  const scheme = schemeOf(text);
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const rest = text.slice(scheme.length + 1);
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? undefined : rest.slice(0, at);
  if (user !== undefined && !USER.test(user)) return undefined;
  const match = HOST_AND_REST.exec(rest.slice(at + 1));
  if (match === null) return undefined;
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && port > 65_535) return undefined;
  return {
    scheme,
    ...(user === undefined ? {} : { user }),
    host: match[1] as string,
    ...(port === undefined ? {} : { port }),
    params: uriParams(match[3] ?? ''),
    headers: match[4] ?? '',
  };
}

/** Any absolute URI; sip and sips ones are held to their own grammar. */
export function isUri(text: string): boolean {
  const scheme = schemeOf(text);
  return scheme === 'sip' || scheme === 'sips' ? parseSipUri(text) !== undefined : ABSOLUTE.test(text);
}

/** The scheme in lower case, '' when there is none. */
export function schemeOf(text: string): string {
  const colon = text.indexOf(':');
  return colon <= 0 ? '' : text.slice(0, colon).toLowerCase();
}

function uriParams(text: string): Params {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of text.split(';')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (!(name in params)) params[name] = equals < 0 ? '' : part.slice(equals + 1);
  }
  return params;
}
