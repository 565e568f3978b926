import { viewOf } from '../rtp.ts';

/** What a caller reads of RTCP that it got. */
export interface RtcpSummary {
  /** Sequence numbers that the far side misses; RFC 4585 section 6.2.1. */
  readonly nacked: readonly number[];
  /** Of the last sender report: the middle of its NTP time, which a receiver report sends back. */
  readonly senderReport: { readonly ssrc: number; readonly ntpMiddle: number } | undefined;
  /** What the far side says of our packets: loss in 1/256. */
  readonly fractionLost: number | undefined;
}

/** Reads a compound packet; what is malformed ends the reading. */
export function readRtcp(bytes: Uint8Array): RtcpSummary {
  const view = viewOf(bytes);
  const nacked: number[] = [];
  let senderReport: RtcpSummary['senderReport'];
  let fractionLost: number | undefined;
  for (let from = 0; from + 8 <= bytes.length;) {
    const count = view.getUint8(from) & 0x1f;
    const type = view.getUint8(from + 1);
    const end = from + 4 + 4 * view.getUint16(from + 2);
    if (view.getUint8(from) >> 6 !== 2 || end > bytes.length) break;
    if (type === SENDER_REPORT && end - from >= 28) senderReport = { ssrc: view.getUint32(from + 4), ntpMiddle: view.getUint32(from + 10) };
    const blocks = type === SENDER_REPORT ? from + 28 : from + 8;
    if ((type === SENDER_REPORT || type === RECEIVER_REPORT) && count > 0 && end - blocks >= 24) fractionLost = view.getUint8(blocks + 4);
    if (type === TRANSPORT_FEEDBACK && count === GENERIC_NACK)
      for (let at = from + 12; at + 4 <= end; at += 4) pushNacked(nacked, view.getUint16(at), view.getUint16(at + 2));
    from = end;
  }
  return { nacked, senderReport, fractionLost };
}

export interface ReceptionFacts {
  readonly ssrc: number;
  /** Since the last report, 0 to 1. */
  readonly lossRatio: number;
  readonly lost: number;
  /** With the count of wraps in the upper half. */
  readonly highestSequence: number;
  /** In units of the RTP clock. */
  readonly jitter: number;
  /** The last sender report and how long ago it came. */
  readonly lastReport: { readonly ntpMiddle: number; readonly agoMs: number } | undefined;
}

/** A receiver report on one source; RFC 3550 section 6.4.2. */
export function writeReceiverReport(ownSsrc: number, facts: ReceptionFacts): Buffer {
  const bytes = Buffer.alloc(32);
  bytes[0] = 0x81;
  bytes[1] = RECEIVER_REPORT;
  bytes.writeUInt16BE(7, 2);
  bytes.writeUInt32BE(ownSsrc, 4);
  bytes.writeUInt32BE(facts.ssrc, 8);
  bytes[12] = Math.max(0, Math.min(255, Math.round(facts.lossRatio * 256)));
  bytes.writeUIntBE(Math.max(0, Math.min(0x7fffff, facts.lost)), 13, 3);
  bytes.writeUInt32BE(facts.highestSequence >>> 0, 16);
  bytes.writeUInt32BE(Math.round(facts.jitter) >>> 0, 20);
  if (facts.lastReport) {
    bytes.writeUInt32BE(facts.lastReport.ntpMiddle >>> 0, 24);
    bytes.writeUInt32BE(Math.round((facts.lastReport.agoMs / 1000) * 65536) >>> 0, 28);
  }
  return bytes;
}

/** Asks for packets again, behind an empty receiver report as RFC 4585 section 3.1 wants compound packets to begin. */
export function writeNack(ownSsrc: number, mediaSsrc: number, sequences: readonly number[]): Buffer {
  const pairs = nackPairs(sequences);
  const bytes = Buffer.alloc(8 + 12 + 4 * pairs.length);
  bytes.set([0x80, RECEIVER_REPORT, 0, 1]);
  bytes.writeUInt32BE(ownSsrc, 4);
  bytes.set([0x80 | GENERIC_NACK, TRANSPORT_FEEDBACK], 8);
  bytes.writeUInt16BE(2 + pairs.length, 10);
  bytes.writeUInt32BE(ownSsrc, 12);
  bytes.writeUInt32BE(mediaSsrc, 16);
  pairs.forEach(([first, mask], i) => {
    bytes.writeUInt16BE(first, 20 + 4 * i);
    bytes.writeUInt16BE(mask, 22 + 4 * i);
  });
  return bytes;
}

/** A first sequence number and a mask of the sixteen after it. */
function nackPairs(sequences: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (const sequence of sequences) {
    const last = pairs.at(-1);
    const behind = last === undefined ? 0 : (sequence - last[0]) & 0xffff;
    if (last !== undefined && behind >= 1 && behind <= 16) last[1] |= 1 << (behind - 1);
    else pairs.push([sequence, 0]);
  }
  return pairs;
}

function pushNacked(list: number[], first: number, mask: number): void {
  list.push(first);
  for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) list.push((first + bit + 1) & 0xffff);
}

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const GENERIC_NACK = 1;
