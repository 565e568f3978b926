import type { Ms } from '#domain/units';
import { readComfortNoise } from './codec/comfort-noise.ts';
import { MAX_LINE_SAMPLES, type LineDecoder } from './codec/line-decoder.ts';
import type { ArrivalWatch } from './jitter/arrival-watch.ts';
import { JitterBuffer } from './jitter/jitter-buffer.ts';
import { FILL_MS, LineFiller, type FrameOrigin } from './jitter/line-filler.ts';
import { DtmfReceiver, readTelephoneEvent, type PressedKey } from './rtp/dtmf.ts';
import type { RtpPacket } from './rtp/packet.ts';
import { ReceiverStats } from './rtp/receiver-stats.ts';
import { SequenceTracker, timestampDelta } from './rtp/sequence.ts';

export type { FrameOrigin } from './jitter/line-filler.ts';

export interface InboundSink {
  /** The first `count` samples of `pcm`, at the line's rate; valid during the call only. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void;
  key(nowMs: Ms, key: PressedKey): void;
}

/** Which payload types are understood. */
export interface InboundFormat {
  /** What the decoder takes; a sender may change between them from packet to packet. */
  readonly audioPayloadTypes: readonly number[];
  readonly telephoneEventPayloadTypes: readonly number[];
  /** RTP clock of telephone events; that of the codec where absent. */
  readonly telephoneEventClockHz?: number;
  readonly comfortNoisePayloadTypes: readonly number[];
}

export interface InboundOptions {
  readonly maxWaitMs: Ms;
  readonly starveMs: Ms;
  readonly concealMs: Ms;
}

/**
 * Packets of the caller in, a gapless line of samples out (core). What arrives in order is decoded at once, so
 * that the sender's clock may drift as it likes. Time for which nothing arrives (mute, DTX, loss) is filled: by concealment
 * where packets were lost, by the announced noise, else by silence, so that talkspurts end.
 */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #sink: InboundSink;
  #format: InboundFormat;
  readonly #decoder: LineDecoder;
  readonly #watch: ArrivalWatch | undefined;
  /** RTP clock ticks and samples of the line, against each other and against time. */
  readonly #ticksPerSample: number;
  readonly #perMs: number;
  /** Wide lines need whole pairs of samples. */
  readonly #grain: 1 | 2;
  readonly #tracker = new SequenceTracker();
  readonly #jitter: JitterBuffer;
  readonly #dtmf: DtmfReceiver;
  readonly #filler: LineFiller;
  readonly stats: ReceiverStats;
  #ssrc = -1;
  /** RTP timestamp at which the next audio should begin; -1: unknown. */
  #expectedTimestamp = -1;
  /** Samples of the line put in since the last audio packet. */
  #filledSamples = 0;
  /** Until when the line has been filled, on the clock. */
  #filledUntilMs: Ms = -1;
  #starving = false;
  #lossPending = false;
  #packetsAnswered = 0;
  /** Audio that packets may bring now, milliseconds; below 0 after one that brought more. */
  #creditMs: Ms = MOST_AHEAD_MS;
  #creditAtMs: Ms = -1;
  #keysLeft = KEYS_AT_ONCE;
  #keyAtMs: Ms = 0;
  packetsReceived = 0;
  /** Not understood, or far more than there is time for. */
  malformed = 0;

  constructor(options: InboundOptions, format: InboundFormat, decoder: LineDecoder, sink: InboundSink, noiseSeed: number, watch?: ArrivalWatch) {
    this.#options = options;
    this.#format = format;
    this.#decoder = decoder;
    this.#watch = watch;
    this.#ticksPerSample = decoder.rtpClockHz / decoder.lineRateHz;
    this.#perMs = decoder.lineRateHz / 1000;
    this.#grain = decoder.lineRateHz === 16_000 ? 2 : 1;
    this.stats = new ReceiverStats(decoder.rtpClockHz);
    this.#dtmf = new DtmfReceiver(format.telephoneEventClockHz ?? decoder.rtpClockHz);
    this.#sink = sink;
    this.#jitter = new JitterBuffer(options.maxWaitMs);
    this.#filler = new LineFiller(decoder, options.concealMs, noiseSeed, (nowMs, pcm, count, origin) => sink.frame(nowMs, pcm, count, origin));
  }

