/** What differs between transports, for the core. */
export interface TransportFacts {
  /** As the topmost Via of what we send names it. */
  readonly via: string;
  /** As `transport=` of our Contact; undefined where a URI without it means this transport. */
  readonly uriParameter: string | undefined;
  /** Where a peer listens that names no port. */
  readonly defaultPort: number;
  /** Delivery is the transport's matter: requests are not repeated (RFC 3261 section 17.1.1.2). */
  readonly isReliable: boolean;
  /** Nobody between can read it, and the far end may be named by a certificate. */
  readonly isSecure: boolean;
  /** How messages are told apart: one a datagram, cut from a stream of bytes, or one a WebSocket message. */
  readonly framing: 'datagram' | 'bytes' | 'message';
  /** Whether a connection can be opened by us: nobody can connect to a browser (RFC 7118 section 5). */
  readonly canConnect: boolean;
}
