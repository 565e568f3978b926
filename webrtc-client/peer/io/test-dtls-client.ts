import { createHash, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { concatBytes, equalBytes, readUint16, uint16, uint24 } from '#kit/bytes';
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  FINISHED,
  HandshakeAssembler,
  handshakeMessage,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
  SERVER_KEY_EXCHANGE,
  type HandshakeMessage,
} from '../dtls/handshake.ts';
import { certificateMessage, parseCertificates } from '../dtls/hello.ts';
import { ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, readRecords, writeRecord } from '../dtls/record.ts';
import { SRTP_PROFILES, type SrtpProfile } from '#media';
import { exportedBytes, splitExported, type DtlsSrtpKeys } from '../dtls/exported-keys.ts';
import type { PeerCertificate } from './certificate.ts';
import { createKeyShare, type P256, prf, recordKeys, sha256, X25519, type KeyShare, type RecordKeys } from './dtls-crypto.ts';

export interface TestClientOptions {
  readonly certificate: PeerCertificate;
  readonly group?: typeof X25519 | typeof P256;
  readonly extendedMasterSecret?: boolean;
  readonly profile?: SrtpProfile;
  readonly version?: number;
  readonly cipherSuites?: readonly number[];
  /** Signs CertificateVerify in place of the certificate's own key. */
  readonly signWith?: PeerCertificate['privateKey'];
  /** May change the content of a message before it is sent and hashed. */
  readonly alter?: (type: number, body: Uint8Array) => Uint8Array;
  /** May change what the client puts into Finished after all was hashed. */
  readonly alterFinished?: (verifyData: Uint8Array) => Uint8Array;
}

/** A record that the client has to send: sealed or not, and numbered when it leaves. */
export interface ClientRecord {
  readonly type: number;
  readonly epoch: 0 | 1;
  readonly content: Uint8Array;
}

/**
 * For tests: the client's side of DTLS 1.2 as far as WebRTC needs it, without socket or timer. It gives records rather than datagrams, so that a
 * test decides what is lost, repeated, split or forged. It shares the codecs of records with the server: that those are right is what the tests with
 * browsers are for.
 */
export class TestDtlsClient {
  readonly random = randomBytes(32);
  readonly #options: TestClientOptions;
  readonly #share: KeyShare;
  readonly #assembler = new HandshakeAssembler();
  readonly #transcript: Uint8Array[] = [];
  #messageSequence = 0;
  readonly #recordSequence: [number, number] = [0, 0];
  #records: RecordKeys | undefined;
  #master: Uint8Array | undefined;
  #serverRandom = new Uint8Array(32);
  #serverKey: Uint8Array | undefined;
  #serverCertificate: Uint8Array | undefined;
  /** What is to be sent now, and again when time is up. */
  flight: readonly ClientRecord[] = [];
  connected = false;
  keys: DtlsSrtpKeys | undefined;
  readonly heard: Uint8Array[] = [];
  readonly alerts: (readonly [level: number, description: number])[] = [];
  serverProfile: number | undefined;
  /** Why the server was not believed. */
  fault: string | undefined;

  constructor(options: TestClientOptions) {
    this.#options = options;
    this.#share = createKeyShare(options.group ?? X25519);
    this.#queue(this.#message(CLIENT_HELLO, this.#hello()));
  }

  /** A record as it leaves: its number is new each time, as a repeated flight's must be. */
  seal({ type, epoch, content }: ClientRecord): Uint8Array {
    if (epoch === 0) return writeRecord(type, 0, this.#recordSequence[0]++, content);
    const sequence = this.#recordSequence[1]++;
    return writeRecord(type, 1, sequence, this.#records!.client.seal(type, 1, sequence, content));
  }

  data(bytes: Uint8Array): Uint8Array {
    return this.seal({ type: APPLICATION_DATA, epoch: 1, content: bytes });
  }

  /** The next handshake message, whole: for what a client should not send. */
  message(type: number, body: Uint8Array): Uint8Array {
    return this.#message(type, body).bytes;
  }

  receive(datagram: Uint8Array): void {
    for (const record of readRecords(datagram)) {
      const plain = record.epoch === 0 ? record.fragment : this.#records?.server.open(record);
      if (plain === undefined) continue;
      if (record.type === ALERT) this.alerts.push([plain[0]!, plain[1]!]);
      else if (record.type === APPLICATION_DATA) this.heard.push(plain);
      else if (record.type === HANDSHAKE) for (const message of this.#assembler.add(plain, record.epoch === 1)) this.#take(message);
    }
  }

  #hello(): Uint8Array {
    const { extendedMasterSecret = true, profile = 'aes128-cm-sha1-80', group = X25519, version = 0xfefd } = this.#options;
    const suites = this.#options.cipherSuites ?? [0xc02b, 0xc02f];
    const extension = (type: number, value: Uint8Array): Uint8Array => concatBytes([uint16(type), uint16(value.length), value]);
    const list = (values: readonly number[]): Uint8Array => concatBytes([uint16(values.length * 2), ...values.map(uint16)]);
    const extensions = concatBytes([
      extension(10, list([group])),
      extension(11, Uint8Array.of(1, 0)),
      extension(13, list([0x0403, 0x0804])),
      extension(14, concatBytes([list([SRTP_PROFILES[profile].code]), Uint8Array.of(0)])),
      ...(extendedMasterSecret ? [extension(23, new Uint8Array(0))] : []),
      extension(0xff01, Uint8Array.of(0)),
    ]);
    const head = [uint16(version), this.random, Uint8Array.of(0, 0), list(suites), Uint8Array.of(1, 0)];
    return concatBytes([...head, uint16(extensions.length), extensions]);
  }

  #message(type: number, body: Uint8Array): HandshakeMessage {
    const message = handshakeMessage(type, this.#messageSequence++, this.#options.alter?.(type, body) ?? body);
    this.#transcript.push(message.bytes);
    return message;
  }

  #queue(...messages: readonly HandshakeMessage[]): void {
    this.flight = messages.map(({ bytes }) => ({ type: HANDSHAKE, epoch: 0, content: bytes }));
  }

  #take(message: HandshakeMessage): void {
    const { type, body } = message;
    if (type === FINISHED) return this.#finished(body);
    this.#transcript.push(message.bytes);
    if (type === SERVER_HELLO) {
      this.#serverRandom = body.slice(2, 34);
      this.serverProfile = useSrtp(body);
    } else if (type === CERTIFICATE) this.#serverCertificate = parseCertificates(body)?.[0];
    else if (type === SERVER_KEY_EXCHANGE) this.#serverKeyExchange(body);
    else if (type === SERVER_HELLO_DONE) this.#answer();
    else if (type !== CERTIFICATE_REQUEST) this.fault ??= `message ${type} was not expected`;
  }

