import fc from 'fast-check';
import { writeTelephoneEvent } from '../rtp/dtmf.ts';
import { writeRtpHeader } from '../rtp/packet.ts';

/** How a sender tells of keys. All of these are in use. */
export const KEY_STYLES = [
  'plain',
  'same-timestamp',
  'moving-timestamp',
  'moving-ends',
  'ends-only',
  'one-packet',
  'own-ssrc',
  'beside-voice',
  'marked',
  'unmarked',
  'short-segments',
] as const;
export type KeyStyle = (typeof KEY_STYLES)[number];

/** What the timestamps of a sender are worth. */
export const CLOCKS = ['right', 'double', 'half', 'still', 'uneven'] as const;
export type SenderClock = (typeof CLOCKS)[number];

export type Deed =
  | { readonly kind: 'speak'; readonly packets: number }
  | { readonly kind: 'pause'; readonly forMs: number; readonly how: 'quiet' | 'noise' | 'time-stands-still' }
  | { readonly kind: 'key'; readonly digit: string; readonly packets: number }
  | { readonly kind: 'ptime'; readonly ptimeMs: number }
  | { readonly kind: 'jump'; readonly what: 'ssrc' | 'sequence' | 'timestamp'; readonly by: number };

export interface SenderScript {
  readonly keys: KeyStyle;
  readonly clock: SenderClock;
  /** How fast its clock runs. */
  readonly drift: number;
  readonly deeds: readonly Deed[];
}

