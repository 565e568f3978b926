import { parseNameAddress, writeNameAddress } from '../message/address.ts';
import { header, type HeaderField } from '../message/sip-message.ts';
import type { Transport } from '../core/types.ts';
import { factsOf } from '../transport/transport-table.ts';

/** What `localhost` in a header of the application stands for, and how we are reached. */
export interface LocalContact {
  /** `host:port` as the peer can reach it. */
  readonly hostPort: string;
  readonly transport: Transport;
}

/** `<sip:host:port>`, with the transport where it is not UDP. */
export function defaultContact(local: LocalContact): string {
  return `<sip:${local.hostPort}${uriParameter(local)}>`;
}

/**
 * The headers of an application that go into a message as they are: none that routing, transactions or dialogs own
 * (`owned`), and with `localhost` replaced where addresses stand.
 */
export function appHeaders(headers: readonly HeaderField[], owned: ReadonlySet<string>, local: LocalContact): readonly HeaderField[] {
  const kept: HeaderField[] = [];
  for (const field of headers) {
    if (owned.has(field.key)) continue;
    kept.push(LOCALHOST_KEYS.has(field.key) ? header(field.name, replaceLocalhost(field, local)) : field);
  }
  return kept;
}

/** Headers that an application can never set. */
export const ALWAYS_OWNED: readonly string[] = ['via', 'route', 'record-route', 'rseq', 'content-length', 'max-forwards'];

/** `application/sdp` where the body is SDP and nothing else was said. */
export function defaultContentType(headers: readonly HeaderField[], body: Uint8Array): readonly HeaderField[] | 'missing' {
  if (body.length === 0 || headers.some((field) => field.key === 'content-type')) return [];
  const isSdp = body[0] === 0x76 && body[1] === 0x3d && body[2] === 0x30;
  return isSdp ? [header('Content-Type', 'application/sdp')] : 'missing';
}

function replaceLocalhost(field: HeaderField, local: LocalContact): string {
  if (!field.value.includes('localhost')) return field.value;
  const value = field.value.replace(LOCALHOST, `$1${local.hostPort}`);
  if (field.key !== 'contact' || uriParameter(local) === '') return value;
  const address = parseNameAddress(value);
  if (address === undefined || /;transport=/i.test(address.uri)) return value;
  return writeNameAddress({ ...address, uri: `${address.uri}${uriParameter(local)}` });
}

function uriParameter({ transport }: LocalContact): string {
  const name = factsOf(transport).uriParameter;
  return name === undefined ? '' : `;transport=${name}`;
}

const LOCALHOST_KEYS: ReadonlySet<string> = new Set(['from', 'to', 'contact', 'p-asserted-identity']);
const LOCALHOST = /(sips?:(?:[^@<>\s]*@)?)localhost(?::\d+)?(?=[>;?,\s]|$)/g;
