/** An IP address as a number, and the range notation that `sip.allow` uses. Nothing here touches a socket. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

export interface Cidr {
  readonly version: 4 | 6;
  readonly network: bigint;
  /** Leading bits that must agree, 0..32 or 0..128. */
  readonly prefixBits: number;
}

/** Reads dotted IPv4 or IPv6 text (brackets and a zone id allowed). IPv4 mapped into IPv6 is read as IPv4. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!bare.includes(':')) {
    const value = ipv4Value(bare);
    return value === undefined ? undefined : { version: 4, value };
  }
  const value = ipv6Value(bare.split('%', 1)[0] ?? '');
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED_PREFIX ? { version: 4, value: value & 0xffff_ffffn } : { version: 6, value };
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. Bits below the prefix are ignored. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = address.version === 4 ? 32 : 128;
  const bitsText = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(bitsText)) return undefined;
  const prefixBits = Number(bitsText);
  if (prefixBits > width) return undefined;
  return { version: address.version, network: networkOf(address.value, width, prefixBits), prefixBits };
}

export function cidrContains(range: Cidr, address: IpAddress): boolean {
  if (range.version !== address.version) return false;
  return networkOf(address.value, range.version === 4 ? 32 : 128, range.prefixBits) === range.network;
}

export function isLoopback(text: string): boolean {
  const address = parseIpAddress(text);
  return address !== undefined && LOOPBACK.some((range) => cidrContains(range, address));
}

/** `0.0.0.0` or `::`: listening everywhere, or, in SDP, nowhere to send to. */
export function isUnspecified(text: string): boolean {
  return parseIpAddress(text)?.value === 0n;
}

/** `host:port` with brackets around IPv6. */
export function hostPort(host: string, port: number): string {
  return `${uriHost(host)}:${port}`;
}

/** A host as a SIP URI wants it: IPv6 in brackets. */
export function uriHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function networkOf(value: bigint, width: number, prefixBits: number): bigint {
  const hostBits = BigInt(width - prefixBits);
  return (value >> hostBits) << hostBits;
}

function ipv4Value(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let value = 0n;
  for (const octet of octets) {
    // A leading zero reads as octal elsewhere: refused, so that nobody can disagree about the address.
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    value = (value << 8n) | BigInt(octet);
  }
  return value;
}

function ipv6Value(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const v4 = ipv4Value(part);
      if (v4 === undefined) return undefined;
      groups.push(v4 >> 16n, v4 & 0xffffn);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(BigInt(`0x${part}`));
    }
  }
  return groups;
}

/** The longest IPv6 text with brackets and a zone id of 20 characters. */
const MAX_TEXT = 68;
/** `::ffff:0:0/96`; RFC 4291 section 2.5.5.2. */
const MAPPED_PREFIX = 0xffffn;
const LOOPBACK: readonly Cidr[] = [
  { version: 4, network: 0x7f00_0000n, prefixBits: 8 },
  { version: 6, network: 1n, prefixBits: 128 },
];
