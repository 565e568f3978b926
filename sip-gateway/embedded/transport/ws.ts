import { TCP } from './tcp.ts';
import type { TransportFacts } from './transport-facts.ts';

/** RFC 7118. */
export const WS: TransportFacts = { ...TCP, via: 'WS', uriParameter: 'ws', defaultPort: 80, framing: 'message', canConnect: false };
