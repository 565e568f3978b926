import type { Ms } from '#domain/units';
import { readComfortNoise, NoiseSource } from './codec/comfort-noise.ts';
import { MAX_PACKET_SAMPLES } from './codec/catalogue.ts';
import { decodeG711, type G711Law } from './codec/g711.ts';
import { Concealer } from './jitter/concealment.ts';
import { JitterBuffer } from './jitter/jitter-buffer.ts';
import { DtmfReceiver, readTelephoneEvent, type PressedKey } from './rtp/dtmf.ts';
import type { RtpPacket } from './rtp/packet.ts';
import { ReceiverStats } from './rtp/receiver-stats.ts';
import { SequenceTracker, timestampDelta } from './rtp/sequence.ts';

/** Where samples come from; only `voice` and `concealed` can be speech. */
export type FrameOrigin = 'voice' | 'concealed' | 'silence';

export interface InboundSink {
  /** The first `count` samples of `pcm`, 8 kHz; valid during the call only. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void;
  key(nowMs: Ms, key: PressedKey): void;
}

export interface InboundFormat {
  readonly law: G711Law;
  readonly payloadType: number;
  readonly telephoneEventPayloadType: number | undefined;
  readonly comfortNoisePayloadType: number | undefined;
}

export interface InboundOptions {
  readonly maxWaitMs: Ms;
  readonly starveMs: Ms;
  readonly concealMs: Ms;
}

/**
 * Packets of the caller in, a gapless line of 8 kHz samples out (core). What arrives in order is decoded at once, so
 * that the sender's clock may drift as it likes. Time for which nothing arrives (mute, DTX, loss) is filled: by concealment
 * where packets were lost, by the announced noise, else by silence, so that talkspurts end.
 */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #sink: InboundSink;
  #format: InboundFormat;
  readonly #tracker = new SequenceTracker();
  readonly #jitter: JitterBuffer;
  readonly #concealer = new Concealer();
  readonly #dtmf = new DtmfReceiver(RTP_CLOCK_HZ);
  readonly #noise: NoiseSource;
  readonly stats = new ReceiverStats(RTP_CLOCK_HZ);
  #ssrc = -1;
  /** RTP timestamp at which the next audio should begin; -1: unknown. */
  #expectedTimestamp = -1;
  /** Samples put in since the last audio packet. */
  #filledSamples = 0;
  /** Until when the line has been filled, on the clock. */
  #filledUntilMs: Ms = -1;
  #starving = false;
  #lossPending = false;
  #noiseDbov: number | undefined;
  framesConcealed = 0;
  packetsReceived = 0;
  malformed = 0;

  constructor(options: InboundOptions, format: InboundFormat, sink: InboundSink, noiseSeed: number) {
    this.#options = options;
    this.#format = format;
    this.#sink = sink;
    this.#jitter = new JitterBuffer(options.maxWaitMs);
    this.#noise = new NoiseSource(noiseSeed);
  }

  setFormat(format: InboundFormat): void {
    this.#format = format;
  }