  setFormat(format: InboundFormat): void {
    this.#format = format;
  }

  /** A packet of the caller's, by its authenticated or latched source. `bytes` need not outlive the call. */
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
    const isAnswer = this.#watch?.arrived(nowMs, extended, rtp.timestamp) === true;
    if (this.#format.telephoneEventPayloadTypes.includes(rtp.payloadType)) this.#event(nowMs, rtp, bytes);
    const placed = this.#jitter.push(nowMs, extended, rtp.payloadType, rtp.timestamp, bytes, rtp.payloadStart, rtp.payloadEnd);
    if (isAnswer && placed === 'taken') this.#packetsAnswered += 1;
    this.#drain(nowMs);
  }

  /** Called at least every few tens of milliseconds: gives up on gaps and fills the line. */
  tick(nowMs: Ms): void {
    this.#drain(nowMs);
    const key = this.#dtmf.expire(nowMs);
    if (key !== undefined) this.#key(nowMs, key);
    // What waits behind a gap will be released, or the gap be concealed, before silence is called for.
    if (this.#filledUntilMs < 0 || this.#jitter.waitingPackets > 0) return;
    const missingMs = nowMs - this.#filledUntilMs;
    const patienceMs = this.#starving || this.#filler.noiseDbov !== undefined ? FILL_MS : (this.#watch?.starveMs ?? this.#options.starveMs);
    if (missingMs < patienceMs) return;
    this.#starving = true;
    this.#decoder.silence();
    // After a stall of the whole machine the past is not made up for.
    if (missingMs > LONGEST_FILL_MS) this.#filledUntilMs = nowMs - LONGEST_FILL_MS;
    const step = FILL_MS * this.#perMs;
    for (let left = Math.floor((nowMs - this.#filledUntilMs) / FILL_MS); left > 0; left -= 1) {
      this.#filler.silence(nowMs, step);
      this.#filledSamples += step;
      this.#filledUntilMs += FILL_MS;
    }
  }

  get remoteSsrc(): number {
    return this.#ssrc;
  }

  get framesConcealed(): number {
    return this.#filler.framesConcealed;
  }

  /** Lost packets whose frame the one after them knew, or that came in time once they had been asked for. */
  get packetsRecovered(): number {
    return this.#filler.framesRecovered + this.#packetsAnswered;
  }

  get late(): number {
    return this.#jitter.late;
  }

  get duplicates(): number {
    return this.#jitter.duplicates;
  }

  #isKnown(payloadType: number): boolean {
    const { audioPayloadTypes, telephoneEventPayloadTypes, comfortNoisePayloadTypes } = this.#format;
    return audioPayloadTypes.includes(payloadType) || telephoneEventPayloadTypes.includes(payloadType) || comfortNoisePayloadTypes.includes(payloadType);
  }

  #newStream(ssrc: number): void {
    if (this.#ssrc >= 0) this.#restart();
    this.#ssrc = ssrc;
    this.#tracker.reset();
  }

  #restart(): void {
    this.stats.restart();
    this.#watch?.restarted();
    this.#jitter.reset();
    this.#dtmf.reset();
    this.#expectedTimestamp = -1;
    this.#lossPending = false;
    this.#filler.noiseDbov = undefined;
  }

  #event(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    const event = readTelephoneEvent(bytes, rtp.payloadStart, rtp.payloadEnd);
    if (event === undefined) {
      this.malformed += 1;
      return;
    }
    for (const key of this.#dtmf.packet(nowMs, rtp.timestamp, event)) this.#key(nowMs, key);
  }

  /** Each key is written down and thought about, and costs its sender one packet. */
  #key(nowMs: Ms, key: PressedKey): void {
    this.#keysLeft = Math.min(KEYS_AT_ONCE, this.#keysLeft + Math.max(0, nowMs - this.#keyAtMs) / MS_PER_KEY);
    this.#keyAtMs = nowMs;
    if (this.#keysLeft < 1) {
      this.malformed += 1;
      return;
    }
    this.#keysLeft -= 1;
    this.#sink.key(nowMs, key);
  }

