import type { Ms } from '#domain/units';
import { CallerKeys } from './caller-keys.ts';
import { readComfortNoise } from './codec/comfort-noise.ts';
import { MAX_LINE_SAMPLES } from './codec/codec.ts';
import type { LineRateHz } from './codec/rates.ts';
import { CODECS, type AudioCodec } from './codec/codecs.ts';
import { LineDecoders } from './codec/line-decoders.ts';
import type { OpusLibrary } from './codec/opus-library.ts';
import type { ArrivalWatch } from './jitter/arrival-watch.ts';
import { AudioCredit } from './jitter/audio-credit.ts';
import { JitterBuffer, type Released } from './jitter/jitter-buffer.ts';
import { FILL_MS, LineFiller, type FrameSink } from './jitter/line-filler.ts';
import { MissingAudio } from './jitter/missing-audio.ts';
import type { PressedKey } from './rtp/dtmf-receiver.ts';
import type { RtpPacket } from './rtp/packet.ts';
import { ReceiverStats } from './rtp/receiver-stats.ts';
import { RestartWatch } from './rtp/restart-watch.ts';
import { SequenceTracker } from './rtp/sequence.ts';

export interface InboundSink extends FrameSink {
  /** The frames that follow have another rate. */
  setLineRate(lineRateHz: LineRateHz): void;
  key(nowMs: Ms, key: PressedKey): void;
}

/** Which payload types are understood. */
export interface InboundFormat {
  /** What is expected to come; the line has its rate until another one comes. */
  readonly codec: AudioCodec;
  /** All that may come, by payload type; a sender may change between them from packet to packet. */
  readonly codecs: ReadonlyMap<number, AudioCodec>;
  readonly telephoneEventPayloadTypes: readonly number[];
  /** RTP clock of telephone events; that of `codec` where absent. */
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
  readonly #decoders: LineDecoders;
  /** Of the agreement before, until one of the present one comes; empty mostly. */
  #formerCodecs: ReadonlyMap<number, AudioCodec> = NO_CODECS;
  #watch: ArrivalWatch | undefined;
  /** Samples of the line. */
  #perMs: number;
  readonly #tracker = new SequenceTracker();
  readonly #restarts = new RestartWatch();
  readonly #jitter: JitterBuffer;
  readonly #missing: MissingAudio;
  readonly #keys: CallerKeys;
  readonly #filler: LineFiller;
  readonly stats: ReceiverStats;
  #ssrc = -1;
  /** Until when the line has been filled, on the clock. */
  #filledUntilMs: Ms = -1;
  #starving = false;
  #packetsAnswered = 0;
  readonly #credit = new AudioCredit();
  packetsReceived = 0;
  #malformed = 0;

  constructor(
    options: InboundOptions,
    format: InboundFormat,
    opus: OpusLibrary | undefined,
    sink: InboundSink,
    noiseSeed: number,
    watch?: ArrivalWatch,
  ) {
    const { clockHz, sampleRateHz } = CODECS[format.codec];
    this.#options = options;
    this.#format = format;
    this.#decoders = new LineDecoders(format.codecs, format.codec, opus);
    this.#watch = watch;
    this.#perMs = sampleRateHz / 1000;
    this.#missing = new MissingAudio(clockHz, sampleRateHz);
    this.stats = new ReceiverStats(clockHz);
    this.#keys = new CallerKeys(format.telephoneEventClockHz ?? clockHz, (nowMs, key) => sink.key(nowMs, key));
    this.#sink = sink;
    this.#jitter = new JitterBuffer(options.maxWaitMs);
    this.#filler = new LineFiller(this.#decoders, options.concealMs, noiseSeed, sink);
  }

  /**
   * What a new agreement allows. The line changes its rate with the first packet that has another one; what was under way by then is
   * understood by the numbers of before (RFC 3264 section 8).
   */
  setFormat(format: InboundFormat, watch: ArrivalWatch | undefined): void {
    this.#formerCodecs = without(this.#format.codecs, format);
    this.#format = format;
    this.#watch = watch;
    this.#decoders.setCodecs(new Map([...this.#formerCodecs, ...format.codecs]));
    this.#keys.setClock(format.telephoneEventClockHz ?? CODECS[format.codec].clockHz);
  }

  /** Frees the decoders. */
  close(): void {
    this.#decoders.close();
  }

