import type { Config } from '#config';
import { addressRanges } from '#kit/ip/address-ranges';
import { Connections } from './http/connections.ts';
import { Places } from './places.ts';

/** The places that `limits` describes. `isExchange`: an address that brings many people's calls by an account or trunk. */
export function placesOf({ limits, sip }: Pick<Config, 'limits' | 'sip'>, isExchange: (address: string) => boolean = () => false): Places {
  const { calls, kept, connecting, connectingPerAddress, perAddress, trusted } = limits;
  const isTrusted = addressRanges(trusted);
  // 0.1 * 30 is a little more than 3, and 0.7 * 10 could be a little less than 7.
  const places = (share: number): number => Math.floor(calls * share + 1e-9);
  return new Places({
    calls,
    connecting,
    connectingPerAddress,
    perAddress,
    kept: { sip: places(kept.sip), webrtc: places(kept.webrtc), websocket: places(kept.websocket) },
    isTrusted: (address) => isTrusted(address) || isExchange(address),
    ringMs: sip.ringMs,
  });
}

/** The connections of http and https together. A proxy in front brings those of everybody. */
export function connectionsOf({ limits, http }: Pick<Config, 'limits' | 'http'>): Connections {
  const { connections, connectionsPerAddress, trusted } = limits;
  return new Connections({
    most: connections,
    mostPerAddress: connectionsPerAddress,
    isTrusted: addressRanges([...trusted, ...http.trustedProxies]),
  });
}
