/**
 * One text for each IP address, as sockets write it: IPv6 in small letters, compressed (RFC 5952), without brackets and zone; IPv4 that is mapped into IPv6
 * as IPv4. SDP may write an address in any way. What is no address is left as it is.
 */
export function canonicalAddress(text: string): string {
  if (!text.includes(':')) return text;
  const bare = withoutZone(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);
  const host = URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1);
  if (host === undefined) return text;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  return [mapped[1]!, mapped[2]!].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]).join('.');
}

/** `fe80::1%eth0` comes from a socket where SDP names `fe80::1`. */
export function withoutZone(address: string): string {
  const at = address.indexOf('%');
  return at < 0 ? address : address.slice(0, at);
}

/** An IPv4 address as a socket that speaks both versions tells it. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}

/** And as it has to be told. */
export function mapped(address: string): string {
  return address.includes(':') ? address : MAPPED + address;
}

const MAPPED = '::ffff:';
