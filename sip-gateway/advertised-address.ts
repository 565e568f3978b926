import { addressRanges } from '#kit/ip/address-ranges';
import { isLoopback, isUnspecified, parseIpAddress } from '#kit/ip/ip-address';

/** One address of this machine, as `os.networkInterfaces()` tells it. */
export interface LocalAddress {
  readonly address: string;
  /** With its network, such as `192.168.1.5/24`. */
  readonly cidr: string | undefined;
  readonly internal: boolean;
}

export interface AddressOptions {
  readonly bindAddress: string;
  /** `auto` or an address. */
  readonly externalAddress: string;
}

/**
 * The address that a peer should send to, for Contact and SDP. A peer on this machine is told the address it
 * came from, so that local phones work whatever is configured; then an explicit `externalAddress` counts; then the bound
 * address; then the interface in the peer's own network; then the first that is not internal.
 */
export function advertisedAddress(options: AddressOptions, peerAddress: string, locals: readonly LocalAddress[]): string {
  if (isLoopback(peerAddress)) return parseIpAddress(peerAddress)?.version === 6 ? '::1' : '127.0.0.1';
  const self = locals.find((local) => sameAddress(local.address, peerAddress));
  if (self !== undefined) return self.address;
  if (options.externalAddress !== 'auto') return options.externalAddress;
  if (!isUnspecified(options.bindAddress)) return options.bindAddress;
  const version = parseIpAddress(peerAddress)?.version ?? 4;
  const candidates = locals.filter((local) => !local.internal && parseIpAddress(local.address)?.version === version);
  const near = candidates.find(({ cidr }) => cidr !== undefined && addressRanges([cidr])(peerAddress));
  return near?.address ?? candidates[0]?.address ?? firstExternal(locals);
}

/**
 * The address for SDP. Mostly that of the signalling; but a call that a proxy on this machine passes on comes from
 * loopback while its media come from elsewhere, which its SDP tells.
 */
export function mediaAddress(
  options: AddressOptions,
  peer: { readonly signalling: string; readonly sdp: string | undefined },
  locals: readonly LocalAddress[],
): string {
  const { signalling, sdp } = peer;
  const isElsewhere = sdp !== undefined && !isLoopback(sdp) && !locals.some((local) => sameAddress(local.address, sdp));
  return advertisedAddress(options, isLoopback(signalling) && isElsewhere ? sdp : signalling, locals);
}

/** What a person is told to dial: the external address first, then loopback where the server listens there. */
export function dialableHosts(options: AddressOptions, locals: readonly LocalAddress[]): readonly string[] {
  const hosts: string[] = [];
  if (options.externalAddress !== 'auto') hosts.push(options.externalAddress);
  else if (!isUnspecified(options.bindAddress)) hosts.push(options.bindAddress);
  else hosts.push(firstExternal(locals));
  if (isUnspecified(options.bindAddress)) hosts.push('127.0.0.1');
  else hosts.push(options.bindAddress);
  return [...new Set(hosts)];
}

function firstExternal(locals: readonly LocalAddress[]): string {
  const external = locals.find((local) => !local.internal && parseIpAddress(local.address)?.version === 4);
  return external?.address ?? '127.0.0.1';
}

function sameAddress(a: string, b: string): boolean {
  const text = parseIpAddress(a)?.text;
  return text !== undefined && text === parseIpAddress(b)?.text;
}