  #serverKeyExchange(body: Uint8Array): void {
    const end = 4 + body[3]!;
    const signature = body.subarray(end + 4, end + 4 + readUint16(body, end + 2));
    const signed = concatBytes([this.random, this.#serverRandom, body.subarray(0, end)]);
    const key = new X509Certificate(this.#serverCertificate!).publicKey;
    if (!verify('sha256', signed, key, signature)) this.fault ??= 'the server could not prove its certificate';
    this.#serverKey = body.slice(4, end);
  }

  #answer(): void {
    const { certificate, extendedMasterSecret = true, signWith, alterFinished, profile = 'aes128-cm-sha1-80' } = this.#options;
    const certificateOf = this.#message(CERTIFICATE, certificateMessage(certificate.der));
    const { publicKey } = this.#share;
    const keyExchange = this.#message(CLIENT_KEY_EXCHANGE, concatBytes([Uint8Array.of(publicKey.length), publicKey]));
    const secret = this.#share.agree(this.#serverKey!);
    const randoms = concatBytes([this.random, this.#serverRandom]);
    this.#master = extendedMasterSecret
      ? prf(secret, 'extended master secret', sha256(this.#transcript), 48)
      : prf(secret, 'master secret', randoms, 48);
    this.#records = recordKeys(this.#master, this.random, this.#serverRandom);
    const signature = sign('sha256', concatBytes(this.#transcript), signWith ?? certificate.privateKey);
    const proof = this.#message(CERTIFICATE_VERIFY, concatBytes([uint16(0x0403), uint16(signature.length), signature]));
    const verifyData = prf(this.#master, 'client finished', sha256(this.#transcript), 12);
    const finished = this.#message(FINISHED, alterFinished?.(verifyData) ?? verifyData);
    this.keys = splitExported(profile, prf(this.#master, 'EXTRACTOR-dtls_srtp', randoms, exportedBytes(profile)));
    this.flight = [
      ...[certificateOf, keyExchange, proof].map(({ bytes }) => ({ type: HANDSHAKE, epoch: 0, content: bytes }) as const),
      { type: CHANGE_CIPHER_SPEC, epoch: 0, content: Uint8Array.of(1) },
      { type: HANDSHAKE, epoch: 1, content: finished.bytes },
    ];
  }

  #finished(body: Uint8Array): void {
    const expected = prf(this.#master!, 'server finished', sha256(this.#transcript), 12);
    if (!equalBytes(body, expected)) this.fault ??= 'the server saw another handshake';
    this.connected = true;
    this.flight = [];
  }
}

/** A handshake record cut into fragments of at most `bytes` each; others as they are. RFC 6347 section 4.2.3. */
export function fragments(record: ClientRecord, bytes: number): readonly ClientRecord[] {
  if (record.type !== HANDSHAKE) return [record];
  const { content } = record;
  const head = content.subarray(0, 6);
  const body = content.subarray(12);
  if (body.length === 0) return [record];
  return Array.from({ length: Math.ceil(body.length / bytes) }, (_, at) => {
    const part = body.subarray(at * bytes, (at + 1) * bytes);
    return { ...record, content: concatBytes([head, uint24(at * bytes), uint24(part.length), part]) };
  });
}

/** The profile that a ServerHello chose; extensions begin after version, random, empty session id, suite and compression. */
function useSrtp(body: Uint8Array): number | undefined {
  for (let at = 40; at + 4 <= body.length; at += 4 + readUint16(body, at + 2))
    if (readUint16(body, at) === 14) return readUint16(body, at + 6);
  return undefined;
}

export function fingerprintOf(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex').toUpperCase().match(/../g)!.join(':');
}
