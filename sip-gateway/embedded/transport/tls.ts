import { TCP } from './tcp.ts';
import type { TransportFacts } from './transport-facts.ts';

/** RFC 3261 section 26.2. `transport=tls` is not in the RFC's spirit and in everybody's use: `sips` would bind hops that are not ours. */
export const TLS: TransportFacts = { ...TCP, via: 'TLS', uriParameter: 'tls', defaultPort: 5061, isSecure: true };
