import type { Transport } from '../core/types.ts';
import { TCP } from './tcp.ts';
import { TLS } from './tls.ts';
import type { TransportFacts } from './transport-facts.ts';
import { UDP } from './udp.ts';
import { WS } from './ws.ts';
import { WSS } from './wss.ts';

export function factsOf(transport: Transport): TransportFacts {
  return TRANSPORTS[transport];
}

/** The transports that `transport=` in a URI may mean, the best first; none: what it names is unknown here, or not secure enough for `sips`. */
export function transportsNamed(parameter: string | undefined, isSips: boolean): readonly Transport[] {
  if (!isSips) return PLAIN[parameter ?? ''] ?? [];
  return SECURE[parameter ?? ''] ?? [];
}

const TRANSPORTS: Readonly<Record<Transport, TransportFacts>> = { udp: UDP, tcp: TCP, tls: TLS, ws: WS, wss: WSS };
const PLAIN: Readonly<Record<string, readonly Transport[]>> = {
  '': ['udp', 'tcp'],
  udp: ['udp'],
  tcp: ['tcp'],
  tls: ['tls'],
  // A browser's URI says `ws` for both (RFC 7118 section 5.4): whichever its connection is.
  ws: ['ws', 'wss'],
  wss: ['wss'],
};
/** In a sips URI `tcp` means TLS over it: RFC 3261 section 26.2.2. */
const SECURE: Readonly<Record<string, readonly Transport[]>> = { '': ['tls'], tcp: ['tls'], tls: ['tls'], ws: ['wss'], wss: ['wss'] };
