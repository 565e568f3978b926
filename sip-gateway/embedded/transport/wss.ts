import type { TransportFacts } from './transport-facts.ts';
import { WS } from './ws.ts';

/** RFC 7118 section 5: Via tells WSS from WS, a URI does not. */
export const WSS: TransportFacts = { ...WS, via: 'WSS', defaultPort: 443, isSecure: true };
