import type { TransportFacts } from './transport-facts.ts';

/** RFC 3261 section 18. */
export const UDP: TransportFacts = {
  via: 'UDP',
  uriParameter: undefined,
  defaultPort: 5060,
  isReliable: false,
  isSecure: false,
  framing: 'datagram',
  canConnect: true,
};
