import { randomBytes, sign } from 'node:crypto';
import { concatBytes, uint16 } from '#kit/bytes';
import { SRTP_PROFILES, type SrtpProfile } from '#media';
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  handshakeMessage,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
  SERVER_KEY_EXCHANGE,
  type HandshakeMessage,
} from '../dtls/handshake.ts';
import { certificateMessage, certificateRequest, serverHello, type ClientHello } from '../dtls/hello.ts';
import type { PeerCertificate } from './certificate.ts';
import { keyShareParameters, prf, sha256, SIGNATURE_SCHEMES, type KeyShare } from './dtls-crypto.ts';

/** What one handshake has agreed so far. */
export class ServerHandshake {
  readonly hello: ClientHello;
  readonly profile: SrtpProfile;
  readonly random = randomBytes(32);
  /** Messages of both sides in order, without HelloVerifyRequest: RFC 6347 section 4.2.6. */
  readonly transcript: Uint8Array[];
  readonly #share: KeyShare;
  nextSequence = 0;
  peerCertificate: Uint8Array | undefined;
  masterSecret: Uint8Array | undefined;
  isProved = false;

  constructor(hello: ClientHello, message: HandshakeMessage, profile: SrtpProfile, share: KeyShare) {
    this.hello = hello;
    this.profile = profile;
    this.#share = share;
    this.transcript = [message.bytes];
  }

  /** ServerHello up to ServerHelloDone. */
  greeting(certificate: PeerCertificate): readonly Uint8Array[] {
    const parameters = keyShareParameters(this.#share);
    const signature = sign('sha256', concatBytes([this.hello.random, this.random, parameters]), certificate.privateKey);
    const bodies: readonly (readonly [number, Uint8Array])[] = [
      [SERVER_HELLO, serverHello(this.random, CIPHER_SUITE, SRTP_PROFILES[this.profile].code, this.hello)],
      [CERTIFICATE, certificateMessage(certificate.der)],
      [SERVER_KEY_EXCHANGE, concatBytes([parameters, uint16(ECDSA_SHA256), uint16(signature.length), signature])],
      [CERTIFICATE_REQUEST, certificateRequest(SIGNATURE_SCHEMES)],
      [SERVER_HELLO_DONE, new Uint8Array(0)],
    ];
    const messages = bodies.map(([type, body]) => handshakeMessage(type, this.nextSequence++, body).bytes);
    this.transcript.push(...messages);
    return messages;
  }

  /** The master secret from both key shares: RFC 7627 section 4, or RFC 5246 section 8.1. Throws for a key that is none. */
  agree(peerKey: Uint8Array): void {
    const secret = this.#share.agree(peerKey);
    this.masterSecret = this.hello.extendedMasterSecret
      ? prf(secret, 'extended master secret', sha256(this.transcript), MASTER_SECRET_BYTES)
      : prf(secret, 'master secret', concatBytes([this.hello.random, this.random]), MASTER_SECRET_BYTES);
  }
}

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 */
export const CIPHER_SUITE = 0xc02b;
export const ECDSA_SHA256 = 0x0403;
const MASTER_SECRET_BYTES = 48;
