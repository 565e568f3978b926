import { readUint32, writeUint32 } from './packet.ts';

/** One report block; RFC 3550 section 6.4.1. Delays and fractions in the units of the wire. */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** 24 bits, signed. */
  readonly cumulativeLost: number;
  readonly extendedHighest: number;
  readonly jitterTicks: number;
  /** Middle 32 bits of the NTP time of the last sender report; 0: none came. */
  readonly lastSr: number;
  /** Since that report came, in 1/65536 s. */
  readonly delaySinceLastSr: number;
}

export interface SenderInfo {
  /** Seconds since 1900, modulo 2^32, and their fraction in 1/2^32. */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

export type RtcpItem =
  | { readonly kind: 'sender-report'; readonly ssrc: number; readonly info: SenderInfo; readonly blocks: readonly ReportBlock[] }
  | { readonly kind: 'receiver-report'; readonly ssrc: number; readonly blocks: readonly ReportBlock[] }
  | { readonly kind: 'goodbye'; readonly ssrc: number }
  /** Packets of `mediaSsrc` that the far side lacks, 16-bit sequence numbers; RFC 4585 section 6.2.1. */
  | { readonly kind: 'nack'; readonly mediaSsrc: number; readonly sequences: readonly number[] }
  | { readonly kind: 'other'; readonly packetType: number };

/** Reads a compound packet; undefined where it is malformed (RFC 3550 appendix A.2). */
export function readRtcp(bytes: Uint8Array): readonly RtcpItem[] | undefined {
  const items: RtcpItem[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4 || bytes[at]! >> 6 !== 2) return undefined;
    const length = (((bytes[at + 2]! << 8) | bytes[at + 3]!) + 1) * 4;
    if (at + length > bytes.length) return undefined;
    const item = readItem(bytes, at, at + length);
    if (item === undefined) return undefined;
    items.push(item);
    at += length;
  }
  return items.length === 0 ? undefined : items;
}

function readItem(bytes: Uint8Array, at: number, end: number): RtcpItem | undefined {
  const count = bytes[at]! & 0x1f;
  const packetType = bytes[at + 1]!;
  switch (packetType) {
    case SENDER_REPORT: {
      if (at + 28 + count * BLOCK_BYTES > end) return undefined;
      const info: SenderInfo = {
        ntpSeconds: readUint32(bytes, at + 8),
        ntpFraction: readUint32(bytes, at + 12),
        rtpTimestamp: readUint32(bytes, at + 16),
        packetCount: readUint32(bytes, at + 20),
        octetCount: readUint32(bytes, at + 24),
      };
      return { kind: 'sender-report', ssrc: readUint32(bytes, at + 4), info, blocks: readBlocks(bytes, at + 28, count) };
    }
    case RECEIVER_REPORT:
      if (at + 8 + count * BLOCK_BYTES > end) return undefined;
      return { kind: 'receiver-report', ssrc: readUint32(bytes, at + 4), blocks: readBlocks(bytes, at + 8, count) };
    case GOODBYE:
      if (at + 4 + count * 4 > end) return undefined;
      return count === 0 ? { kind: 'other', packetType } : { kind: 'goodbye', ssrc: readUint32(bytes, at + 4) };
    case TRANSPORT_FEEDBACK:
      if (at + 12 > end) return undefined;
      return count === GENERIC_NACK
        ? { kind: 'nack', mediaSsrc: readUint32(bytes, at + 8), sequences: readNack(bytes, at + 12, end) }
        : { kind: 'other', packetType };
    default:
      return packetType >= 192 && packetType <= 223 ? { kind: 'other', packetType } : undefined;
  }
}

