import { type Params, readParams, splitCommas, writeParams } from './scan.ts';
import { isUri } from './uri.ts';

/** `name-addr` or `addr-spec` with its header parameters, RFC 3261 section 20.10. */
export interface NameAddress {
  /** As written, quotes included; '' without one. */
  readonly displayName: string;
  readonly uri: string;
  readonly params: Params;
}

const DISPLAY_NAME = /^(?:"(?:[^"\\]|\\[\s\S])*"|[^\s"<>,;:=@()\\/[\]?{}]+(?:[ \t]+[^\s"<>,;:=@()\\/[\]?{}]+)*)?$/;

/** Reads exactly one address. `undefined` when it is malformed. */
export function parseNameAddress(text: string): NameAddress | undefined {
  const angle = startOfAngle(text);
  if (angle === undefined) return undefined;
  const end = angle < 0 ? endOfBareUri(text) : text.indexOf('>', angle);
  if (end < 0) return undefined;
  const uri = angle < 0 ? text.slice(0, end) : text.slice(angle + 1, end);
  const displayName = angle < 0 ? '' : text.slice(0, angle).trim();
  // RFC 3261 section 20: a URI with comma, question mark or semicolon has to stand in angle brackets.
  if (angle < 0 && /[?,]/.test(uri)) return undefined;
  if (!isUri(uri) || !DISPLAY_NAME.test(displayName)) return undefined;
  const tail = readParams(text, angle < 0 ? end : end + 1);
  if (tail === undefined || tail.end !== text.length) return undefined;
  return { displayName, uri, params: tail.params };
}

/** A comma list, such as Contact or Route. */
export function parseNameAddresses(text: string): readonly NameAddress[] | undefined {
  const parts = splitCommas(text);
  if (parts === undefined) return undefined;
  const addresses: NameAddress[] = [];
  for (const part of parts) {
    const address = parseNameAddress(part);
    if (address === undefined) return undefined;
    addresses.push(address);
  }
  return addresses;
}

export function writeNameAddress(address: NameAddress): string {
  const name = address.displayName === '' ? '' : `${address.displayName} `;
  return `${name}<${address.uri}>${writeParams(address.params)}`;
}

/** The index of the `<`, -1 without one, `undefined` when a quoted string does not end. */
function startOfAngle(text: string): number | undefined {
  if (!text.startsWith('"')) return text.indexOf('<');
  for (let i = 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') {
      const angle = text.indexOf('<', i);
      return angle < 0 ? undefined : angle;
    }
  }
  return undefined;
}

function endOfBareUri(text: string): number {
  const match = /[\s;]/.exec(text);
  return match === null ? text.length : match.index;
}
