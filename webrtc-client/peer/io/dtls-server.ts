import { createHash } from 'node:crypto';
import { ms, type Ms } from '#domain/units';
import { concatBytes, equalBytes } from '#kit/bytes';
import {
  CERTIFICATE,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  FINISHED,
  HandshakeAssembler,
  handshakeMessage,
  type HandshakeMessage,
} from '../dtls/handshake.ts';
import { parseCertificates, parseCertificateVerify, parseClientHello, parseClientKeyExchange } from '../dtls/hello.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  DTLS_1_2,
  HANDSHAKE,
  readRecords,
  writeRecord,
  type DtlsRecord,
} from '../dtls/record.ts';
import { matchesFingerprint, type Fingerprint } from '../fingerprint.ts';
import { ReplayWindow } from '#kit/replay-window';
import { SRTP_PROFILES, type SrtpProfile } from '#media';
import { exportedBytes, splitExported, type DtlsSrtpKeys } from '../dtls/exported-keys.ts';
import type { PeerCertificate } from './certificate.ts';
import { createKeyShare, P256, prf, recordKeys, sha256, verifiesSignature, X25519, type RecordKeys } from './dtls-crypto.ts';
import { CIPHER_SUITE, ECDSA_SHA256, ServerHandshake } from './server-handshake.ts';

export interface DtlsListener {
  send(datagram: Uint8Array): void;
  connected(profile: SrtpProfile, keys: DtlsSrtpKeys): void;
  /** Application data: SCTP packets. */
  data(bytes: Uint8Array): void;
  /** Final: the peer said goodbye, or the handshake cannot succeed. */
  ended(kind: 'closed' | 'failed', detail: string): void;
}

/**
 * The server's side of DTLS 1.2 (RFC 6347) for WebRTC: one cipher suite, a client certificate that must match a fingerprint and be proved,
 * extended master secret, use_srtp. It has no socket and no timer: who owns it feeds datagrams and wakes it. No cookie exchange, because
 * ICE has already proved the peer's address (RFC 6347 section 4.2.1 makes it optional).
 */
export class DtlsServer {
  readonly #certificate: PeerCertificate;
  readonly #fingerprints: readonly Fingerprint[];
  readonly #profiles: readonly SrtpProfile[];
  readonly #listener: DtlsListener;
  readonly #assembler = new HandshakeAssembler();
  readonly #window = new ReplayWindow();
  #state: 'waiting' | 'greeted' | 'connected' | 'ended' = 'waiting';
  #handshake: ServerHandshake | undefined;
  #records: RecordKeys | undefined;
  /** A record of the next epoch that overtook the key exchange. */
  #early: DtlsRecord | undefined;
  /** Messages of our last flight, for repeating: type and content; sealed anew each time. */
  #flight: readonly FlightRecord[] = [];
  #sendSequence: [plain: number, sealed: number] = [0, 0];
  #resendAtMs: Ms | undefined;
  #resends = 0;
  #lastSentMs: Ms = ms(-Infinity);
  #hellos = 0;

  constructor(
    certificate: PeerCertificate,
    fingerprints: readonly Fingerprint[],
    profiles: readonly SrtpProfile[],
    listener: DtlsListener,
  ) {
    this.#certificate = certificate;
    this.#fingerprints = fingerprints;
    this.#profiles = profiles;
    this.#listener = listener;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  get wakeAtMs(): Ms | undefined {
    return this.#resendAtMs;
  }

