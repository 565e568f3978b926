import type { LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { samples } from '#domain/units';
import { LatchedPath, mediaOptions, RtpLeg, type LegSpec } from '#media';

/** One packet of a caller, as it is on the wire. */
export interface WirePacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly payload?: Uint8Array;
}

const SPEC: LegSpec = {
  legId: 'leg',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  remote: { address: '192.0.2.9', port: 4000 },
  signallingAddress: '192.0.2.9',
  direction: 'sendrecv',
};

/** A telephone leg in virtual time, fed with bytes that a test writes itself. All that the caller says goes up as one talkspurt. */
export class FieldCall {
  nowMs = 0;
  readonly events: LegMediaEvent[] = [];
  /** Where the bot's packets went. */
  readonly sentTo: { readonly atMs: number; readonly to: string }[] = [];
  readonly core: RtpLeg;

  constructor(spec: Partial<LegSpec> = {}, options: object = {}) {
    const agreed = { ...SPEC, ...spec };
    const parsed = mediaOptions.parse({ vad: { mode: 'off', initialCreditMs: 30_000, maxCreditMs: 120_000 }, ...options });
    const path = new LatchedPath(0, parsed.latch, agreed, {
      sendRtp: (_, port, address) => this.sentTo.push({ atMs: this.nowMs, to: `${address}:${port}` }),
      sendRtcp: () => undefined,
    });
    this.core = new RtpLeg(0, agreed, {
      options: parsed,
      identity: { ssrc: 5, sequence: 1, timestamp: 1, cname: 'test' },
      path,
      emit: (event) => this.events.push(event),
    });
    this.core.command(0, { kind: 'grant-uplink', samples: samples(100 * 16_000) });
  }

  /** Lets time pass until `atMs`, as the media thread does: in steps of 10 ms. */
  until(atMs: number): void {
    for (; this.nowMs + 10 <= atMs; this.nowMs += 10) if (this.core.dueMs <= this.nowMs) this.core.tick(this.nowMs, this.nowMs);
  }

  /** A packet that arrives at `atMs`; `from` is ADDRESS:PORT. */
  arrives(atMs: number, packet: WirePacket, from = '192.0.2.9:4000'): void {
    this.until(atMs);
    const [address, port] = from.split(':') as [string, string];
    this.core.packet(atMs, atMs, onTheWire(packet), address, Number(port));
  }

  get keys(): string {
    return this.events.map((event) => (event.kind === 'dtmf' ? event.digit : '')).join('');
  }

  get keyDurationsMs(): number[] {
    return this.events.flatMap((event) => (event.kind === 'dtmf' ? [event.durationMs] : []));
  }

  stats(): LegMediaStats {
    return this.core.stats();
  }

  /** What recognition gets of the caller, 16 kHz. */
  line(): Int16Array {
    const parts = this.events.flatMap((event) => (event.kind === 'caller-audio' ? [event.pcm] : []));
    const line = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      line.set(part, at);
      at += part.length;
    }
    return line;
  }

  /** How much of the line is sound, and how often silence tore it, milliseconds: after the first sound and before the last. */
  sound(): { readonly soundMs: number; readonly holes: number } {
    const line = this.line();
    let soundMs = 0;
    let holes = 0;
    let wasLoud = false;
    for (let at = 0; at + 16 <= line.length; at += 16) {
      const loud = line.subarray(at, at + 16).some((sample) => Math.abs(sample) > 1000);
      if (loud) soundMs += 1;
      if (loud && !wasLoud && soundMs > 1) holes += 1;
      wasLoud = loud;
    }
    return { soundMs, holes };
  }
}

/** A square wave of 500 Hz at a good level, or what is said to be its length, in u-law. */
export function voice(samples = 160): Uint8Array {
  return Uint8Array.from({ length: samples }, (_, i) => (i % 16 < 8 ? 0x9f : 0x1f));
}

export function keyPayload(digit: string, durationTicks: number, end: boolean): Uint8Array {
  return Uint8Array.of('0123456789*#ABCD'.indexOf(digit), end ? 0x8a : 0x0a, durationTicks >> 8, durationTicks & 0xff);
}

export function onTheWire({ sequence, timestamp, ssrc = 7, payloadType = 0, marker = false, payload = voice() }: WirePacket): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, (marker ? 0x80 : 0) | payloadType);
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, timestamp >>> 0);
  view.setUint32(8, ssrc);
  bytes.set(payload, 12);
  return bytes;
}
