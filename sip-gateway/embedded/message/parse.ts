import { type CoreHeaders, readCoreHeaders } from './core-headers.ts';
import { headerDisplayName, headerKey, isHeaderName } from './header-names.ts';
import { type HeaderField, NO_BODY, type SipMessage } from './sip-message.ts';
import { parseSipUri, schemeOf, isUri } from './uri.ts';

/** Why bytes are no SIP message; counted by this code. */
export type ParseFault =
  | 'too-large'
  | 'no-header-end'
  | 'start-line'
  | 'version'
  | 'request-uri'
  | 'status'
  | 'header-line'
  | 'header-value'
  | 'too-many-headers'
  | 'content-length'
  | 'method-mismatch';

export type ParseResult =
  | { readonly kind: 'message'; readonly message: SipMessage; readonly core: CoreHeaders }
  | {
      readonly kind: 'malformed';
      readonly fault: ParseFault;
      readonly detail: string;
      /** What could be read of a request, for the one 400 (or 505) that it may get. */
      readonly request?: { readonly method: string; readonly headers: readonly HeaderField[]; readonly core: CoreHeaders };
    };

/** Largest SIP message that is taken or sent, bytes. */
export const MESSAGE_MAX_BYTES = 65_536;
const HEADERS_MAX = 300;

/**
 * Reads one message from a datagram, or from a stream that was framed before. Bytes beyond Content-Length are
 * dropped (RFC 3261 section 18.3); fewer are an error. Never throws.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  if (bytes.length > MESSAGE_MAX_BYTES) return fault('too-large', `${bytes.length} bytes`);
  const start = leadingLineEnds(bytes);
  const headEnd = endOfHead(bytes, start);
  if (headEnd < 0) return fault('no-header-end', 'no empty line after the headers');
  const lines = headLines(bytes.subarray(start, headEnd));
  const startLine = readStartLine(lines[0] ?? '');
  if (lines.length > HEADERS_MAX) return fault('too-many-headers', `${lines.length}`);
  const { headers, badLine } = readFields(lines);
  const checked = readCoreHeaders(headers, startLine.kind === 'request' ? startLine.method : undefined);
  const core = checked.core;

  if (startLine.kind === 'malformed') {
    return fault(
      startLine.fault,
      startLine.detail,
      startLine.method === undefined ? undefined : { method: startLine.method, headers, core },
    );
  }
  const partial = startLine.kind === 'request' ? { method: startLine.method, headers, core } : undefined;
  if (badLine !== undefined) return fault('header-line', badLine, partial);
  if (checked.kind === 'malformed') return fault('header-value', checked.header, partial);
  if (startLine.kind === 'request' && core.cseq !== undefined && core.cseq.method !== startLine.method) {
    return fault('method-mismatch', 'CSeq names another method', partial);
  }
  const rest = bytes.length - headEnd - 4;
  const length = core.contentLength ?? rest;
  if (length > rest) return fault('content-length', `Content-Length ${length}, ${rest} bytes present`, partial);
  // Copied: a view would keep the whole receive buffer alive as long as its transaction.
  const body = length === 0 ? NO_BODY : new Uint8Array(bytes.subarray(headEnd + 4, headEnd + 4 + length));
  return { kind: 'message', message: { ...startLine, headers, body }, core };
}

/** The index of the CR LF CR LF that ends the head, at or after `from`; -1 without one. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  let i = bytes.indexOf(0x0d, from);
  while (i >= 0 && i + 3 < bytes.length) {
    if (bytes[i + 1] === 0x0a && bytes[i + 2] === 0x0d && bytes[i + 3] === 0x0a) return i;
    i = bytes.indexOf(0x0d, i + 1);
  }
  return -1;
}

type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'malformed'; readonly fault: ParseFault; readonly detail: string; readonly method?: string };

function readStartLine(line: string): StartLine {
  if (/^SIP\//i.test(line)) return readStatusLine(line);
  const parts = line.split(' ');
  const [method, uri, version] = parts;
  if (method === undefined || uri === undefined || !isHeaderName(method)) {
    return { kind: 'malformed', fault: 'start-line', detail: 'neither request nor status line' };
  }
  const last = parts[parts.length - 1] as string;
  if (parts.length !== 3 || version === undefined) {
    // Only a line that claims to be SIP is worth an answer.
    const claimed = /^SIP\/2\.0$/i.test(last.trim()) || last === '';
    return { kind: 'malformed', fault: 'start-line', detail: 'not exactly two spaces', ...(claimed ? { method } : {}) };
  }
  if (!/^SIP\/\d+\.\d+$/i.test(version)) return { kind: 'malformed', fault: 'start-line', detail: 'no SIP version' };
  if (!/^SIP\/2\.0$/i.test(version)) return { kind: 'malformed', fault: 'version', detail: version.slice(0, 20), method };
  if (!isRequestUri(uri)) return { kind: 'malformed', fault: 'request-uri', detail: 'malformed Request-URI', method };
  return { kind: 'request', method, uri };
}

function readStatusLine(line: string): StartLine {
  const match = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/i.exec(line);
  if (match === null) return { kind: 'malformed', fault: 'start-line', detail: 'malformed status line' };
  if (match[1] !== '2.0') return { kind: 'malformed', fault: 'version', detail: `SIP/${match[1]}`.slice(0, 20) };
  const digits = match[2] as string;
  const status = Number(digits);
  if (digits.length !== 3 || status < 100 || status > 699) {
    return { kind: 'malformed', fault: 'status', detail: digits.slice(0, 20) };
  }
  return { kind: 'response', status, reason: match[3] ?? '' };
}

/** RFC 3261 section 19.1.1: a Request-URI of scheme sip or sips carries no header component. */
function isRequestUri(uri: string): boolean {
  const scheme = schemeOf(uri);
  if (scheme !== 'sip' && scheme !== 'sips') return isUri(uri);
  return parseSipUri(uri)?.headers === '';
}

interface Fields {
  readonly headers: readonly HeaderField[];
  /** The beginning of the first line that is no header field; the others are read nevertheless, for the answer. */
  readonly badLine: string | undefined;
}

function readFields(lines: readonly string[]): Fields {
  const headers: HeaderField[] = [];
  let badLine: string | undefined;
  for (let i = 1; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).trimEnd();
    if (!isHeaderName(name) || /[\r\n]/.test(line)) {
      badLine ??= line.slice(0, 40);
    } else headers.push({ name: headerDisplayName(name), key: headerKey(name), value: line.slice(colon + 1).trim() });
  }
  return { headers, badLine };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function headLines(head: Uint8Array): readonly string[] {
  const text = utf8.decode(head);
  const unfolded = text.includes('\r\n ') || text.includes('\r\n\t') ? text.replace(/[ \t]*\r\n[ \t]+/g, ' ') : text;
  return unfolded.split('\r\n');
}

/** RFC 3261 section 7.5: empty lines before the start line are ignored. */
function leadingLineEnds(bytes: Uint8Array): number {
  let i = 0;
  while (bytes[i] === 0x0d && bytes[i + 1] === 0x0a) i += 2;
  return i;
}

function fault(
  code: ParseFault,
  detail: string,
  request?: { method: string; headers: readonly HeaderField[]; core: CoreHeaders },
): ParseResult {
  return { kind: 'malformed', fault: code, detail, ...(request === undefined ? {} : { request }) };
}
