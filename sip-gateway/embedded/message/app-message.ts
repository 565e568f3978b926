import { headerDisplayName, headerKey, isHeaderName } from './header-names.ts';
import { endOfHead } from './parse.ts';
import { type HeaderField, NO_BODY } from './sip-message.ts';

/** A message as an application hands it over: incomplete, lower-case names, its Content-Length not to be trusted. */
export type AppMessage =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly headers: readonly HeaderField[];
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly HeaderField[];
      readonly body: Uint8Array;
    };

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Lenient where the network parser is strict: lines without colon or with an illegal name are skipped, the whole rest
 * of the frame is the body. Control characters are taken out of values, so that nothing can be smuggled into a header.
 */
export function parseAppMessage(bytes: Uint8Array): AppMessage | undefined {
  const headEnd = endOfHead(bytes, 0);
  const text = utf8.decode(headEnd < 0 ? bytes : bytes.subarray(0, headEnd));
  const body = headEnd < 0 || headEnd + 4 >= bytes.length ? NO_BODY : new Uint8Array(bytes.subarray(headEnd + 4));
  const lines = text.split('\r\n');
  const headers = readFields(lines);
  const startLine = lines[0] as string;
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/.exec(startLine);
  if (status !== null) {
    return { kind: 'response', status: Number(status[1]), reason: clean(status[2] ?? ''), headers, body };
  }
  const request = /^(\S+) (\S+) SIP\/2\.0$/.exec(startLine);
  if (request === null || !isHeaderName(request[1] as string)) return undefined;
  return { kind: 'request', method: request[1] as string, uri: request[2] as string, headers, body };
}

function readFields(lines: readonly string[]): readonly HeaderField[] {
  const headers: HeaderField[] = [];
  for (let i = 1; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim();
    const value = clean(line.slice(colon + 1)).trim();
    if (isHeaderName(name) && value !== '') headers.push({ name: headerDisplayName(name), key: headerKey(name), value });
  }
  return headers;
}

function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- exactly these must not reach a header
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]+/g, ' ');
}
