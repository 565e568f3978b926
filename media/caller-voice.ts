import type { LegMediaEvent } from '#domain/leg-media';
import type { SpurtId } from '#domain/turn';
import { ms, samples, type Ms } from '#domain/units';
import { BargeIn, type BargeInAction } from './barge-in.ts';
import type { LineRateHz } from './codec/rates.ts';
import { createResampler, type Resampler } from './dsp/resampler.ts';
import type { FrameOrigin } from './jitter/line-filler.ts';
import type { MediaOptions } from './options.ts';
import { Segmenter, type ScoredChunk, type SegmenterAction } from './vad/segmenter.ts';
import { SpurtMeter } from './vad/spurt-sound.ts';
import { Uplink } from './vad/uplink.ts';
import { VoiceDetector, type SpeechScorer } from './vad/voice-detector.ts';

/** What the caller's voice has to know of the bot's, and may do to it. */
export interface BotVoice {
  isSpeaking(): boolean;
  /** Loudest frame that left since the last call, dBov. */
  takePlayedDbov(): number;
  bargeIn(nowMs: Ms, action: BargeInAction, spurtId: SpurtId): void;
}

/**
 * From the caller's line to talkspurts, their audio and barge-in (core). Detection works at 8 kHz, on a wide line by a version of half the
 * rate: every position and length in it counts samples at 8 kHz.
 */
export class CallerVoice {
  #narrower: Resampler | undefined;
  readonly #isDetecting: boolean;
  readonly #detector: VoiceDetector | undefined;
  readonly #segmenter: Segmenter;
  readonly #bargeIn: BargeIn;
  readonly #uplink: Uplink;
  readonly #meter = new SpurtMeter();
  readonly #speechThreshold: number;
  readonly #bot: BotVoice;
  readonly #emit: (event: LegMediaEvent) => void;
  #spurtId: SpurtId = 0;
  #nowMs: Ms = 0;

