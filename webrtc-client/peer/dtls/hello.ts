import { concatBytes, readUint16, uint16, uint24 } from '#kit/bytes';
import { DTLS_1_2 } from './record.ts';

/** What of a ClientHello matters here; RFC 5246 section 7.4.1.2 with RFC 6347 section 4.2.1. */
export interface ClientHello {
  /** The newest that the client speaks; RFC 6347 section 4.1. */
  readonly version: number;
  readonly random: Uint8Array;
  readonly cipherSuites: readonly number[];
  /** supported_groups, RFC 8422 section 5.1.1. */
  readonly groups: readonly number[];
  readonly signatureSchemes: readonly number[];
  readonly srtpProfiles: readonly number[];
  readonly extendedMasterSecret: boolean;
  readonly secureRenegotiation: boolean;
  readonly pointFormats: boolean;
}

/** Undefined: malformed. */
export function parseClientHello(body: Uint8Array): ClientHello | undefined {
  const reader = new Reader(body);
  const version = reader.uint16();
  const random = reader.take(32);
  reader.vector8();
  reader.vector8();
  const cipherSuites = uint16List(reader.vector16());
  const compressions = reader.vector8();
  if (reader.failed || version > 0xfeff || version < 0xfe00 || !compressions.includes(0)) return undefined;
  const extensions = new Map<number, Uint8Array>();
  if (!reader.atEnd) {
    const all = new Reader(reader.vector16());
    while (!all.atEnd && !all.failed) {
      const type = all.uint16();
      extensions.set(type, all.vector16());
    }
    if (all.failed || reader.failed || !reader.atEnd) return undefined;
  }
  const list = (type: number): readonly number[] => uint16List(new Reader(extensions.get(type) ?? Uint8Array.of(0, 0)).vector16());
  return {
    version,
    random: random.slice(),
    cipherSuites,
    groups: list(SUPPORTED_GROUPS),
    signatureSchemes: list(SIGNATURE_ALGORITHMS),
    srtpProfiles: list(USE_SRTP),
    extendedMasterSecret: extensions.has(EXTENDED_MASTER_SECRET),
    secureRenegotiation: extensions.has(RENEGOTIATION_INFO) || cipherSuites.includes(EMPTY_RENEGOTIATION_INFO_SCSV),
    pointFormats: extensions.has(EC_POINT_FORMATS),
  };
}

export function serverHello(random: Uint8Array, cipherSuite: number, srtpProfile: number, hello: ClientHello): Uint8Array {
  const extensions: Uint8Array[] = [extension(USE_SRTP, concatBytes([uint16(2), uint16(srtpProfile), Uint8Array.of(0)]))];
  if (hello.extendedMasterSecret) extensions.push(extension(EXTENDED_MASTER_SECRET, new Uint8Array(0)));
  if (hello.secureRenegotiation) extensions.push(extension(RENEGOTIATION_INFO, Uint8Array.of(0)));
  if (hello.pointFormats) extensions.push(extension(EC_POINT_FORMATS, Uint8Array.of(1, 0)));
  const all = concatBytes(extensions);
  return concatBytes([uint16(DTLS_1_2), random, Uint8Array.of(0), uint16(cipherSuite), Uint8Array.of(0), uint16(all.length), all]);
}

/** The certificates of a Certificate message, the peer's own first; undefined: malformed. RFC 5246 section 7.4.2. */
export function parseCertificates(body: Uint8Array): readonly Uint8Array[] | undefined {
  const reader = new Reader(body);
  const list = new Reader(reader.vector24());
  const certificates: Uint8Array[] = [];
  while (!list.atEnd && !list.failed) certificates.push(list.vector24());
  return reader.failed || list.failed || !reader.atEnd ? undefined : certificates;
}

export function certificateMessage(certificate: Uint8Array): Uint8Array {
  return concatBytes([uint24(certificate.length + 3), uint24(certificate.length), certificate]);
}

/** RFC 5246 section 7.4.4: ECDSA or RSA certificates, whoever issued them. */
export function certificateRequest(signatureSchemes: readonly number[]): Uint8Array {
  return concatBytes([Uint8Array.of(2, 64, 1), uint16(2 * signatureSchemes.length), ...signatureSchemes.map(uint16), uint16(0)]);
}

export interface CertificateVerify {
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** RFC 5246 section 7.4.8. */
export function parseCertificateVerify(body: Uint8Array): CertificateVerify | undefined {
  const reader = new Reader(body);
  const scheme = reader.uint16();
  const signature = reader.vector16();
  return reader.failed || !reader.atEnd ? undefined : { scheme, signature };
}

/** The public point or key of the peer; RFC 8422 section 5.7. */
export function parseClientKeyExchange(body: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(body);
  const key = reader.vector8();
  return reader.failed || !reader.atEnd || key.length === 0 ? undefined : key;
}

function extension(type: number, value: Uint8Array): Uint8Array {
  return concatBytes([uint16(type), uint16(value.length), value]);
}

function uint16List(bytes: Uint8Array): readonly number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, index) => readUint16(bytes, 2 * index));
}

/** Reads on; once something is missing it has `failed` and gives zeros. */
class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  take(count: number): Uint8Array {
    const end = this.#offset + count;
    if (end > this.#bytes.length) {
      this.failed = true;
      this.#offset = this.#bytes.length;
      return new Uint8Array(0);
    }
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }

  #uint(count: number): number {
    let value = 0;
    for (const byte of this.take(count)) value = value * 256 + byte;
    return value;
  }

  uint16(): number {
    return this.#uint(2);
  }

  vector8(): Uint8Array {
    return this.take(this.#uint(1));
  }

  vector16(): Uint8Array {
    return this.take(this.#uint(2));
  }

  vector24(): Uint8Array {
    return this.take(this.#uint(3));
  }
}

const SUPPORTED_GROUPS = 10;
const EC_POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const USE_SRTP = 14;
const EXTENDED_MASTER_SECRET = 23;
const RENEGOTIATION_INFO = 0xff01;
const EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff;
