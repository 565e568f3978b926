import { expect } from 'vitest';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { decodeG711, encodeG711, type G711Law } from '../codec/g711.ts';
import { levelDbov } from '../dsp/level.ts';
import { tone } from '../dsp/test-signals.ts';
import { LatchedPath } from '../legs/latched-path.ts';
import { RtpLeg } from '../legs/rtp-leg.ts';
import type { LegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import { readTelephoneEvent, writeTelephoneEvent } from '../rtp/dtmf.ts';
import { DtmfReceiver, type PressedKey } from '../rtp/dtmf-receiver.ts';
import { RtpPacket, writeRtpHeader } from '../rtp/packet.ts';

export const SPEC: LegSpec = {
  legId: 'leg',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  remote: { address: '192.0.2.9', port: 4000 },
  signallingAddress: '192.0.2.9',
  direction: 'sendrecv',
};

export interface Sent {
  readonly atMs: number;
  readonly port: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly payload: Uint8Array;
  /** Of u-law. */
  readonly levelDbov: number;
}

/** A leg with a caller, in virtual time. Speech is told by energy, so a tone is speech. */
export class Call {
  nowMs = 1000;
  readonly sent: Sent[] = [];
  readonly rtcp: number[] = [];
  /** Keys that the far side makes of what left. */
  readonly pressed: PressedKey[] = [];
  readonly #receiver = new DtmfReceiver(8000);
  readonly events: LegMediaEvent[] = [];
  readonly core: RtpLeg;
  #sequence = 65_500;
  #timestamp = 0xffff_0000;

  constructor(spec: Partial<LegSpec> = {}, options: object = {}) {
    const agreed = { ...SPEC, ...spec };
    const parsed = mediaOptions.parse({ vad: { mode: 'energy' }, ...options });
    const path = new LatchedPath(this.nowMs, parsed.latch, agreed, {
      sendRtp: (packet, port) => this.#keep(packet, port),
      sendRtcp: (_, port) => this.rtcp.push(port),
    });
    this.core = new RtpLeg(this.nowMs, agreed, {
      options: parsed,
      identity: { ssrc: 5, sequence: 65_530, timestamp: 0xffff_ff00, cname: 'test' },
      path,
      emit: (event) => this.events.push(event),
    });
  }

  /** `caller`: level of a tone, or `silence`, or `nothing` sent. */
  run(forMs: number, caller: number | 'silence' | 'nothing' = 'silence', port = 4000): void {
    for (const end = this.nowMs + forMs; this.nowMs < end; this.nowMs += 20) {
      this.core.tick(this.nowMs, this.nowMs);
      if (caller !== 'nothing') this.packet(caller === 'silence' ? new Int16Array(160) : tone(300, 8000, 160, caller), port);
      else this.#timestamp += 160;
    }
  }

  packet(pcm: Int16Array, port = 4000, payloadType = 0, law: G711Law = 'PCMU'): void {
    const bytes = new Uint8Array(12 + pcm.length);
    encodeG711(law, pcm, pcm.length, bytes, 12);
    this.#head(bytes, payloadType);
    this.#timestamp = (this.#timestamp + pcm.length) >>> 0;
    this.core.packet(this.nowMs, this.nowMs, bytes, '192.0.2.9', port);
  }

  /** A packet of another codec. */
  payload(payload: Uint8Array, payloadType: number, ticks: number): void {
    const bytes = new Uint8Array(12 + payload.length);
    bytes.set(payload, 12);
    this.#head(bytes, payloadType);
    this.#timestamp = (this.#timestamp + ticks) >>> 0;
    this.core.packet(this.nowMs, this.nowMs, bytes, '192.0.2.9', 4000);
  }

  /** A packet that never arrives. */
  lose(ticks: number): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + ticks) >>> 0;
  }

  key(digit: string, durationTicks: number, end: boolean, payloadType = 101): void {
    const bytes = new Uint8Array(16);
    writeTelephoneEvent(bytes, 12, { digit, end, durationTicks });
    this.#head(bytes, payloadType);
    this.core.packet(this.nowMs, this.nowMs, bytes, '192.0.2.9', 4000);
  }

  send(command: LegMediaCommand): void {
    this.core.command(this.nowMs, command);
  }

  play(turnId: number, forMs: number, pieceId = 0): void {
    this.send({ kind: 'play', turnId, pieceId, pcm: tone(500, 24_000, forMs * 24) });
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  first<Kind extends LegMediaEvent['kind']>(kind: Kind): Extract<LegMediaEvent, { kind: Kind }> {
    const found = this.events.find((event) => event.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} among ${this.kinds().join(', ')}`);
    return found as Extract<LegMediaEvent, { kind: Kind }>;
  }

  loud(fromMs = 0): Sent[] {
    return this.sent.filter((packet) => packet.atMs >= fromMs && packet.levelDbov > -45);
  }

  #head(bytes: Uint8Array, payloadType: number): void {
    writeRtpHeader(bytes, false, payloadType, this.#sequence, this.#timestamp, 99);
    this.#sequence = (this.#sequence + 1) & 0xffff;
  }

  #keep(packet: Uint8Array, port: number): void {
    const rtp = new RtpPacket();
    expect(rtp.read(packet)).toBe(true);
    const pcm = new Int16Array(packet.length - 12);
    decodeG711('PCMU', packet, 12, pcm.length, pcm);
    const { sequence, timestamp, marker, payloadType } = rtp;
    const event = payloadType === 101 ? readTelephoneEvent(packet, 12, packet.length) : undefined;
    if (event !== undefined) this.pressed.push(...this.#receiver.packet(this.nowMs, rtp, event));
    this.sent.push({
      atMs: this.nowMs,
      port,
      sequence,
      timestamp,
      marker,
      payloadType,
      payload: packet.slice(12),
      levelDbov: levelDbov(pcm, 0, pcm.length),
    });
  }
}
