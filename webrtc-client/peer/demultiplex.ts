export type DatagramKind = 'stun' | 'dtls' | 'srtp' | 'unknown';

/** What a datagram is, by its first byte: RFC 7983 section 7. */
export function datagramKind(bytes: Uint8Array): DatagramKind {
  const first = bytes[0];
  if (first === undefined) return 'unknown';
  if (first >= 128 && first <= 191) return 'srtp';
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  return 'unknown';
}