  /** A packet of the caller's, by its authenticated or latched source. `bytes` need not outlive the call. */
  packet(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array): void {
    const isEvent = this.#format.telephoneEventPayloadTypes.includes(rtp.payloadType);
    const isVoice = !isEvent && this.#isVoice(rtp.payloadType);
    if (isEvent) this.#keys.packet(nowMs, rtp, bytes);
    else if (!isVoice) {
      this.#malformed += 1;
      if (this.#ssrc < 0) return;
    }
    // What is no voice has its place in the sequence of the voice, or says nothing about it: keys may have an SSRC or a sequence of their own.
    if (!isVoice && this.#ssrc >= 0 && (rtp.ssrc !== this.#ssrc || !this.#tracker.fits(rtp.sequence))) {
      if (isEvent) this.packetsReceived += 1;
      return;
    }
    if (rtp.ssrc !== this.#ssrc) this.#newStream(nowMs, rtp.ssrc);
    const verdict = this.#tracker.update(rtp.sequence);
    if (verdict === 'suspect') {
      if (this.#restarts.dropped(nowMs, rtp, bytes, true)) this.#beginAnew(nowMs);
      return;
    }
    if (verdict === 'restarted') return this.#beginAnew(nowMs, rtp, bytes);
    this.#ordered(nowMs, rtp, bytes, isVoice);
  }

  /** Called at least every few tens of milliseconds: gives up on gaps and fills the line. */
  tick(nowMs: Ms): void {
    this.#drain(nowMs);
    this.#keys.tick(nowMs);
    // What waits behind a gap will be released, or the gap be concealed, before silence is called for.
    if (this.#filledUntilMs < 0 || this.#jitter.waitingPackets > 0) return;
    // What came in a burst is in the line already, ahead of time.
    const fromMs = this.#starving ? this.#filledUntilMs : Math.max(this.#filledUntilMs, this.#missing.reachesMs);
    if (
      nowMs - fromMs <
      (this.#starving || this.#filler.noiseDbov !== undefined ? FILL_MS : this.#patienceMs(fromMs - this.#filledUntilMs))
    )
      return;
    this.#starving = true;
    this.#decoders.decoder.silence();
    // After a stall of the whole machine the past is not made up for.
    this.#filledUntilMs = Math.max(fromMs, nowMs - MAX_FILL_MS);
    const step = FILL_MS * this.#perMs;
    for (let left = Math.floor((nowMs - this.#filledUntilMs) / FILL_MS); left > 0; left -= 1) {
      this.#filler.silence(nowMs, step);
      this.#filledUntilMs += FILL_MS;
      this.#missing.filled(step, this.#filledUntilMs);
    }
  }

  /** Packets that were not understood, and what came far faster than time. */
  get malformed(): number {
    return this.#malformed + this.#keys.malformed;
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

  /** How long nothing may come before silence is put in; what comes in longer packets comes less often. */
  #patienceMs(aheadMs: Ms): Ms {
    const stallMs = this.#watch === undefined ? 0 : this.#watch.starveMs - aheadMs;
    return Math.max(this.#options.starveMs, stallMs) + Math.max(0, this.#missing.frameMs - USUAL_PACKET_MS);
  }

  #isAudio(payloadType: number): boolean {
    return this.#format.codecs.has(payloadType) || this.#formerCodecs.has(payloadType);
  }

  #isVoice(payloadType: number): boolean {
    return this.#isAudio(payloadType) || this.#format.comfortNoisePayloadTypes.includes(payloadType);
  }

  /** A packet that has its place in the sequence. */
  #ordered(nowMs: Ms, rtp: RtpPacket, bytes: Uint8Array, isVoice: boolean): void {
    const { extended } = this.#tracker;
    this.packetsReceived += 1;
    if (isVoice) this.stats.packet(extended, rtp.timestamp, nowMs);
    else this.stats.untimed(extended);
    const isAnswer = this.#watch?.arrived(nowMs, extended, rtp.timestamp) === true;
    const placed = this.#jitter.push(nowMs, extended, rtp.payloadType, rtp.timestamp, bytes, rtp.payloadStart, rtp.payloadEnd);
    if (placed === 'taken') {
      if (isAnswer) this.#packetsAnswered += 1;
      if (extended === this.#tracker.highest) this.#restarts.taken();
      if (isVoice) this.#restarts.newest(rtp.timestamp);
    } else if (isVoice && this.#restarts.dropped(nowMs, rtp, bytes, false)) return this.#beginAnew(nowMs);
    this.#drain(nowMs);
  }

  #newStream(nowMs: Ms, ssrc: number): void {
    if (this.#ssrc >= 0) this.#restart(nowMs);
    this.#ssrc = ssrc;
    this.#tracker.reset();
  }

  /** The sender has begun its sequence anew, with the packets that were held and then this one. */
  #beginAnew(nowMs: Ms, rtp?: RtpPacket, bytes?: Uint8Array): void {
    const held = this.#restarts.take();
    this.#restart(nowMs);
    this.#tracker.reset();
    for (const packet of held) this.packet(nowMs, packet.rtp, packet.bytes);
    if (rtp !== undefined && bytes !== undefined) this.packet(nowMs, rtp, bytes);
  }

  #restart(nowMs: Ms): void {
    // What waits for a packet that is not to come was said all the same.
    this.#drain(nowMs, Number.POSITIVE_INFINITY);
    this.stats.restart();
    this.#restarts.begin();
    this.#watch?.restarted();
    this.#jitter.reset();
    this.#missing.restart();
    this.#filler.noiseDbov = undefined;
  }

  /** `waitedUntilMs`: gaps are judged by that time. */
  #drain(nowMs: Ms, waitedUntilMs: Ms = nowMs): void {
    if (this.#watch !== undefined) this.#jitter.maxWaitMs = this.#watch.gapWaitMs;
    const out = this.#jitter.out;
    while (this.#jitter.pop(waitedUntilMs)) {
      if (out.kind === 'lost') this.#missing.lost(out.lostPackets);
      else if (this.#isAudio(out.payloadType)) this.#audio(nowMs, out);
      else if (this.#format.comfortNoisePayloadTypes.includes(out.payloadType)) this.#comfortNoise(nowMs, out);
    }
  }

  #audio(nowMs: Ms, { payloadType, arrivedAtMs, timestamp, bytes, start, end }: Released): void {
    if (end <= start) return;
    if (!this.#credit.has(nowMs)) {
      this.#malformed += 1;
      return;
    }
    if (this.#decoders.select(payloadType)) this.#changeRates();
    if (this.#formerCodecs.size > 0 && !this.#formerCodecs.has(payloadType)) this.#formerCodecs = NO_CODECS;
    const missing = this.#fillGap(nowMs, this.#missing.before(arrivedAtMs, timestamp, true), bytes, start, end);
    const count = this.#decoders.decoder.decode(bytes, start, end, scratch);
    if (count <= 0) {
      this.#malformed += 1;
      return;
    }
    this.#credit.spend(count / this.#perMs);
    this.#missing.took(arrivedAtMs, timestamp, missing, count);
    this.#filledUntilMs = nowMs;
    this.#starving = false;
    this.#filler.noiseDbov = undefined;
    this.#sink.frame(nowMs, scratch, count, 'voice');
  }

  /** A codec comes whose line is another one: from here on everything counts at its rates. */
  #changeRates(): void {
    const { clockHz, sampleRateHz } = this.#decoders.codec;
    this.#perMs = sampleRateHz / 1000;
    this.#missing.setRates(clockHz, sampleRateHz);
    this.stats.setClock(clockHz);
    this.#watch?.setClock(clockHz);
    this.#sink.setLineRate(sampleRateHz);
  }

  #comfortNoise(nowMs: Ms, { arrivedAtMs, timestamp, bytes, start, end }: Released): void {
    const level = readComfortNoise(bytes, start, end);
    if (level === undefined || !this.#credit.has(nowMs)) {
      this.#malformed += 1;
      return;
    }
    // It stands for time as audio does.
    this.#credit.spend(FILL_MS);
    this.#filler.noiseDbov = level;
    // Noise that begins: what is missing up to here was silence. Later packets only change the level.
    if (!this.#starving) {
      const missing = this.#fillGap(nowMs, this.#missing.before(arrivedAtMs, timestamp, false));
      this.#missing.took(arrivedAtMs, timestamp, missing, 0);
      this.#filledUntilMs = nowMs;
    }
  }

  /** Puts in what is missing before a packet, and returns how much that was. The payload behind the gap may know its last frame. */
  #fillGap(nowMs: Ms, gapSamples: number, bytes?: Uint8Array, start = 0, end = 0): number {
    const missing = Math.min(gapSamples, MAX_FILL_MS * this.#perMs);
    if (missing <= 0) return 0;
    this.#credit.spend(missing / this.#perMs);
    if (this.#missing.isLoss) this.#filler.replace(nowMs, missing, bytes, start, end);
    else {
      this.#decoders.decoder.silence();
      this.#filler.silence(nowMs, missing);
    }
    return missing;
  }
}

/** The codecs of one agreement whose numbers mean nothing in the next. */
function without(codecs: ReadonlyMap<number, AudioCodec>, next: InboundFormat): ReadonlyMap<number, AudioCodec> {
  const isTaken = (payloadType: number) =>
    next.codecs.has(payloadType) ||
    next.telephoneEventPayloadTypes.includes(payloadType) ||
    next.comfortNoisePayloadTypes.includes(payloadType);
  return new Map([...codecs].filter(([payloadType]) => !isTaken(payloadType)));
}

const NO_CODECS: ReadonlyMap<number, AudioCodec> = new Map();
/** Work space of the thread. */
const scratch = new Int16Array(MAX_LINE_SAMPLES);

const MAX_FILL_MS = 400;
/** For which `starveMs` is told. */
const USUAL_PACKET_MS = 20;
