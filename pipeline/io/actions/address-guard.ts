import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '#domain/errors';
import { addressRanges } from '#kit/ip/address-ranges';

/** Whether an action may connect to an address: a public one, or one that its declaration names. */
export type AddressGuard = (address: string) => boolean;

export function createAddressGuard(named: readonly string[]): AddressGuard {
  const isNamed = addressRanges(named);
  return (address) => {
    const version = isIP(address);
    if (version === 0) return false;
    if (isNamed(address)) return true;
    return version === 4 ? !isSpecialV4(address) : isGlobalV6(address) && !isSpecialV6(address);
  };
}

/**
 * Resolves names for connections, and gives only addresses that may be connected to: what was checked is what is
 * connected to, so that a name which resolves differently a moment later (DNS rebinding) gains nothing.
 */
export function guardedLookup(guard: AddressGuard, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => guard(address));
      const first = allowed[0];
      if (first === undefined)
        return callback(new AppError('ADDRESS_NOT_ALLOWED', `${hostname} has no address that this action may connect to`), '', 0);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** IANA's registry of special-purpose IPv4 addresses (RFC 6890), with multicast and what is reserved. */
const isSpecialV4 = addressRanges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);
/** All that is routed globally (RFC 4291 section 2.4): leaves out loopback, mapped IPv4, NAT64, unique local, link-local, multicast. */
const isGlobalV6 = addressRanges(['2000::/3']);
/** Of that: protocol assignments with Teredo and ORCHID, documentation, 6to4, whose addresses hold an IPv4 one. */
const isSpecialV6 = addressRanges(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