  /** Returns whether something authentic was in it. Never throws for what the peer sent. */
  receive(nowMs: Ms, datagram: Uint8Array): boolean {
    let authentic = false;
    for (const record of readRecords(datagram)) {
      if (this.#state === 'ended') break;
      if (record.epoch === 0) this.#plainRecord(nowMs, record);
      else if (record.epoch === 1) authentic = this.#sealedRecord(nowMs, record) || authentic;
    }
    return authentic;
  }

  wake(nowMs: Ms): void {
    if (this.#resendAtMs === undefined || nowMs < this.#resendAtMs || this.#state !== 'greeted') return;
    this.#resends += 1;
    this.#sendFlight(nowMs);
  }

  /** Dropped while the handshake is not done. */
  send(data: Uint8Array): void {
    if (this.#state === 'connected') this.#listener.send(this.#seal(APPLICATION_DATA, data));
  }

  /** Says goodbye; silent from then on. */
  close(): void {
    if (this.#state === 'connected') this.#listener.send(this.#seal(ALERT, Uint8Array.of(WARNING, CLOSE_NOTIFY)));
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#resendAtMs = undefined;
    this.#handshake = undefined;
    this.#flight = [];
  }

  #fail(alert: number, detail: string): void {
    const bytes = Uint8Array.of(FATAL, alert);
    this.#listener.send(this.#records === undefined ? writeRecord(ALERT, 0, this.#sendSequence[0]++, bytes) : this.#seal(ALERT, bytes));
    this.#end();
    this.#listener.ended('failed', detail);
  }

  /** Anybody can forge these, so alerts among them are not believed; RFC 6347 section 4.1.2.7. */
  #plainRecord(nowMs: Ms, record: DtlsRecord): void {
    if (record.type !== HANDSHAKE || this.#state === 'connected') return;
    if (this.#state === 'greeted' && this.#isNewHello(record.fragment)) this.#restart();
    this.#handshakeRecord(nowMs, record.fragment, false);
  }

  #sealedRecord(nowMs: Ms, record: DtlsRecord): boolean {
    if (this.#records === undefined) {
      this.#early = { ...record, fragment: record.fragment.slice() };
      return false;
    }
    if (!this.#window.mayAccept(record.sequence)) return false;
    const plain = this.#records.client.open(record);
    if (plain === undefined) return false;
    this.#window.accept(record.sequence);
    if (record.type === HANDSHAKE) this.#handshakeRecord(nowMs, plain, true);
    else if (record.type === APPLICATION_DATA && this.#state === 'connected') this.#listener.data(plain);
    else if (record.type === ALERT && plain.length >= 2) this.#alert(plain[0]!, plain[1]!);
    return true;
  }

  #alert(level: number, description: number): void {
    if (level !== FATAL && description !== CLOSE_NOTIFY) return;
    const wasConnected = this.#state === 'connected';
    this.#end();
    if (wasConnected && description === CLOSE_NOTIFY) this.#listener.ended('closed', 'DTLS close_notify');
    else this.#listener.ended('failed', `DTLS alert ${description} from the peer`);
  }

  #handshakeRecord(nowMs: Ms, fragment: Uint8Array, isSealed: boolean): void {
    this.#assembler.sawRepeat = false;
    const messages = this.#assembler.add(fragment, isSealed);
    for (const message of messages) {
      if (this.#state === 'ended') return;
      this.#message(nowMs, message);
    }
    this.#openEarly(nowMs);
    // The peer has not got our flight: once more, but no faster than it can ask.
    if (messages.length === 0 && this.#assembler.sawRepeat && nowMs - this.#lastSentMs >= MIN_RESEND_MS) this.#sendFlight(nowMs);
  }

  #message(nowMs: Ms, message: HandshakeMessage): void {
    // No renegotiation, which WebRTC never needs: RFC 5246 section 7.2.2. The call goes on.
    if (this.#state === 'connected') {
      if (message.type === CLIENT_HELLO) this.#listener.send(this.#seal(ALERT, Uint8Array.of(WARNING, NO_RENEGOTIATION)));
      return;
    }
    const handshake = this.#handshake;
    if (handshake === undefined) {
      if (message.type === CLIENT_HELLO) this.#hello(nowMs, message);
      return;
    }
    switch (message.type) {
      case CERTIFICATE:
        return this.#certificateMessage(handshake, message);
      case CLIENT_KEY_EXCHANGE:
        return this.#keyExchange(handshake, message);
      case CERTIFICATE_VERIFY:
        return this.#certificateVerify(handshake, message);
      case FINISHED:
        return this.#finished(nowMs, handshake, message);
      default:
        return this.#fail(UNEXPECTED_MESSAGE, `DTLS handshake message ${message.type} was not expected`);
    }
  }

  #hello(nowMs: Ms, message: HandshakeMessage): void {
    const hello = parseClientHello(message.body);
    if (hello === undefined) return this.#assembler.reset(0);
    // Versions count downwards: RFC 6347 section 4.1.
    if (hello.version > DTLS_1_2) return this.#fail(PROTOCOL_VERSION, 'DTLS: the peer has no DTLS 1.2');
    const group = hello.groups.find((one): one is typeof X25519 | typeof P256 => one === X25519 || one === P256);
    const profile = this.#profiles.find((one) => hello.srtpProfiles.includes(SRTP_PROFILES[one].code));
    if (!hello.cipherSuites.includes(CIPHER_SUITE) || group === undefined || !hello.signatureSchemes.includes(ECDSA_SHA256)) {
      return this.#fail(HANDSHAKE_FAILURE, 'DTLS: the peer offers no ECDHE_ECDSA_AES_128_GCM with X25519 or P-256');
    }
    if (profile === undefined) return this.#fail(HANDSHAKE_FAILURE, 'DTLS: the peer offers no SRTP profile that we have');
    this.#state = 'greeted';
    this.#handshake = new ServerHandshake(hello, message, profile, createKeyShare(group));
    this.#flight = this.#handshake.greeting(this.#certificate).map((bytes) => ({ type: HANDSHAKE, epoch: 0, bytes }));
    this.#resends = 0;
    this.#sendFlight(nowMs);
  }

  #certificateMessage(handshake: ServerHandshake, message: HandshakeMessage): void {
    const certificate = parseCertificates(message.body)?.[0];
    if (certificate === undefined || handshake.peerCertificate !== undefined)
      return this.#fail(BAD_CERTIFICATE, 'DTLS: the peer gave no certificate');
    if (!matchesFingerprint(this.#fingerprints, certificate, (name, bytes) => createHash(name).update(bytes).digest())) {
      return this.#fail(BAD_CERTIFICATE, 'DTLS: the certificate does not match the fingerprint of the offer');
    }
    handshake.peerCertificate = certificate;
    handshake.transcript.push(message.bytes);
  }

  #keyExchange(handshake: ServerHandshake, message: HandshakeMessage): void {
    const peerKey = parseClientKeyExchange(message.body);
    if (peerKey === undefined || handshake.peerCertificate === undefined || handshake.masterSecret !== undefined)
      return this.#fail(UNEXPECTED_MESSAGE, 'DTLS: a key exchange out of order');
    handshake.transcript.push(message.bytes);
    try {
      handshake.agree(peerKey);
    } catch {
      return this.#fail(ILLEGAL_PARAMETER, 'DTLS: the key of the peer is not a point of the group');
    }
    this.#records = recordKeys(handshake.masterSecret!, handshake.hello.random, handshake.random);
  }

  /** Only after all messages at hand: what came with the key exchange goes before what overtook it. */
  #openEarly(nowMs: Ms): void {
    const early = this.#early;
    if (early === undefined || this.#records === undefined || this.#state === 'ended') return;
    this.#early = undefined;
    this.#sealedRecord(nowMs, early);
  }

  /** Without this proof anybody who has seen the certificate could pass for the peer. */
  #certificateVerify(handshake: ServerHandshake, message: HandshakeMessage): void {
    const proof = parseCertificateVerify(message.body);
    if (
      proof === undefined ||
      handshake.masterSecret === undefined ||
      !verifiesSignature(handshake.peerCertificate!, proof, concatBytes(handshake.transcript))
    ) {
      return this.#fail(DECRYPT_ERROR, 'DTLS: the peer could not prove that the certificate is its own');
    }
    handshake.isProved = true;
    handshake.transcript.push(message.bytes);
  }

  #finished(nowMs: Ms, handshake: ServerHandshake, message: HandshakeMessage): void {
    const master = handshake.masterSecret;
    if (master === undefined || !handshake.isProved)
      return this.#fail(UNEXPECTED_MESSAGE, 'DTLS: finished before the certificate was proved');
    if (!equalBytes(message.body, prf(master, 'client finished', sha256(handshake.transcript), VERIFY_DATA_BYTES))) {
      return this.#fail(DECRYPT_ERROR, 'DTLS: the two sides saw different handshakes');
    }
    handshake.transcript.push(message.bytes);
    const verifyData = prf(master, 'server finished', sha256(handshake.transcript), VERIFY_DATA_BYTES);
    this.#flight = [
      { type: CHANGE_CIPHER_SPEC, epoch: 0, bytes: Uint8Array.of(1) },
      { type: HANDSHAKE, epoch: 1, bytes: handshakeMessage(FINISHED, handshake.nextSequence, verifyData).bytes },
    ];
    this.#state = 'connected';
    this.#sendFlight(nowMs);
    const randoms = concatBytes([handshake.hello.random, handshake.random]);
    const exported = prf(master, 'EXTRACTOR-dtls_srtp', randoms, exportedBytes(handshake.profile));
    const { profile } = handshake;
    this.#handshake = undefined;
    this.#listener.connected(profile, splitExported(profile, exported));
  }

  /** A ClientHello other than the one we answered: the first may have been junk, or the page began anew. */
  #isNewHello(fragment: Uint8Array): boolean {
    if (fragment[0] !== CLIENT_HELLO || fragment.length < 12 + 34 || this.#records !== undefined || this.#hellos >= MAX_HELLOS)
      return false;
    const isFirstFragment = fragment[6] === 0 && fragment[7] === 0 && fragment[8] === 0;
    return isFirstFragment && !equalBytes(fragment.subarray(14, 46), this.#handshake!.hello.random);
  }

  #restart(): void {
    this.#hellos += 1;
    this.#state = 'waiting';
    this.#handshake = undefined;
    this.#flight = [];
    this.#resendAtMs = undefined;
    this.#assembler.reset(0);
  }

  #sendFlight(nowMs: Ms): void {
    this.#lastSentMs = nowMs;
    let datagram: Uint8Array[] = [];
    let size = 0;
    for (const { type, epoch, bytes } of this.#flight) {
      const record = epoch === 0 ? writeRecord(type, 0, this.#sendSequence[0]++, bytes) : this.#seal(type, bytes);
      if (size + record.length > MAX_DATAGRAM_BYTES && size > 0) {
        this.#listener.send(concatBytes(datagram));
        datagram = [];
        size = 0;
      }
      datagram.push(record);
      size += record.length;
    }
    if (size > 0) this.#listener.send(concatBytes(datagram));
    const again = this.#state === 'greeted' && this.#resends < MAX_RESENDS;
    this.#resendAtMs = again ? ms(nowMs + FIRST_RESEND_MS * 2 ** this.#resends) : undefined;
  }

  #seal(type: number, plain: Uint8Array): Uint8Array {
    const sequence = this.#sendSequence[1]++;
    return writeRecord(type, 1, sequence, this.#records!.server.seal(type, 1, sequence, plain));
  }
}

interface FlightRecord {
  readonly type: number;
  readonly epoch: 0 | 1;
  readonly bytes: Uint8Array;
}

const VERIFY_DATA_BYTES = 12;

const WARNING = 1;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
const UNEXPECTED_MESSAGE = 10;
const HANDSHAKE_FAILURE = 40;
const BAD_CERTIFICATE = 42;
const ILLEGAL_PARAMETER = 47;
const DECRYPT_ERROR = 51;
const PROTOCOL_VERSION = 70;
const NO_RENEGOTIATION = 100;

/** Below every usual path's limit, IPv6 and TURN headers included. */
const MAX_DATAGRAM_BYTES = 1200;
/** WebRTC's own choice is 50 ms; RFC 6347 section 4.2.4.1 says 1 s for want of knowledge. Doubles each time. */
const FIRST_RESEND_MS = 150;
const MIN_RESEND_MS = 40;
const MAX_RESENDS = 6;
const MAX_HELLOS = 8;