/** A sequence number and a mask of the 16 after it, again and again. */
function readNack(bytes: Uint8Array, from: number, end: number): number[] {
  const sequences: number[] = [];
  for (let at = from; at + 4 <= end && sequences.length < MAX_ASKED; at += 4) {
    const first = (bytes[at]! << 8) | bytes[at + 1]!;
    const mask = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    sequences.push(first);
    for (let bit = 0; bit < 16; bit += 1) if (((mask >> bit) & 1) === 1) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

/** Appends a generic NACK to a compound packet. `sequences`: 16 bits each, ascending as the stream does. */
export function writeNack(before: Uint8Array, ssrc: number, mediaSsrc: number, sequences: readonly number[]): Uint8Array {
  const items: [number, number][] = [];
  for (const sequence of sequences) {
    const last = items.at(-1);
    const distance = last === undefined ? 0 : (sequence - last[0]) & 0xffff;
    if (last !== undefined && distance >= 1 && distance <= 16) last[1] |= 1 << (distance - 1);
    else items.push([sequence, 0]);
  }
  const bytes = new Uint8Array(before.length + 12 + 4 * items.length);
  bytes.set(before);
  writeHead(bytes, before.length, GENERIC_NACK, TRANSPORT_FEEDBACK, 12 + 4 * items.length, ssrc);
  writeUint32(bytes, before.length + 8, mediaSsrc);
  items.forEach(([first, mask], i) => writeUint32(bytes, before.length + 12 + 4 * i, ((first << 16) | mask) >>> 0));
  return bytes;
}

function readBlocks(bytes: Uint8Array, from: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * BLOCK_BYTES;
    return {
      ssrc: readUint32(bytes, at),
      fractionLost: bytes[at + 4]!,
      cumulativeLost: (readUint32(bytes, at + 4) << 8) >> 8,
      extendedHighest: readUint32(bytes, at + 8),
      jitterTicks: readUint32(bytes, at + 12),
      lastSr: readUint32(bytes, at + 16),
      delaySinceLastSr: readUint32(bytes, at + 20),
    };
  });
}

/** What one report says; `info` is absent where nothing was sent since the last (then it is a receiver report). */
export interface OutgoingReport {
  readonly ssrc: number;
  readonly cname: string;
  readonly info?: SenderInfo;
  readonly block?: ReportBlock;
  readonly goodbye?: boolean;
}

/** Writes a compound packet: report, SDES with CNAME, and BYE at the end of a call; RFC 3550 section 6.1. */
export function writeRtcp(report: OutgoingReport): Uint8Array {
  const cname = new TextEncoder().encode(report.cname).subarray(0, 255);
  const sdesBytes = 4 + 4 * Math.ceil((4 + 2 + cname.length + 1) / 4);
  const reportBytes = (report.info === undefined ? 8 : 28) + (report.block === undefined ? 0 : BLOCK_BYTES);
  const bytes = new Uint8Array(reportBytes + sdesBytes + (report.goodbye === true ? 8 : 0));
  writeReport(bytes, report, reportBytes);
  writeHead(bytes, reportBytes, 1, SOURCE_DESCRIPTION, sdesBytes, report.ssrc);
  bytes[reportBytes + 8] = 1;
  bytes[reportBytes + 9] = cname.length;
  bytes.set(cname, reportBytes + 10);
  if (report.goodbye === true) writeHead(bytes, reportBytes + sdesBytes, 1, GOODBYE, 8, report.ssrc);
  return bytes;
}

function writeReport(bytes: Uint8Array, report: OutgoingReport, length: number): void {
  const { info, block } = report;
  writeHead(bytes, 0, block === undefined ? 0 : 1, info === undefined ? RECEIVER_REPORT : SENDER_REPORT, length, report.ssrc);
  let at = 8;
  if (info !== undefined) {
    writeUint32(bytes, 8, info.ntpSeconds);
    writeUint32(bytes, 12, info.ntpFraction);
    writeUint32(bytes, 16, info.rtpTimestamp);
    writeUint32(bytes, 20, info.packetCount);
    writeUint32(bytes, 24, info.octetCount);
    at = 28;
  }
  if (block === undefined) return;
  writeUint32(bytes, at, block.ssrc);
  writeUint32(bytes, at + 4, block.cumulativeLost & 0xffffff);
  bytes[at + 4] = block.fractionLost;
  writeUint32(bytes, at + 8, block.extendedHighest);
  writeUint32(bytes, at + 12, block.jitterTicks);
  writeUint32(bytes, at + 16, block.lastSr);
  writeUint32(bytes, at + 20, block.delaySinceLastSr);
}

function writeHead(bytes: Uint8Array, at: number, count: number, packetType: number, length: number, ssrc: number): void {
  bytes[at] = 0x80 | count;
  bytes[at + 1] = packetType;
  const words = length / 4 - 1;
  bytes[at + 2] = words >> 8;
  bytes[at + 3] = words;
  writeUint32(bytes, at + 4, ssrc);
}

const BLOCK_BYTES = 24;
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
/** RFC 4585 sections 6.1 and 6.2.1. */
const TRANSPORT_FEEDBACK = 205;
const GENERIC_NACK = 1;
/** More than anybody can want again at once. */
const MAX_ASKED = 128;
