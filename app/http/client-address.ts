import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Who asks, for requests that do not come by way of the HTTP framework (upgrades to WebSocket), by its rule: the address nearest to us in
 * X-Forwarded-For that is no proxy of ours. `trusted` as `http.trustedProxies`: addresses and ranges.
 */
export function clientAddress(trusted: readonly string[]): (request: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }) => string {
  const proxies = new BlockList();
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(bits), familyOf(address));
  }
  return ({ headers, socket }) => {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-MOST_HOPS).map(plain).reverse();
    let address = plain(socket.remoteAddress ?? '');
    for (const before of forwarded) {
      // What is no address was made up by somebody: the last that is one counts.
      if (isIP(address) === 0 || isIP(before) === 0 || !proxies.check(address, familyOf(address))) break;
      address = before;
    }
    return address;
  };
}

/** Without the prefix that an IPv4 address has on a socket of IPv6. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Longer ways than this are made up. */
const MOST_HOPS = 32;
