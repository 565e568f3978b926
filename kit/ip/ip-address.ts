import { isIP, SocketAddress } from 'node:net';

export interface IpAddress {
  readonly version: 4 | 6;
  /** One text for each address, as sockets write it: IPv6 in small letters, compressed (RFC 5952), without brackets and zone. */
  readonly text: string;
}

/** Reads an IPv4 or IPv6 address; brackets and a zone are allowed. IPv4 mapped into IPv6 (RFC 4291 section 2.5.5.2) is read as IPv4. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const bare = withoutZone(bareHost(text));
  const version = isIP(bare);
  if (version === 0) return undefined;
  const canonical = version === 4 ? bare : unmapped(new SocketAddress({ address: bare, family: 'ipv6' }).address);
  return { version: version === 4 || isIP(canonical) === 4 ? 4 : 6, text: canonical };
}

export function isIpAddress(text: string): boolean {
  return parseIpAddress(text) !== undefined;
}

/** SDP may write an address in any way. What is no address is left as it is. */
export function canonicalAddress(text: string): string {
  return parseIpAddress(text)?.text ?? text;
}

/** In network order, 4 or 16 of them. */
export function addressBytes(text: string): Uint8Array | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  if (address.version === 4) return Uint8Array.from(address.text.split('.').map(Number));
  return Uint8Array.from(groupsOf(address.text).flatMap((group) => [group >> 8, group & 0xff]));
}

/** The eight groups of an IPv6 address. */
export function groupsOf(address: string): readonly number[] {
  // URLs write no group as IPv4, which sockets do with some.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [left, right] = [head, tail].map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return [...left!, ...new Array<number>(8 - left!.length - right!.length).fill(0), ...right!];
}

export function isLoopback(text: string): boolean {
  const address = parseIpAddress(text);
  return address !== undefined && (address.version === 4 ? address.text.startsWith('127.') : address.text === '::1');
}

/** `0.0.0.0` or `::`: listening everywhere, or, in SDP, nowhere to send to. */
export function isUnspecified(text: string): boolean {
  const address = parseIpAddress(text)?.text;
  return address === '0.0.0.0' || address === '::';
}

/** `host:port` with brackets around IPv6. */
export function hostPort(host: string, port: number): string {
  return `${uriHost(host)}:${port}`;
}

/** A host as URIs want it: IPv6 in brackets. */
export function uriHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The host without the brackets of an IPv6 address. */
export function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** The address in `192.0.2.9:5060`, `[2001:db8::7]:5060` or `2001:db8::7:5060`, as `CallFacts.peer` has it. */
export function addressOfPeer(peer: string): string {
  return /^\[(.*)\]:\d*$/.exec(peer)?.[1] ?? peer.replace(/:\d*$/, '');
}

/** `fe80::1%eth0` comes from a socket where SDP names `fe80::1`. */
export function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at < 0 ? address : address.slice(0, at);
}

/** An IPv4 address as a socket that speaks both versions tells it. Called for each packet. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}

/** And as it has to be told. */
export function mapped(address: string): string {
  return address.includes(':') ? address : MAPPED + address;
}

const MAPPED = '::ffff:';
/** The longest IPv6 text with brackets and a zone id of 20 characters. */
const MAX_TEXT = 68;