export interface Arrival {
  atMs: number;
  readonly bytes: Uint8Array;
  /** Samples of voice in it. */
  readonly samples: number;
  /** Which of the keys it tells of; -1: none. */
  readonly key: number;
  /** Nothing may overtake it: where a stream begins, what was overtaken is unknown. */
  readonly isFirst: boolean;
}

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('speak' as const), packets: fc.integer({ min: 5, max: 60 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      forMs: fc.integer({ min: 40, max: 900 }),
      how: fc.constantFrom('quiet' as const, 'noise' as const, 'time-stands-still' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('key' as const),
      digit: fc.constantFrom('1', '2', '#'),
      packets: fc.integer({ min: 3, max: 14 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ptime' as const), ptimeMs: fc.constantFrom(10, 20, 30, 40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      what: fc.constantFrom('ssrc' as const, 'sequence' as const, 'timestamp' as const),
      by: fc.integer({ min: -40_000, max: 40_000 }),
    }),
  },
);

export const senders: fc.Arbitrary<SenderScript> = fc.record({
  keys: fc.constantFrom(...KEY_STYLES),
  clock: fc.oneof({ weight: 3, arbitrary: fc.constant('right' as const) }, { weight: 2, arbitrary: fc.constantFrom(...CLOCKS) }),
  drift: fc.constantFrom(1, 1.0002, 0.9998, 1.02, 0.98),
  deeds: fc.array(deed, { minLength: 1, maxLength: 25 }),
});

/** Writes down all that a sender sends, at 8 kHz with payload types 0, 13 and 101. */
export class PlausibleSender {
  readonly sent: Arrival[] = [];
  keys = '';
  readonly #script: SenderScript;
  #atMs = 0;
  #ptimeMs = 20;
  #sequence = 65_400;
  #timestamp = 0xffff_8000;
  #ssrc = 1;
  #keySequence = 100;
  #isFirst = true;
  #n = 0;

  constructor(script: SenderScript) {
    this.#script = script;
    this.#speak(10);
    for (const deed of script.deeds) this.#do(deed);
    // What begins last is confirmed by what follows.
    this.#speak(20);
  }

  #do(deed: Deed): void {
    switch (deed.kind) {
      case 'speak':
        return this.#speak(deed.packets);
      case 'pause':
        if (deed.how === 'noise') this.#send(13, Uint8Array.of(60), this.#timestamp, 0, -1);
        return this.#pass(deed.forMs, deed.how !== 'time-stands-still');
      case 'key':
        this.#key(deed.digit, deed.packets);
        return this.#speak(Math.ceil(this.#keyPauseMs / this.#ptimeMs));
      case 'ptime':
        this.#ptimeMs = deed.ptimeMs;
        return;
      case 'jump':
        this.#speak(5);
        if (deed.what === 'ssrc') {
          this.#ssrc += 2;
          this.#sequence += deed.by;
          this.#timestamp += deed.by * 1000;
        } else if (deed.what === 'sequence' && !this.#hasOnlyOrder) this.#sequence += deed.by < 0 ? deed.by - MIN_JUMP : deed.by + MIN_JUMP;
        else if (deed.what === 'timestamp') this.#timestamp += deed.by * 100;
        this.#isFirst = deed.what !== 'timestamp';
        return this.#speak(10);
    }
  }

  #speak(packets: number): void {
    for (let i = 0; i < packets; i += 1) {
      const samples = this.#ptimeMs * 8;
      this.#send(0, new Uint8Array(samples).fill(0x9f), this.#timestamp, samples, -1);
      this.#pass(this.#ptimeMs);
    }
  }

  #pass(forMs: number, isCounted = true): void {
    this.#atMs += forMs * this.#script.drift;
    if (isCounted)
      this.#timestamp +=
        Math.round(forMs * 8 * RATES[this.#script.clock]) + (this.#script.clock === 'uneven' ? ((this.#n * 7) % 5) - 2 : 0);
  }

  /** `packets` of 20 ms while it is down, and three ends. */
  #key(digit: string, packets: number): void {
    const { keys } = this.#script;
    const key = this.keys.length;
    this.keys += digit;
    const began = keys === 'same-timestamp' ? 4_711 : this.#timestamp;
    const voiceSamples = keys === 'beside-voice' || keys === 'own-ssrc' ? 160 : 0;
    for (let i = 1; i <= packets + 3; i += 1) {
      const isEnd = i > packets;
      const durationTicks = Math.min(i, packets) * 160;
      let timestamp = began;
      let told = durationTicks;
      if (keys === 'moving-timestamp' || (keys === 'moving-ends' && isEnd)) timestamp = began + (i - 1) * 160;
      if (keys === 'short-segments') {
        const segment = Math.floor((Math.min(i, packets) - 1) / 4);
        timestamp = began + segment * 640;
        told = durationTicks - segment * 640;
      }
      const isSent = keys === 'ends-only' ? isEnd : keys === 'one-packet' ? i === packets + 1 : true;
      if (isSent) this.#event(digit, told, isEnd, timestamp, keys === 'marked' || (i === 1 && keys !== 'unmarked'), key);
      if (voiceSamples > 0) this.#send(0, new Uint8Array(voiceSamples).fill(0x9f), this.#timestamp, voiceSamples, -1);
      this.#pass(20);
    }
  }

  /** Longer than the shortest pause in which a receiver must tell keys apart; a finger's where only ends come and all of them at the same timestamp. */
  get #keyPauseMs(): number {
    return this.#hasOnlyOrder ? 260 : 80;
  }

  /** Nothing but sequence and time tells its keys apart. */
  get #hasOnlyOrder(): boolean {
    const { keys, clock } = this.#script;
    return clock === 'still' && (keys === 'ends-only' || keys === 'one-packet');
  }

  #event(digit: string, durationTicks: number, end: boolean, timestamp: number, marker: boolean, key: number): void {
    const payload = new Uint8Array(4);
    writeTelephoneEvent(payload, 0, { digit, end, durationTicks });
    this.#send(101, payload, timestamp, 0, key, marker);
  }

  #send(payloadType: number, payload: Uint8Array, timestamp: number, samples: number, key: number, marker = false): void {
    const isApart = payloadType === 101 && this.#script.keys === 'own-ssrc';
    const bytes = new Uint8Array(12 + payload.length);
    writeRtpHeader(
      bytes,
      marker,
      payloadType,
      (isApart ? this.#keySequence++ : this.#sequence++) & 0xffff,
      timestamp >>> 0,
      isApart ? 1_000_001 : this.#ssrc,
    );
    bytes.set(payload, 12);
    this.sent.push({ atMs: this.#atMs, bytes, samples, key, isFirst: this.#isFirst && !isApart });
    if (!isApart) this.#isFirst = false;
    this.#n += 1;
  }
}

/** Steps of less are the network's. */
const MIN_JUMP = 10;
const RATES: Readonly<Record<SenderClock, number>> = { right: 1, double: 2, half: 0.5, still: 0, uneven: 1 };
