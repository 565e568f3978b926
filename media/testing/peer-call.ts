import { expect } from 'vitest';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import type { OpusDecoder, OpusEncoder } from '../codec/opus-library.ts';
import { levelDbov } from '../dsp/level.ts';
import { tone } from '../dsp/test-signals.ts';
import { voiceLike } from '../dsp/test-voice.ts';
import { loadOpus } from '../io/opus.ts';
import { RtpLeg } from '../legs/rtp-leg.ts';
import { SecurePath } from '../legs/secure-path.ts';
import type { PeerLegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import { writeTelephoneEvent } from '../rtp/dtmf.ts';
import { RtpPacket, writeRtpHeader } from '../rtp/packet.ts';
import { readRtcp, writeRtcp, type RtcpItem } from '../rtp/rtcp.ts';

const opus = await loadOpus();

const SPEC: PeerLegSpec = {
  legId: 'leg',
  codec: 'opus',
  payloadType: 111,
  ptimeMs: 20,
  parameters: { useinbandfec: '1', usedtx: '1' },
  telephoneEventPayloadType: 110,
  telephoneEventClockHz: 48_000,
  feedback: true,
  nack: false,
  direction: 'sendrecv',
  peer: {
    remoteIce: { usernameFragment: 'u', password: 'p', candidates: [], lite: false },
    remoteFingerprints: [],
    localSetup: 'passive',
    network: {
      ice: 'lite',
      bindAddresses: [],
      externalAddresses: [],
      ports: { first: 0, last: 0 },
      iceServers: [],
      goneMs: 15_000,
      connectMs: 10_000,
    },
  },
};
export const OUR_SSRC = 5;
export const THEIR_SSRC = 99;

interface Sent {
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadBytes: number;
  readonly levelDbov: number;
}

/** What the network does to the caller's packet number `n`: delivers it after so long, or never. */
export type Network = (n: number) => number | 'lost';

/** A browser leg with its caller, in virtual time. Speech is told by energy. */
export class PeerCall {
  nowMs = 1000;
  readonly sent: Sent[] = [];
  readonly rtcp: { readonly atMs: number; readonly items: readonly RtcpItem[] }[] = [];
  readonly events: LegMediaEvent[] = [];
  readonly core: RtpLeg;
  network: Network = () => 10;
  /** The far side sends again what it is asked for, after a round trip. */
  resends = false;
  roundTripMs = 40;
  readonly #encoder: OpusEncoder;
  readonly #decoder: OpusDecoder;
  readonly #voice: Int16Array;
  readonly #history = new Map<number, Uint8Array>();
  #arrivals: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  #n = 0;
  #timestamp = 0xffff_0000;

  constructor(spec: Partial<PeerLegSpec> = {}, options: object = {}, lossPercent = 0) {
    this.core = new RtpLeg(
      this.nowMs,
      { ...SPEC, ...spec },
      {
        options: mediaOptions.parse({ vad: { mode: 'energy' }, ...options }),
        identity: { ssrc: OUR_SSRC, sequence: 65_530, timestamp: 0xffff_ff00, cname: 'test' },
        opus,
        path: new SecurePath({ sendRtp: (packet) => this.#keep(packet), sendRtcp: (packet) => this.#report(packet) }),
        emit: (event) => this.events.push(event),
      },
    );
    this.#encoder = opus.createEncoder({ bitrate: 32_000, complexity: 3, inbandFec: true, packetLossPercent: lossPercent });
    this.#decoder = opus.createDecoder();
    this.#voice = voiceLike(24_000, 10_000);
  }

  run(forMs: number, caller: 'voice' | 'silence' | 'nothing' = 'nothing'): void {
    for (const end = this.nowMs + forMs; this.nowMs < end; this.nowMs += 5) {
      if (this.nowMs % 20 === 0 && caller !== 'nothing') this.#speak(caller === 'voice');
      if (this.nowMs % 20 === 0 && caller === 'nothing') this.#timestamp += 960;
      for (const { bytes } of this.#arrivals.filter(({ atMs }) => atMs <= this.nowMs)) this.core.packet(this.nowMs, this.nowMs, bytes);
      this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > this.nowMs);
      if (this.core.dueMs <= this.nowMs) this.core.tick(this.nowMs, this.nowMs);
    }
  }

  send(command: LegMediaCommand): void {
    this.core.command(this.nowMs, command);
  }

  play(turnId: number, forMs: number): void {
    this.send({ kind: 'play', turnId, pieceId: 0, pcm: tone(500, 24_000, forMs * 24) });
  }

  /** A packet of another codec, without a network. */
  payload(payload: Uint8Array, payloadType: number, ticks: number): void {
    const bytes = new Uint8Array(12 + payload.length);
    bytes.set(payload, 12);
    writeRtpHeader(bytes, false, payloadType, this.#n & 0xffff, this.#timestamp >>> 0, THEIR_SSRC);
    this.#n += 1;
    this.#timestamp += ticks;
    this.core.packet(this.nowMs, this.nowMs, bytes);
  }

  key(payloadType: number, digit: string, durationTicks: number, end: boolean): void {
    const bytes = new Uint8Array(16);
    writeTelephoneEvent(bytes, 12, { digit, end, durationTicks });
    writeRtpHeader(bytes, false, payloadType, this.#n & 0xffff, this.#timestamp >>> 0, THEIR_SSRC);
    this.#n += 1;
    this.core.packet(this.nowMs, this.nowMs, bytes);
  }

  /** A receiver report about our stream. */
  receiverReport(fractionLost: number, lastSr = 0, delaySinceLastSr = 0): void {
    const block = { ssrc: OUR_SSRC, fractionLost, cumulativeLost: 0, extendedHighest: 0, jitterTicks: 0, lastSr, delaySinceLastSr };
    this.core.packet(this.nowMs, this.nowMs, writeRtcp({ ssrc: THEIR_SSRC, cname: 'caller', block }));
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  /** Length of the caller's line as far as it was sent up, milliseconds. */
  heardMs(): number {
    return this.events.reduce((sum, event) => sum + (event.kind === 'caller-audio' ? event.pcm.length : 0), 0) / 16;
  }

  asked(): number[] {
    return this.rtcp.flatMap(({ items }) => items.flatMap((item) => (item.kind === 'nack' ? item.sequences : [])));
  }

  #speak(loud: boolean): void {
    const at = (this.#n * 480) % (this.#voice.length - 480);
    const bytes = new Uint8Array(12 + 1275);
    const length = this.#encoder.encode(loud ? this.#voice.subarray(at, at + 480) : new Int16Array(480), 480, bytes, 12);
    writeRtpHeader(bytes, false, 111, this.#n & 0xffff, this.#timestamp >>> 0, THEIR_SSRC);
    this.#timestamp += 960;
    const packet = bytes.slice(0, 12 + length);
    this.#history.set(this.#n & 0xffff, packet);
    const delayMs = this.network(this.#n);
    this.#n += 1;
    if (delayMs !== 'lost') this.#arrivals.push({ atMs: this.nowMs + delayMs, bytes: packet });
  }

  #keep(packet: Uint8Array): void {
    const rtp = new RtpPacket();
    expect(rtp.read(packet)).toBe(true);
    expect(rtp.ssrc).toBe(OUR_SSRC);
    const pcm = new Int16Array(1920);
    const count = Math.max(0, this.#decoder.decode(packet, 12, packet.length, pcm));
    const { sequence, timestamp, marker } = rtp;
    this.sent.push({
      atMs: this.nowMs,
      bytes: packet.slice(),
      sequence,
      timestamp,
      marker,
      payloadBytes: packet.length - 12,
      levelDbov: levelDbov(pcm, 0, count),
    });
  }

  #report(packet: Uint8Array): void {
    const items = readRtcp(packet)!;
    this.rtcp.push({ atMs: this.nowMs, items });
    for (const item of items) {
      if (item.kind !== 'nack' || !this.resends) continue;
      expect(item.mediaSsrc).toBe(THEIR_SSRC);
      for (const sequence of item.sequences)
        this.#arrivals.push({ atMs: this.nowMs + this.roundTripMs, bytes: this.#history.get(sequence)! });
    }
  }
}
