import { isUnspecified } from '#kit/ip/ip-address';

/** One address that we can be reached at. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** What an operating system tells of an interface's address. */
export interface InterfaceAddress extends HostAddress {
  readonly internal: boolean;
}

/**
 * The addresses to bind, best first. Asked for: those. Otherwise all but link-local ones (they need a zone, which candidates
 * do not carry); loopback comes last, for a browser on this machine without any network, and is left out where the outside
 * knows us by other addresses.
 */
export function addressesToBind(
  wanted: readonly string[],
  machine: readonly InterfaceAddress[],
  hasExternal: boolean,
): readonly HostAddress[] {
  if (wanted.length > 0) return wanted.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const usable = machine.filter(({ address, internal }) => !internal && !/^fe[89ab]/i.test(address) && !address.startsWith('169.254.'));
  const chosen = [...usable.filter(({ family }) => family === 4), ...usable.filter(({ family }) => family === 6)].slice(0, MAX_ADDRESSES);
  const loopback = hasExternal && chosen.length > 0 ? [] : machine.filter(({ address }) => address === '127.0.0.1');
  return [...chosen, ...loopback].map(({ address, family }) => ({ address, family }));
}

/**
 * `a=candidate:` lines without `a=`: the bound addresses, and in front of them those by which the outside knows us. Priorities fall in
 * that order; RFC 8445 section 5.1.2.1. RTP and RTCP share component 1.
 */
export function candidateLines(bound: readonly HostAddress[], external: readonly string[], port: number): readonly string[] {
  const addresses = [...new Set([...external, ...bound.filter(({ address }) => !isUnspecified(address)).map(({ address }) => address)])];
  return addresses.map(
    (address, index) => `candidate:${index + 1} 1 udp ${HOST_PREFERENCE + (65_535 - index) * 256 + 255} ${address} ${port} typ host`,
  );
}

/**
 * The same for full ICE, beside its own host candidates: each external address with each port that one of its family is bound to, as 1:1 NAT
 * keeps ports. In front of all others.
 */
export function externalCandidates(
  hosts: readonly { readonly type: string; readonly host: string; readonly port: number }[],
  external: readonly string[],
): readonly string[] {
  const isSix = (address: string): boolean => address.includes(':');
  const lines = external.flatMap((address) => {
    const ports = new Set(hosts.filter(({ type, host }) => type === 'host' && isSix(host) === isSix(address)).map(({ port }) => port));
    return [...ports].map((port) => ({ address, port }));
  });
  return lines.map(
    ({ address, port }, index) =>
      `candidate:x${index + 1} 1 udp ${HOST_PREFERENCE + (65_535 - index) * 256 + 255} ${address} ${port} typ host`,
  );
}

/** Type preference of host candidates, 126 · 2^24. */
const HOST_PREFERENCE = 126 * 2 ** 24;
/** Each is a socket for each call, and a check from the browser. */
const MAX_ADDRESSES = 8;
