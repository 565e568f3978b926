import { type NameAddress, parseNameAddress, parseNameAddresses } from './address.ts';
import type { HeaderField } from './sip-message.ts';
import { parseVias, type Via } from './via.ts';

export interface CSeq {
  /** 0 to 2^32 - 1. */
  readonly number: number;
  readonly method: string;
}

/** What the transaction and dialog layers need of every message, parsed once. */
export interface CoreHeaders {
  /** Topmost hop. */
  readonly via?: Via;
  readonly from?: NameAddress;
  readonly to?: NameAddress;
  readonly callId?: string;
  readonly cseq?: CSeq;
  readonly contentLength?: number;
  /** Well-formed field by field, but not a message that can be served (RFC 3261 section 7.3.1): answer 400 with this text. */
  readonly fault?: string;
}

export type CoreHeadersResult =
  | { readonly kind: 'ok'; readonly core: CoreHeaders }
  /** `core` holds what could be read nevertheless. */
  | { readonly kind: 'malformed'; readonly header: string; readonly core: CoreHeaders };

type Draft = { -readonly [Key in keyof CoreHeaders]: CoreHeaders[Key] };

const CSEQ = /^(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/;
/** Requests whose Contact nobody reads (RFC 3261 table 2): who could not hang up or confirm a call because of it would stay in it, or be thrown out. */
const WITHOUT_CONTACT: ReadonlySet<string> = new Set(['ACK', 'BYE', 'CANCEL', 'INFO', 'PRACK']);
const CSEQ_MAX = 4_294_967_295;
const CONTENT_LENGTH_MAX = 10_000_000;

/** Checks every field that routing, transactions and dialogs rely on in a request of that method, or in a response; all others are left as text. */
export function readCoreHeaders(headers: readonly HeaderField[], method?: string): CoreHeadersResult {
  const core: Draft = {};
  let malformed: string | undefined;
  let isTopViaBroken = false;
  for (const field of headers) {
    if (readField(core, field) || (field.key === 'contact' && WITHOUT_CONTACT.has(method ?? ''))) continue;
    malformed ??= field.name;
    // A hop further on is not the one that sent this.
    if (field.key === 'via' && core.via === undefined) isTopViaBroken = true;
  }
  if (isTopViaBroken) delete core.via;
  return malformed === undefined ? { kind: 'ok', core } : { kind: 'malformed', header: malformed, core };
}

function readField(core: Draft, field: HeaderField): boolean {
  switch (field.key) {
    case 'via': {
      const hops = parseVias(field.value);
      if (hops === undefined) return false;
      const top = hops[0];
      if (core.via === undefined && top !== undefined) core.via = top;
      return true;
    }
    case 'from':
      return readOnce(core, 'from', field, parseNameAddress(field.value));
    case 'to':
      return readOnce(core, 'to', field, parseNameAddress(field.value));
    case 'call-id':
      return readOnce(core, 'callId', field, /^\S{1,512}$/.test(field.value) ? field.value : undefined);
    case 'cseq':
      return readOnce(core, 'cseq', field, parseCSeq(field.value));
    case 'content-length':
      return readOnce(core, 'contentLength', field, parseCount(field.value, CONTENT_LENGTH_MAX));
    case 'max-forwards':
      return parseCount(field.value, CSEQ_MAX) !== undefined;
    case 'contact':
      return field.value === '*' || parseNameAddresses(field.value) !== undefined;
    case 'route':
    case 'record-route':
      return parseNameAddresses(field.value) !== undefined;
    default:
      // Nothing here reads Date or Expires: a value that cannot be read is no reason to refuse (RFC 4475 section 3.1.2.12).
      return true;
  }
}

export function parseCSeq(text: string): CSeq | undefined {
  const match = CSEQ.exec(text);
  if (match === null) return undefined;
  const number = Number(match[1]);
  return number > CSEQ_MAX ? undefined : { number, method: match[2] as string };
}

function readOnce<Key extends 'from' | 'to' | 'callId' | 'cseq' | 'contentLength'>(
  core: Draft,
  key: Key,
  field: HeaderField,
  value: CoreHeaders[Key] | undefined,
): boolean {
  if (value === undefined) return false;
  if (core[key] === undefined) core[key] = value as Draft[Key];
  else core.fault ??= `Repeated ${field.name} header`;
  return true;
}

function parseCount(text: string, max: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const count = Number(text);
  return count > max ? undefined : count;
}