  #drain(nowMs: Ms): void {
    if (this.#watch !== undefined) this.#jitter.maxWaitMs = this.#watch.gapWaitMs;
    const out = this.#jitter.out;
    while (this.#jitter.pop(nowMs)) {
      if (out.kind === 'lost') this.#lossPending = true;
      else if (this.#format.audioPayloadTypes.includes(out.payloadType)) this.#audio(nowMs, out.payloadType, out.timestamp, out.bytes, out.start, out.end);
      else if (this.#format.comfortNoisePayloadTypes.includes(out.payloadType)) this.#comfortNoise(nowMs, out.timestamp, out.bytes, out.start, out.end);
    }
  }

  #audio(nowMs: Ms, payloadType: number, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    if (!this.#hasCredit(nowMs)) {
      this.malformed += 1;
      return;
    }
    this.#fillGap(nowMs, timestamp, bytes, start, end);
    const count = this.#decoder.decode(bytes, start, end, scratch, payloadType);
    if (count <= 0) {
      this.malformed += 1;
      return;
    }
    this.#creditMs -= count / this.#perMs;
    this.#expectedTimestamp = (timestamp + count * this.#ticksPerSample) >>> 0;
    this.#filledSamples = 0;
    this.#filledUntilMs = nowMs;
    this.#starving = false;
    this.#filler.noiseDbov = undefined;
    this.#sink.frame(nowMs, scratch, count, 'voice');
  }

  #comfortNoise(nowMs: Ms, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const level = readComfortNoise(bytes, start, end);
    if (level === undefined || !this.#hasCredit(nowMs)) {
      this.malformed += 1;
      return;
    }
    this.#filler.noiseDbov = level;
    // Noise that begins: what is missing up to here was silence. Later packets only change the level.
    if (!this.#starving) {
      this.#fillGap(nowMs, timestamp);
      this.#expectedTimestamp = timestamp;
      this.#filledSamples = 0;
      this.#filledUntilMs = nowMs;
    }
  }

  /** A few bytes can stand for half a second of audio, each of which costs detection: who sends faster than time must not slow other calls. */
  #hasCredit(nowMs: Ms): boolean {
    const elapsedMs = this.#creditAtMs < 0 ? 0 : Math.max(0, nowMs - this.#creditAtMs);
    this.#creditAtMs = nowMs;
    this.#creditMs = Math.min(MOST_AHEAD_MS, this.#creditMs + elapsedMs * CREDIT_SPEED);
    return this.#creditMs > 0;
  }

  /** Brings the line up to `timestamp`, less what the clock has put in already. The payload behind the gap may know its last frame. */
  #fillGap(nowMs: Ms, timestamp: number, bytes?: Uint8Array, start = 0, end = 0): void {
    const lost = this.#lossPending;
    this.#lossPending = false;
    if (this.#expectedTimestamp < 0) return;
    const grain = this.#grain;
    const gap = Math.floor(timestampDelta(timestamp, this.#expectedTimestamp) / this.#ticksPerSample / grain) * grain;
    // Backwards or far ahead: the sender has a new time base.
    if (gap <= 0 || gap > LONGEST_GAP_MS * this.#perMs) return;
    const missing = Math.min(gap - this.#filledSamples, LONGEST_FILL_MS * this.#perMs);
    if (missing <= 0) return;
    this.#creditMs -= missing / this.#perMs;
    if (!lost || this.#filledSamples > 0) {
      this.#decoder.silence();
      return this.#filler.silence(nowMs, missing);
    }
    this.#filler.replace(nowMs, missing, bytes, start, end);
  }
}

/** Work space of the thread. */
const scratch = new Int16Array(MAX_LINE_SAMPLES);

const LONGEST_FILL_MS = 400;
/** DTX may be long. */
const LONGEST_GAP_MS = 60_000;
/** What a network that stalled may bring all at once. */
const MOST_AHEAD_MS = 5_000;
/** Clocks of senders are off by less. */
const CREDIT_SPEED = 1.1;
/** A number that was dialled ahead, and what the fastest dialler sends. */
const KEYS_AT_ONCE = 40;
const MS_PER_KEY = 50;
