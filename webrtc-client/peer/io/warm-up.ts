import { sign } from 'node:crypto';
import { SRTP_PROFILES, SrtpReceiver, SrtpSender, type SrtpProfile } from '#media';
import type { PeerCertificate } from './certificate.ts';
import { createKeyShare, P256, prf, verifiesSignature, X25519 } from './dtls-crypto.ts';

/**
 * Does once what the first call will do, so that the compiler and OpenSSL have seen it: some milliseconds at the start of a thread instead of in a
 * caller's handshake.
 */
export function warmUp(certificate: PeerCertificate): void {
  const message = new Uint8Array(600);
  for (let round = 0; round < 3; round += 1) {
    for (const group of [X25519, P256] as const) createKeyShare(group).agree(createKeyShare(group).publicKey);
    verifiesSignature(certificate.der, { scheme: 0x0403, signature: sign('sha256', message, certificate.privateKey) }, message);
    prf(message, 'warm', message, 128);
  }
  const packet = new Uint8Array(92);
  packet[0] = 0x80;
  for (const profile of Object.keys(SRTP_PROFILES) as SrtpProfile[]) {
    const master = { key: new Uint8Array(SRTP_PROFILES[profile].keyBytes), salt: new Uint8Array(SRTP_PROFILES[profile].saltBytes) };
    const sender = new SrtpSender(profile, master);
    const receiver = new SrtpReceiver(profile, master);
    for (let sequence = 0; sequence < PACKETS; sequence += 1) {
      packet[2] = sequence >> 8;
      packet[3] = sequence;
      receiver.rtp(sender.rtp(packet)!);
    }
  }
}

/** Enough for the optimising compiler to begin. */
const PACKETS = 300;
