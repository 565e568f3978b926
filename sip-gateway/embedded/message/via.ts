import { bareHost } from '#kit/ip/ip-address';
import { type Params, readParams, splitCommas, writeParams } from './scan.ts';

/** One hop of the Via header, RFC 3261 section 20.42. */
export interface Via {
  /** Transport in upper case: UDP, TCP, TLS, WS, or whatever the peer wrote. */
  readonly transport: string;
  /** `sent-by` host; IPv6 keeps its brackets. */
  readonly host: string;
  readonly port?: number;
  readonly params: Params;
}

const HOP =
  /SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?:[ \t]*:[ \t]*(\d{1,5}))?/iy;

/** The magic cookie that marks branches unique by construction, RFC 3261 section 8.1.1.7. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Reads the hops of one field. `undefined` when any of them is malformed. */
export function parseVias(text: string): readonly Via[] | undefined {
  const parts = splitCommas(text);
  if (parts === undefined) return undefined;
  const hops: Via[] = [];
  for (const part of parts) {
    const hop = parseVia(part);
    if (hop === undefined) return undefined;
    hops.push(hop);
  }
  return hops;
}

function writeVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${via.host}${port}${writeParams(via.params)}`;
}

function parseVia(text: string): Via | undefined {
  HOP.lastIndex = 0;
  const match = HOP.exec(text);
  if (match === null) return undefined;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && port > 65_535) return undefined;
  const tail = readParams(text, HOP.lastIndex);
  if (tail === undefined || tail.end !== text.length) return undefined;
  return {
    transport: (match[1] as string).toUpperCase(),
    host: match[2] as string,
    ...(port === undefined ? {} : { port }),
    params: tail.params,
  };
}

/**
 * The field with `received` and `rport` put into its topmost hop: where the message really came from
 * (RFC 3261 section 18.2.1, RFC 3581 section 4).
 */
export function stampVia(value: string, top: Via, source: { readonly address: string; readonly port: number }): string {
  const asksForPort = 'rport' in top.params;
  if (!asksForPort && bareHost(top.host) === source.address) return value;
  const params: Params = { ...top.params, received: source.address, ...(asksForPort ? { rport: String(source.port) } : {}) };
  const rest = splitCommas(value)?.slice(1) ?? [];
  return [writeVia({ ...top, params }), ...rest].join(', ');
}
