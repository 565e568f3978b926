import { ms, type Ms } from '#domain/units';
import type { OutgoingStream } from './outgoing-stream.ts';
import type { ReceiverStats } from './receiver-stats.ts';
import { readRtcp, writeNack, writeRtcp, type ReportBlock } from './rtcp.ts';

/** What the sender side of a leg knows when a report is written. */
export interface SentSoFar {
  readonly packets: number;
  readonly octets: number;
  readonly rtpTimestamp: number;
}

export function sentSoFar(stream: OutgoingStream): SentSoFar {
  return { packets: stream.packetsSent, octets: stream.octetsSent, rtpTimestamp: stream.timestamp };
}

/**
 * The RTCP of one leg (core): writes sender and receiver reports when they are due, learns the round trip from those
 * that come back (RFC 3550 section 6.4.1). Wall time is Unix time in milliseconds.
 */
export class ReportSession {
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #intervalMs: Ms;
  readonly #askedFor: ((sequences: readonly number[]) => void) | undefined;
  #nextAtMs: Ms;
  #sentAtReport = 0;
  #lastSr = 0;
  #lastSrAtMs: Ms = 0;
  roundTripMs: Ms | undefined;
  /** What the far side says it lost of ours, 0 to 1. */
  remoteLossRatio: number | undefined;
  malformed = 0;

  /**
   * The first report comes after half an interval, spread by the SSRC so that calls do not report all at once. `askedFor`: the far
   * side lacks these packets of ours.
   */
  constructor(nowMs: Ms, ssrc: number, cname: string, intervalMs: Ms, askedFor?: (sequences: readonly number[]) => void) {
    this.#askedFor = askedFor;
    this.#ssrc = ssrc;
    this.#cname = cname;
    this.#intervalMs = intervalMs;
    this.#nextAtMs = nowMs + intervalMs * (0.5 + (ssrc % 1024) / 2048);
  }

  received(nowMs: Ms, wallMs: number, bytes: Uint8Array): boolean {
    const items = readRtcp(bytes);
    if (items === undefined) {
      this.malformed += 1;
      return false;
    }
    for (const item of items) {
      if (item.kind === 'sender-report') {
        this.#lastSr = (((item.info.ntpSeconds & 0xffff) << 16) | (item.info.ntpFraction >>> 16)) >>> 0;
        this.#lastSrAtMs = nowMs;
      }
      if (item.kind === 'sender-report' || item.kind === 'receiver-report') {
        for (const block of item.blocks) if (block.ssrc === this.#ssrc) this.#learn(wallMs, block);
      }
      if (item.kind === 'nack' && item.mediaSsrc === this.#ssrc) this.#askedFor?.(item.sequences);
    }
    return true;
  }

  isDue(nowMs: Ms): boolean {
    return nowMs >= this.#nextAtMs;
  }

  /** The report that is due. */
  report(nowMs: Ms, wallMs: number, sent: SentSoFar, remoteSsrc: number, stats: ReceiverStats): Uint8Array {
    this.#nextAtMs = Math.max(this.#nextAtMs + this.#intervalMs, nowMs + this.#intervalMs / 2);
    return this.#write(nowMs, wallMs, sent, remoteSsrc, stats, false);
  }

  /** The last report of a leg, with BYE. */
  goodbye(nowMs: Ms, wallMs: number, sent: SentSoFar, remoteSsrc: number, stats: ReceiverStats): Uint8Array {
    return this.#write(nowMs, wallMs, sent, remoteSsrc, stats, true);
  }

  /** Asks for lost packets; RFC 4585. An empty report goes before it, for those who want compound packets only. */
  nack(remoteSsrc: number, sequences: readonly number[]): Uint8Array {
    return writeNack(writeRtcp({ ssrc: this.#ssrc, cname: this.#cname }), this.#ssrc, remoteSsrc, sequences);
  }

  #write(nowMs: Ms, wallMs: number, sent: SentSoFar, remoteSsrc: number, stats: ReceiverStats, goodbye: boolean): Uint8Array {
    const active = sent.packets !== this.#sentAtReport;
    this.#sentAtReport = sent.packets;
    const [ntpSeconds, ntpFraction] = ntp(wallMs);
    return writeRtcp({
      ssrc: this.#ssrc,
      cname: this.#cname,
      ...(active && {
        info: { ntpSeconds, ntpFraction, rtpTimestamp: sent.rtpTimestamp, packetCount: sent.packets >>> 0, octetCount: sent.octets >>> 0 },
      }),
      ...(remoteSsrc >= 0 && { block: this.#block(nowMs, remoteSsrc, stats) }),
      goodbye,
    });
  }

  #block(nowMs: Ms, remoteSsrc: number, stats: ReceiverStats): ReportBlock {
    return {
      ssrc: remoteSsrc,
      fractionLost: stats.takeFractionLost(),
      cumulativeLost: Math.min(0x7fffff, stats.lost),
      extendedHighest: stats.extendedHighest,
      jitterTicks: stats.jitterTicks,
      lastSr: this.#lastSr,
      delaySinceLastSr: this.#lastSr === 0 ? 0 : Math.round(((nowMs - this.#lastSrAtMs) * 65536) / 1000) >>> 0,
    };
  }

  #learn(wallMs: number, block: ReportBlock): void {
    this.remoteLossRatio = block.fractionLost / 256;
    if (block.lastSr === 0) return;
    const [seconds, fraction] = ntp(wallMs);
    const nowMiddle = (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
    const roundTrip = ((nowMiddle - block.lastSr - block.delaySinceLastSr) | 0) / 65.536;
    // Rounding, or a clock that was set, may make it negative; a minute is no round trip.
    if (roundTrip > -5 && roundTrip < 60_000) this.roundTripMs = ms(Math.max(0, roundTrip));
  }
}

/** NTP seconds (modulo 2^32) and fraction. */
function ntp(wallMs: number): [number, number] {
  const seconds = Math.floor(wallMs / 1000);
  return [(seconds + NTP_EPOCH_OFFSET) >>> 0, Math.floor(((wallMs - seconds * 1000) / 1000) * 2 ** 32) >>> 0];
}

/** Seconds from 1900 to 1970. */
const NTP_EPOCH_OFFSET = 2_208_988_800;