  /** A packet that the latch let through. `bytes` need not outlive the call. */
  packet(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    if (!this.#isKnown(rtp.payloadType)) {
      this.malformed += 1;
      return;
    }
    if (rtp.ssrc !== this.#ssrc) this.#newStream(rtp.ssrc);
    const verdict = this.#tracker.update(rtp.sequence);
    if (verdict === 'suspect') return;
    if (verdict === 'restarted') this.#restart();
    this.packetsReceived += 1;
    const extended = this.#tracker.extended;
    this.stats.packet(extended, rtp.timestamp, nowMs);
    if (rtp.payloadType === this.#format.telephoneEventPayloadType) this.#event(nowMs, rtp, bytes);
    this.#jitter.push(nowMs, extended, rtp.payloadType, rtp.timestamp, bytes, rtp.payloadStart, rtp.payloadEnd);
    this.#drain(nowMs);
  }

  /** Called at least every few tens of milliseconds: gives up on gaps and fills the line. */
  tick(nowMs: Ms): void {
    this.#drain(nowMs);
    const key = this.#dtmf.expire(nowMs);
    if (key !== undefined) this.#sink.key(nowMs, key);
    // What waits behind a gap will be released, or the gap be concealed, before silence is called for.
    if (this.#filledUntilMs < 0 || this.#jitter.waitingPackets > 0) return;
    const missingMs = nowMs - this.#filledUntilMs;
    const patienceMs = this.#starving || this.#noiseDbov !== undefined ? FILL_MS : this.#options.starveMs;
    if (missingMs < patienceMs) return;
    this.#starving = true;
    this.#concealer.silence();
    // After a stall of the whole machine the past is not made up for.
    if (missingMs > LONGEST_FILL_MS) this.#filledUntilMs = nowMs - LONGEST_FILL_MS;
    for (let left = Math.floor((nowMs - this.#filledUntilMs) / FILL_MS); left > 0; left -= 1) {
      this.#quiet(nowMs, FILL_SAMPLES);
      this.#filledSamples += FILL_SAMPLES;
      this.#filledUntilMs += FILL_MS;
    }
  }

  get remoteSsrc(): number {
    return this.#ssrc;
  }

  get late(): number {
    return this.#jitter.late;
  }

  get duplicates(): number {
    return this.#jitter.duplicates;
  }

  #isKnown(payloadType: number): boolean {
    const format = this.#format;
    return payloadType === format.payloadType || payloadType === format.telephoneEventPayloadType || payloadType === format.comfortNoisePayloadType;
  }

  #newStream(ssrc: number): void {
    if (this.#ssrc >= 0) this.#restart();
    this.#ssrc = ssrc;
    this.#tracker.reset();
  }

  #restart(): void {
    this.stats.restart();
    this.#jitter.reset();
    this.#dtmf.reset();
    this.#expectedTimestamp = -1;
    this.#lossPending = false;
    this.#noiseDbov = undefined;
  }

  #event(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    const event = readTelephoneEvent(bytes, rtp.payloadStart, rtp.payloadEnd);
    if (event === undefined) {
      this.malformed += 1;
      return;
    }
    for (const key of this.#dtmf.packet(nowMs, rtp.timestamp, event)) this.#sink.key(nowMs, key);
  }

  #drain(nowMs: Ms): void {
    const out = this.#jitter.out;
    while (this.#jitter.pop(nowMs)) {
      if (out.kind === 'lost') this.#lossPending = true;
      else if (out.payloadType === this.#format.payloadType) this.#audio(nowMs, out.timestamp, out.bytes, out.start, out.end);
      else if (out.payloadType === this.#format.comfortNoisePayloadType) this.#comfortNoise(nowMs, out.timestamp, out.bytes, out.start, out.end);
    }
  }

  #audio(nowMs: Ms, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (count <= 0) return;
    this.#fillGap(nowMs, timestamp);
    decodeG711(this.#format.law, bytes, start, count, scratch);
    this.#concealer.good(scratch, count);
    this.#expectedTimestamp = (timestamp + count) >>> 0;
    this.#filledSamples = 0;
    this.#filledUntilMs = nowMs;
    this.#starving = false;
    this.#noiseDbov = undefined;
    this.#sink.frame(nowMs, scratch, count, 'voice');
  }

  #comfortNoise(nowMs: Ms, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const level = readComfortNoise(bytes, start, end);
    if (level === undefined) {
      this.malformed += 1;
      return;
    }
    this.#noiseDbov = level;
    // Noise that begins: what is missing up to here was silence. Later packets only change the level.
    if (!this.#starving) {
      this.#fillGap(nowMs, timestamp);
      this.#expectedTimestamp = timestamp;
      this.#filledSamples = 0;
      this.#filledUntilMs = nowMs;
    }
  }

  /** Brings the line up to `timestamp`, less what the clock has put in already. */
  #fillGap(nowMs: Ms, timestamp: number): void {
    const lost = this.#lossPending;
    this.#lossPending = false;
    if (this.#expectedTimestamp < 0) return;
    const gap = timestampDelta(timestamp, this.#expectedTimestamp);
    // Backwards or far ahead: the sender has a new time base.
    if (gap <= 0 || gap > LONGEST_GAP_SAMPLES) return;
    let missing = Math.min(gap - this.#filledSamples, LONGEST_FILL_MS * SAMPLES_PER_MS);
    if (missing <= 0) return;
    if (lost && this.#filledSamples === 0) {
      const concealed = Math.min(missing, this.#options.concealMs * SAMPLES_PER_MS);
      for (let done = 0; done < concealed; done += FILL_SAMPLES) {
        const count = Math.min(FILL_SAMPLES, concealed - done);
        this.#concealer.conceal(scratch, count);
        this.#sink.frame(nowMs, scratch, count, 'concealed');
      }
      this.framesConcealed += Math.ceil(concealed / FRAME_SAMPLES);
      missing -= concealed;
    } else {
      this.#concealer.silence();
    }
    for (; missing > 0; missing -= FILL_SAMPLES) this.#quiet(nowMs, Math.min(missing, FILL_SAMPLES));
  }

  #quiet(nowMs: Ms, count: number): void {
    if (this.#noiseDbov === undefined) scratch.fill(0, 0, count);
    else this.#noise.fill(scratch, count, this.#noiseDbov);
    this.#sink.frame(nowMs, scratch, count, 'silence');
  }
}

/** Work space of the thread. */
const scratch = new Int16Array(MAX_PACKET_SAMPLES);

/** RTP clock of G.711; RFC 3551. */
const RTP_CLOCK_HZ = 8000;
const SAMPLES_PER_MS = 8;
const FILL_MS = 10;
const FILL_SAMPLES = FILL_MS * SAMPLES_PER_MS;
const FRAME_SAMPLES = 160;
const LONGEST_FILL_MS = 400;
/** A minute; DTX may be long. */
const LONGEST_GAP_SAMPLES = 60_000 * SAMPLES_PER_MS;