  constructor(
    options: MediaOptions,
    scorer: SpeechScorer | undefined,
    bot: BotVoice,
    emit: (event: LegMediaEvent) => void,
    lineRateHz: LineRateHz = 8000,
  ) {
    const { vad, bargeIn } = options;
    this.#isDetecting = vad.mode !== 'off';
    this.#narrower = this.#narrowerFor(lineRateHz);
    this.#bot = bot;
    this.#emit = emit;
    this.#detector = !this.#isDetecting
      ? undefined
      : new VoiceDetector(vad, scorer, { chunk: (nowMs, chunk) => this.#chunk(nowMs, chunk) });
    this.#segmenter = new Segmenter({
      startThreshold: vad.startThreshold,
      stopThreshold: vad.stopThreshold,
      startSamples: vad.startMs * PER_MS,
      stopSamples: vad.stopMs * PER_MS,
    });
    this.#speechThreshold = vad.startThreshold;
    this.#bargeIn = new BargeIn({
      duckSamples: bargeIn.duckMs * PER_MS,
      pauseSamples: bargeIn.pauseMs * PER_MS,
      threshold: bargeIn.threshold,
      echoMarginDb: bargeIn.echoMarginDb,
      echoWindowChunks: Math.ceil(bargeIn.echoWindowMs / 32),
    });
    this.#uplink = new Uplink(
      {
        lineRateHz,
        preRollSamples: Math.round(vad.preRollMs * PER_MS),
        batchSamples: Math.round(vad.batchMs * PER_MS),
        initialCreditSamples: vad.initialCreditMs * 2 * PER_MS,
        maxCreditSamples: vad.maxCreditMs * 2 * PER_MS,
      },
      {
        audio: (spurtId, pcm) => this.#emit({ kind: 'caller-audio', spurtId, atMs: this.#nowMs, pcm }),
        dropped: (count) => this.#emit({ kind: 'uplink-dropped', samples: samples(count), atMs: this.#nowMs }),
      },
    );
  }

  /** `count` samples at the line's rate, an even number on a wide line; 200 ms at most. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void {
    this.#nowMs = nowMs;
    this.#uplink.write(pcm, count);
    if (this.#detector === undefined) this.#openForEver(nowMs);
    else {
      const isWide = this.#narrower !== undefined;
      const narrowCount = this.#narrower?.process(pcm, count, narrow) ?? count;
      this.#meter.write(isWide ? narrow : pcm, narrowCount);
      this.#detector.frame(nowMs, isWide ? narrow : pcm, narrowCount, origin === 'silence');
      if (this.#segmenter.isOpen && !this.#detector.hasOpenSound) this.#voice(nowMs, this.#segmenter.quietUntil(this.#detector.position));
    }
    this.#uplink.advance();
  }

  /** The line goes on at another rate; so does a talkspurt that is open. */
  setLineRate(lineRateHz: LineRateHz): void {
    this.#narrower = this.#narrowerFor(lineRateHz);
    this.#uplink.setLineRate(lineRateHz);
  }

  grant(nowMs: Ms, count: number): void {
    this.#nowMs = nowMs;
    this.#uplink.grant(count);
  }

  setBargeIn(on: boolean): void {
    this.#bargeIn.setEnabled(on);
  }

  /** Playout goes on after a pause. */
  playoutResumed(): void {
    this.#bargeIn.resumed();
  }

  #chunk(nowMs: Ms, chunk: ScoredChunk): void {
    this.#nowMs = nowMs;
    const isSpeech = chunk.probability >= this.#speechThreshold && chunk.lastLoudSample >= 0;
    if (isSpeech) this.#meter.speech(chunk);
    this.#voice(nowMs, this.#segmenter.chunk(chunk));
    if (!isSpeech && !this.#segmenter.isOpen) this.#meter.reset();
    const action = this.#bargeIn.chunk(chunk, this.#bot.isSpeaking(), this.#bot.takePlayedDbov());
    if (action === undefined) return;
    if (action === 'pause') this.#voice(nowMs, this.#segmenter.forceOpen(this.#bargeIn.onsetSample, chunk.lastLoudSample));
    this.#bot.bargeIn(nowMs, action, this.#spurtId);
  }

  #voice(nowMs: Ms, action: SegmenterAction | undefined): void {
    if (action === undefined) return;
    if (action.kind === 'start') {
      this.#spurtId += 1;
      this.#emit({
        kind: 'voice-started',
        spurtId: this.#spurtId,
        atMs: nowMs,
        startedAtMs: this.#timeOf(nowMs, action.firstSample),
        botSpeaking: this.#bot.isSpeaking(),
      });
      this.#uplink.open(this.#spurtId, action.firstSample);
      return;
    }
    this.#uplink.close();
    const sound = this.#meter.take();
    this.#emit({
      kind: 'voice-stopped',
      spurtId: this.#spurtId,
      atMs: nowMs,
      lastVoiceAtMs: this.#timeOf(nowMs, action.lastVoiceSample),
      voicedMs: ms(action.voicedSamples / PER_MS),
      ...(sound !== undefined && { sound }),
    });
  }

  #openForEver(nowMs: Ms): void {
    if (this.#spurtId > 0) return;
    this.#spurtId = 1;
    this.#emit({ kind: 'voice-started', spurtId: 1, atMs: nowMs, startedAtMs: nowMs, botSpeaking: this.#bot.isSpeaking() });
    this.#uplink.open(1, 0);
  }

  #narrowerFor(lineRateHz: LineRateHz): Resampler | undefined {
    return lineRateHz === 16_000 && this.#isDetecting ? createResampler('16>8') : undefined;
  }

  /** When a sample of the line arrived, as near as can be told. */
  #timeOf(nowMs: Ms, sample: number): Ms {
    return ms(nowMs - ((this.#detector?.position ?? sample) - sample) / PER_MS);
  }
}

/** Samples at 8 kHz. */
const PER_MS = 8;
/** Work space of the thread: 200 ms. */
const narrow = new Int16Array(200 * PER_MS);
