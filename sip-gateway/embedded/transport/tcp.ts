import type { TransportFacts } from './transport-facts.ts';

/** RFC 3261 section 18.3. */
export const TCP: TransportFacts = {
  via: 'TCP',
  uriParameter: 'tcp',
  defaultPort: 5060,
  isReliable: true,
  isSecure: false,
  framing: 'bytes',
  canConnect: true,
};
