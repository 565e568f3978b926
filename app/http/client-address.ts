import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { addressRanges } from '#kit/ip/address-ranges';
import { unmapped } from '#kit/ip/ip-address';

/**
 * Who asks, for requests that do not come by way of the HTTP framework (upgrades to WebSocket), by its rule: the address nearest to us in
 * X-Forwarded-For that is no proxy of ours. `trusted` as `http.trustedProxies`: addresses and ranges.
 */
export function clientAddress(
  trusted: readonly string[],
): (request: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }) => string {
  const isProxy = addressRanges(trusted);
  return ({ headers, socket }) => {
    const forwarded = [headers['x-forwarded-for'] ?? []]
      .flat()
      .join(',')
      .split(',')
      .slice(-MAX_HOPS)
      .map((text) => plain(text))
      .reverse();
    let address = plain(socket.remoteAddress ?? '');
    for (const before of forwarded) {
      // What is no address was made up by somebody: the last that is one counts.
      if (isIP(address) === 0 || isIP(before) === 0 || !isProxy(address)) break;
      address = before;
    }
    return address;
  };
}

/** As one socket tells it, without the prefix that an IPv4 address has on a socket of IPv6. */
function plain(address: string): string {
  return unmapped(address.trim().toLowerCase());
}

/** Longer ways than this are made up. */
const MAX_HOPS = 32;
