import { hostPort, isIpAddress, parseIpAddress } from '#kit/ip/ip-address';
import { parseNameAddresses } from '../embedded/message/address.ts';
import { parseSipUri, type SipUri } from '../embedded/message/uri.ts';
import { parseVias } from '../embedded/message/via.ts';

/** How a registrar reaches us: the address that it saw, behind NAT. */
export interface SeenAddress {
  readonly address: string;
  readonly port: number;
}

/** Our Contact without parameters of the header. `rinstance` tells which account an INVITE is for. `localhost`: the SIP server puts its own address there. */
export function contactOf(
  account: { readonly user: string; readonly transport: 'udp' | 'tcp' | 'tls'; readonly instance: string },
  seen: SeenAddress | undefined,
): string {
  const where = seen === undefined ? 'localhost' : hostPort(seen.address, seen.port);
  const transport = seen === undefined || account.transport === 'udp' ? '' : `;transport=${account.transport}`;
  return `<sip:${account.user}@${where}${transport};rinstance=${account.instance}>`;
}

/** What an answer says of bindings: how long ours lives, and which are left from an earlier start of ours. */
export function readBindings(
  header: string | undefined,
  ours: { readonly uri: string; readonly instance: string },
): { readonly expiresS: number | undefined; readonly leftovers: readonly string[] } {
  const own = parseSipUri(ours.uri);
  const all = (header === undefined ? [] : (parseNameAddresses(header.slice(0, MAX_HEADER_CHARS)) ?? [])).flatMap(({ uri, params }) => {
    const parsed = parseSipUri(uri);
    return parsed === undefined ? [] : [{ uri, parsed, expires: params['expires'] }];
  });
  const isHere = (uri: SipUri): boolean => own !== undefined && uri.user === own.user && uri.host === own.host && uri.port === own.port;
  // A registrar that cuts parameters off leaves the address.
  const mine =
    all.find(({ parsed }) => parsed.params['rinstance'] === ours.instance) ??
    all.find(({ parsed }) => parsed.params['rinstance'] === undefined && isHere(parsed));
  const leftovers = all.filter(({ parsed }) => isHere(parsed) && (parsed.params['rinstance'] ?? ours.instance) !== ours.instance);
  return { expiresS: seconds(mine?.expires), leftovers: leftovers.slice(0, MAX_LEFTOVERS).map(({ uri }) => uri) };
}

/** Where our request came from, if that is not what our Via says: RFC 3581 section 4. */
export function seenAddress(via: string | undefined): SeenAddress | undefined {
  const top = via === undefined ? undefined : parseVias(via.slice(0, MAX_HEADER_CHARS))?.[0];
  const received = parseIpAddress(top?.params['received'] ?? '')?.text;
  if (top === undefined || received === undefined) return undefined;
  if (!isIpAddress(top.host) || parseIpAddress(top.host)?.text === received) return undefined;
  const port = Number(top.params['rport'] ?? '');
  return { address: received, port: Number.isInteger(port) && port > 0 && port <= 65_535 ? port : (top.port ?? 5060) };
}

/** Of a header such as Expires, Min-Expires or Retry-After, whose value may have a comment behind it. */
export function seconds(text: string | undefined): number | undefined {
  const [, digits] = /^\s*"?(\d{1,10})\b/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A guess: some hundred bindings of one address. */
const MAX_HEADER_CHARS = 16_384;
/** Of restarts within the lifetime of a binding; more run out by themselves. */
const MAX_LEFTOVERS = 8;
