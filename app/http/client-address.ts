import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { addressList, plainAddress } from '../address-list.ts';

/**
 * Who asks, for requests that do not come by way of the HTTP framework (upgrades to WebSocket), by its rule: the address nearest to us in
 * X-Forwarded-For that is no proxy of ours. `trusted` as `http.trustedProxies`: addresses and ranges.
 */
export function clientAddress(
  trusted: readonly string[],
): (request: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }) => string {
  const isProxy = addressList(trusted);
  return ({ headers, socket }) => {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-MAX_HOPS).map(plainAddress).reverse();
    let address = plainAddress(socket.remoteAddress ?? '');
    for (const before of forwarded) {
      // What is no address was made up by somebody: the last that is one counts.
      if (isIP(address) === 0 || isIP(before) === 0 || !isProxy(address)) break;
      address = before;
    }
    return address;
  };
}

/** Longer ways than this are made up. */
const MAX_HOPS = 32;
