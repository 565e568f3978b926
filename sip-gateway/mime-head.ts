/** A media type or disposition with its parameters, names and value in lower case: `multipart/mixed`, `session`. */
export interface HeadValue {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

/** The fields of a body or of one part of it that say what it is. */
export interface MimeHead {
  readonly type: HeadValue | undefined;
  readonly disposition: HeadValue | undefined;
  /** `Content-Encoding` in lower case; '' for none. */
  readonly encoding: string;
  /** `Content-Transfer-Encoding` in lower case; '' for none. */
  readonly transferEncoding: string;
}

/** `field` gives the value of a header field by its long name in lower case. */
export function mimeHead(field: (name: string) => string | undefined): MimeHead {
  return {
    type: readHeadValue(field('content-type')),
    disposition: readHeadValue(field('content-disposition')),
    encoding: plain(field('content-encoding')),
    transferEncoding: plain(field('content-transfer-encoding')),
  };
}

/**
 * White space may stand around every separator (RFC 3261 section 25.1), names and types are of either case, values may be
 * quoted. A value that should be quoted and is not (a boundary with `=`) is taken up to the next separator.
 */
export function readHeadValue(text: string | undefined): HeadValue | undefined {
  const value = /^\s*([^\s;/]+)(?:\s*\/\s*([^\s;/]+))?/.exec((text ?? '').slice(0, MAX_TEXT));
  if (text === undefined || value === null) return undefined;
  const params = new Map<string, string>();
  PARAM.lastIndex = value[0].length;
  for (let match = PARAM.exec(text); match !== null && params.size < MAX_PARAMS; match = PARAM.exec(text)) {
    const name = (match[1] ?? '').toLowerCase();
    const found = match[2] ?? '';
    if (!params.has(name)) params.set(name, found.startsWith('"') ? found.slice(1, -1).replace(/\\(.)/g, '$1') : found);
  }
  return { value: (value[2] === undefined ? (value[1] ?? '') : `${value[1]}/${value[2]}`).toLowerCase(), params };
}

/** Splits the head of a part from its text. Fields may be folded, short (RFC 3261 section 7.3.3) and of either case. */
export function splitPart(part: string): { readonly head: MimeHead; readonly text: string } {
  const end = /^\r?\n|\r?\n\r?\n/.exec(part);
  const lines = end === null ? part : part.slice(0, end.index);
  const fields = new Map<string, string>();
  for (const line of lines
    .slice(0, MAX_TEXT)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const long = SHORT_NAMES[name] ?? name;
    if (name !== '' && !fields.has(long)) fields.set(long, line.slice(colon + 1).trim());
  }
  return { head: mimeHead((name) => fields.get(name)), text: end === null ? '' : part.slice(end.index + end[0].length) };
}

function plain(text: string | undefined): string {
  return (text ?? '').trim().toLowerCase();
}

const PARAM = /\s*;\s*([^\s;=]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;]*))?/y;
const SHORT_NAMES: Readonly<Record<string, string>> = { c: 'content-type', e: 'content-encoding' };
/** Heads of parts are some hundred characters. */
const MAX_TEXT = 4_096;
const MAX_PARAMS = 16;
