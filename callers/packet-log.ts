import { decodeLaw, type Law } from './g711.ts';
import { FRAME_SAMPLES } from './speech-level.ts';

/** Two hours of packets: a caller that runs longer is a mistake. */
export const MAX_PACKETS = 360_000;

/** Every packet of one call as the caller saw it; times are monotonic milliseconds. */
export interface SentPacket {
  readonly atMs: number;
  readonly dueMs: number;
  readonly pcm: Int16Array;
}

export interface ReceivedPacket {
  readonly atMs: number;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly law: Law | undefined;
  readonly payload: Uint8Array;
  /** Its audio at 8 kHz, where no G.711 law gives it: a packet of Opus. */
  readonly pcm8k?: Int16Array;
  /** Of its timestamps; 8000 where absent. */
  readonly clockHz?: number;
  /** Its audio is above the level of speech. */
  readonly speech: boolean;
}

/** First packet with speech at or after `fromMs`. */
export function firstSpeechAfter(packets: readonly ReceivedPacket[], fromMs: number): number | undefined {
  for (let i = lowerBound(packets, fromMs); i < packets.length; i++) {
    const packet = packets[i] as ReceivedPacket;
    if (packet.speech) return packet.atMs;
  }
  return undefined;
}

/** Last packet with speech before `untilMs`. */
export function lastSpeechBefore(packets: readonly ReceivedPacket[], untilMs: number): number | undefined {
  for (let i = Math.min(packets.length, lowerBound(packets, untilMs)) - 1; i >= 0; i--) {
    const packet = packets[i] as ReceivedPacket;
    if (packet.speech) return packet.atMs;
  }
  return undefined;
}

/** The last packet with speech, at or after `fromMs`, that is followed by at least `gapMs` without; `nowMs` bounds what is known. */
export function lastSpeechBeforeGap(packets: readonly ReceivedPacket[], fromMs: number, gapMs: number, nowMs: number): number | undefined {
  let last: number | undefined;
  for (let i = lowerBound(packets, fromMs); i < packets.length; i++) {
    const packet = packets[i] as ReceivedPacket;
    if (!packet.speech) continue;
    if (last !== undefined && packet.atMs - last >= gapMs) return last;
    last = packet.atMs;
  }
  return last !== undefined && nowMs - last >= gapMs ? last : undefined;
}

/** The longest time without speech between two packets with speech, from `fromMs` to `untilMs`. */
export function longestGapMs(packets: readonly ReceivedPacket[], fromMs: number, untilMs: number): number {
  let last = lastSpeechBefore(packets, fromMs) ?? fromMs;
  let longest = 0;
  for (let i = lowerBound(packets, fromMs); i < packets.length; i++) {
    const packet = packets[i] as ReceivedPacket;
    if (packet.atMs > untilMs) break;
    if (!packet.speech) continue;
    longest = Math.max(longest, packet.atMs - last);
    last = packet.atMs;
  }
  return longest;
}

export function countSpeech(packets: readonly ReceivedPacket[], fromMs: number, untilMs: number): number {
  let count = 0;
  for (let i = lowerBound(packets, fromMs); i < packets.length; i++) {
    const packet = packets[i] as ReceivedPacket;
    if (packet.atMs >= untilMs) break;
    if (packet.speech) count++;
  }
  return count;
}

/** What was received as one sound at 8 kHz from `startMs` on: by RTP timestamp within a source, by arrival between sources. */
export function receivedSound(packets: readonly ReceivedPacket[], startMs: number, endMs: number): Int16Array {
  const out = new Int16Array(Math.max(0, Math.round((endMs - startMs) * 8)));
  let anchor: { ssrc: number; timestamp: number; at: number } | undefined;
  for (const packet of packets) {
    const pcm = packet.pcm8k ?? (packet.law === undefined ? undefined : decodeLaw(packet.law, packet.payload));
    if (pcm === undefined) continue;
    const perSample = (packet.clockHz ?? 8000) / 8000;
    const arrival = Math.round((packet.atMs - startMs) * 8);
    let at =
      anchor && anchor.ssrc === packet.ssrc ? anchor.at + Math.round(((packet.timestamp - anchor.timestamp) | 0) / perSample) : arrival;
    // A sender that re-bases its timestamps (a new media session) is placed by arrival again.
    if (Math.abs(at - arrival) > 8000) at = arrival;
    anchor = { ssrc: packet.ssrc, timestamp: packet.timestamp, at };
    for (let i = 0; i < pcm.length; i++) if (at + i >= 0 && at + i < out.length) out[at + i] = pcm[i] as number;
  }
  return out;
}

export function sentSound(packets: readonly SentPacket[], startMs: number, endMs: number): Int16Array {
  const out = new Int16Array(Math.max(0, Math.round((endMs - startMs) * 8)));
  const first = packets[0];
  if (!first) return out;
  const base = Math.round((first.dueMs - startMs) * 8);
  packets.forEach((packet, index) => {
    const at = base + index * FRAME_SAMPLES;
    if (at >= 0 && at + packet.pcm.length <= out.length) out.set(packet.pcm, at);
  });
  return out;
}

/** Index of the first packet at or after `atMs`; arrival times only grow. */
function lowerBound(packets: readonly ReceivedPacket[], atMs: number): number {
  let low = 0;
  let high = packets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((packets[middle] as ReceivedPacket).atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
