/** The same packet with the name of its key in it, before the last `behindBytes`; RFC 3711 section 3.1. */
export function withMki(packet: Uint8Array, mki: Uint8Array, behindBytes: number): Uint8Array {
  const at = packet.length - behindBytes;
  const named = new Uint8Array(packet.length + mki.length);
  named.set(packet.subarray(0, at));
  named.set(mki, at);
  named.set(packet.subarray(at), at + mki.length);
  return named;
}

/** The packet without the name. Some announce one and send none: what does not have it in its place is left as it is, and its tag decides. */
export function withoutMki(packet: Uint8Array, mki: Uint8Array, behindBytes: number): Uint8Array {
  const at = packet.length - behindBytes - mki.length;
  if (at < 0) return packet;
  for (let index = 0; index < mki.length; index += 1) if (packet[at + index] !== mki[index]) return packet;
  const bare = new Uint8Array(packet.length - mki.length);
  bare.set(packet.subarray(0, at));
  bare.set(packet.subarray(at + mki.length), at);
  return bare;
}
