import type { Ms } from '#domain/units';
import type { LegChange, LegSpec } from '../leg-spec.ts';
import { looksLikeRtcp } from '../rtp/packet.ts';
import type { SrtpKeying } from '../srtp/srtp-keys.ts';
import type { LatchedPath } from './latched-path.ts';
import type { PathStats, RtpPath } from './rtp-path.ts';

/** SRTP both ways. What it returns is new memory; undefined: not a packet, or not authentic. */
export interface PacketProtection {
  sealRtp(packet: Uint8Array): Uint8Array | undefined;
  sealRtcp(packet: Uint8Array): Uint8Array | undefined;
  openRtp(packet: Uint8Array): Uint8Array | undefined;
  openRtcp(packet: Uint8Array): Uint8Array | undefined;
  /** What a new agreement says; the same again changes nothing. */
  rekey(keying: SrtpKeying): void;
  /** Packets that were not accepted so far. */
  readonly refused: number;
}

/**
 * The path of a leg over plain sockets whose packets may be encrypted by keys that signalling carried (core). What comes is opened before anything is
 * learned from it: a packet that is not authentic never moves the latch.
 */
export class KeyedPath implements RtpPath {
  readonly #inner: LatchedPath;
  readonly #protect: (keying: SrtpKeying) => PacketProtection;
  #srtp: LegSpec['srtp'];
  /** Stays through a spell of plain RTP: the keys of before may be agreed on again, and must not begin to count anew. */
  #protection: PacketProtection | undefined;
  /** Packets that came before there was a protection. */
  #refused = 0;

  constructor(inner: LatchedPath, srtp: LegSpec['srtp'], protect: (keying: SrtpKeying) => PacketProtection) {
    this.#inner = inner;
    this.#protect = protect;
    this.#agree(srtp);
  }

  /** What came to the port of RTP, RTCP that shares it included, as the leg may take it. Undefined: nothing of the caller's. */
  openRtp(bytes: Uint8Array): Uint8Array | undefined {
    if (this.#srtp === undefined) return bytes;
    const protection = this.#inUse;
    if (protection === undefined) return this.#refuse();
    return looksLikeRtcp(bytes) ? protection.openRtcp(bytes) : protection.openRtp(bytes);
  }

  openRtcp(bytes: Uint8Array): Uint8Array | undefined {
    if (this.#srtp === undefined) return bytes;
    const protection = this.#inUse;
    return protection === undefined ? this.#refuse() : protection.openRtcp(bytes);
  }

  accepts(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    return this.#inner.accepts(nowMs, address, port, ssrc, sequence);
  }

  trusts(address: string): boolean {
    return this.#inner.trusts(address);
  }

  get takesAudio(): boolean {
    return this.#srtp !== 'awaited' && this.#inner.takesAudio;
  }

  get takesReports(): boolean {
    return this.#srtp !== 'awaited' && this.#inner.takesReports;
  }

  sendRtp(packet: Uint8Array): void {
    if (this.#srtp === undefined) return this.#inner.sendRtp(packet);
    const sealed = this.#inUse?.sealRtp(packet);
    if (sealed !== undefined) this.#inner.sendRtp(sealed);
  }

  sendRtcp(packet: Uint8Array): void {
    if (this.#srtp === undefined) return this.#inner.sendRtcp(packet);
    const sealed = this.#inUse?.sealRtcp(packet);
    if (sealed !== undefined) this.#inner.sendRtcp(sealed);
  }

  /** A whole agreement says how packets are encrypted, if they are; one of a direction or a hold leaves that as it is. */
  update(nowMs: Ms, change: LegChange): void {
    if (change.payloadType !== undefined || change.srtp !== undefined) this.#agree(change.srtp);
    this.#inner.update(nowMs, change);
  }

  get stats(): PathStats {
    const encryption = typeof this.#srtp === 'object' ? (`sdes-${this.#srtp.profile}` as const) : 'none';
    return {
      ...this.#inner.stats,
      encryption,
      packetsNotAuthentic: this.#refused + (this.#protection?.refused ?? 0),
    };
  }

  #agree(srtp: LegSpec['srtp']): void {
    this.#srtp = srtp;
    if (typeof srtp !== 'object') return;
    if (this.#protection === undefined) this.#protection = this.#protect(srtp);
    else this.#protection.rekey(srtp);
  }

  /** Undefined: no key of the caller's is agreed on, now. */
  get #inUse(): PacketProtection | undefined {
    return typeof this.#srtp === 'object' ? this.#protection : undefined;
  }

  #refuse(): undefined {
    this.#refused += 1;
    return undefined;
  }
}
