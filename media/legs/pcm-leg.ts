import { unreachable } from '#domain/assert';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import { ms, ratio, samples, type Ms } from '#domain/units';
import { CallerStream } from '../caller-stream.ts';
import type { LegCore } from './leg-core.ts';
import type { PcmLegSpec } from '../leg-spec.ts';
import { LegVoices } from '../leg-voices.ts';
import { LegWatch } from '../leg-watch.ts';
import type { MediaOptions } from '../options.ts';
import { HeardClock, type PlayoutNews } from '../playout/heard-clock.ts';
import { PlayoutSchedule } from '../playout/playout-schedule.ts';
import { meanOpinionScore, oneWayDelayMs } from '../quality.ts';
import type { SpeechScorer } from '../vad/voice-detector.ts';

/** What a PCM leg does to the world; its shell carries it out. */
export interface PcmOutput {
  /** 24 kHz, `chunkMs` or (where no more is there) less, in a buffer of its own. `turnId` 0: an echo. */
  botPcm(turnId: TurnId, pcm: Int16Array): void;
  emit(event: LegMediaEvent): void;
}

/**
 * All that happens to the media of a leg whose audio comes and goes as PCM over an ordered stream (core). The bot's audio leaves up to `leadMs` ahead of the clock;
 * `playout-started`, `-progress` and `-finished` are told when the clock says that it is heard. On `playout-paused` and on an abort
 * whoever plays it has to drop what was not heard yet: a resumed playout sends it again.
 */
export class PcmLeg implements LegCore {
  readonly ptimeMs: Ms = TICK_MS;
  readonly #spec: PcmLegSpec;
  readonly #output: PcmOutput;
  readonly #stream: CallerStream;
  readonly #voices: LegVoices;
  readonly #heard: HeardClock;
  readonly #watch: LegWatch;
  readonly #schedule: PlayoutSchedule;
  readonly #chunkSamples: number;
  /** What is told while a chunk is being taken. */
  readonly #news: PlayoutNews[] = [];
  #filling = false;
  /** Until when what has left lasts, if it is heard as it leaves. */
  #sentUntilMs: Ms;
  #nowMs: Ms;
  #piecesReceived = 0;
  #chunksSent = 0;

  constructor(nowMs: Ms, spec: PcmLegSpec, options: MediaOptions, scorer: SpeechScorer | undefined, output: PcmOutput) {
    this.#nowMs = this.#sentUntilMs = nowMs;
    this.#spec = spec;
    this.#output = output;
    this.#heard = new HeardClock((event) => output.emit(event));
    const echo = { lineRateHz: spec.inputRateHz, outputRateHz: 24_000, ...BURSTS } as const;
    this.#voices = new LegVoices(options, { echo, keepMs: spec.leadMs + spec.chunkMs + TICK_MS }, scorer, (event) =>
      this.#voiceEvent(event),
    );
    this.#stream = new CallerStream(nowMs, spec.inputRateHz, options.jitter.starveMs, this.#voices);
    this.#watch = new LegWatch(nowMs, options, (event) => output.emit(event));
    this.#schedule = new PlayoutSchedule(nowMs, TICK_MS);
    this.#chunkSamples = Math.round(Math.min(MAX_CHUNK_MS, spec.chunkMs) * PER_MS);
  }

  /** Caller audio at the input rate, of any length. `pcm` need not outlive the call. */
  audio(nowMs: Ms, pcm: Int16Array): void {
    this.#at(nowMs);
    this.#piecesReceived += 1;
    this.#watch.heard(nowMs);
    const dropped = this.#stream.audio(nowMs, pcm);
    if (dropped > 0)
      this.#output.emit({ kind: 'uplink-dropped', samples: samples((dropped * 16_000) / this.#spec.inputRateHz), atMs: nowMs });
  }

  tick(nowMs: Ms): void {
    this.#at(nowMs);
    this.#stream.tick(nowMs);
    this.#schedule.skipStale(nowMs);
    while (this.#schedule.dueMs <= nowMs) {
      this.#watch.sent(nowMs, this.#schedule.dueMs);
      this.#schedule.advance();
    }
    if (this.#voices.isEcho) this.#sendEcho(nowMs);
    else this.#sendBot(nowMs);
    this.#heard.tick(nowMs);
    this.#watch.tick(nowMs, true, () => this.stats());
  }

  get dueMs(): Ms {
    return this.#schedule.dueMs;
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    this.#at(nowMs);
    this.#voices.command(nowMs, command);
    if (command.kind === 'abort-turn' && this.#voices.bot.filledTurn <= command.turnId) this.#cut();
    // Who waits for the first sound need not wait for the next tick too.
    if (command.kind === 'play' && this.#sentUntilMs <= nowMs && !this.#voices.isEcho) this.#sendBot(nowMs);
  }

  close(nowMs: Ms): LegMediaStats {
    this.#heard.cut(nowMs);
    return this.stats();
  }

  /** A stream loses nothing; what was dropped because it came too fast counts as lost, in packets of 20 ms. */
  stats(): LegMediaStats {
    const perPacket = this.#spec.inputRateHz / 50;
    const lost = Math.ceil(this.#stream.droppedSamples / perPacket);
    const lossRatio = this.#stream.receivedSamples === 0 ? 0 : this.#stream.droppedSamples / this.#stream.receivedSamples;
    return {
      packetsReceived: this.#piecesReceived,
      packetsSent: this.#chunksSent,
      packetsLost: lost,
      packetsLate: 0,
      packetsDuplicate: 0,
      packetsFromStrangers: 0,
      packetsMalformed: 0,
      framesConcealed: 0,
      jitterMs: ms(0),
      jitterBufferMs: ms(this.#stream.backlogMs),
      lossRatio: ratio(lossRatio),
      mos: meanOpinionScore(lossRatio, oneWayDelayMs(undefined, this.#spec.chunkMs, 0)),
      sendJitterMaxMs: this.#watch.sendJitterMaxMs,
      ...this.#voices.stats,
    };
  }

  /** Before anything else happens at `nowMs`. */
  #at(nowMs: Ms): void {
    this.#nowMs = nowMs;
    this.#voices.bot.unheardSamples = Math.round(Math.max(0, this.#sentUntilMs - nowMs) * PER_MS);
  }

  #sendBot(nowMs: Ms): void {
    const { bot } = this.#voices;
    const { leadMs } = this.#spec;
    this.#sentUntilMs = Math.max(this.#sentUntilMs, nowMs);
    while (this.#sentUntilMs - nowMs < leadMs + TICK_MS) {
      // A whole chunk, unless what has left is about to run out.
      const least = this.#sentUntilMs - nowMs > leadMs / 2 ? this.#chunkSamples : 1;
      if (bot.queuedSamples < least || !this.#take(nowMs)) break;
    }
    this.#at(nowMs);
  }

  /** Sends one chunk; false: nothing was to be had. What is told about it meanwhile waits until it is heard. */
  #take(nowMs: Ms): boolean {
    const { bot } = this.#voices;
    const beganAtMs = this.#sentUntilMs;
    this.#filling = true;
    const count = bot.fill(nowMs, chunk, this.#chunkSamples) ? bot.filledSamples : 0;
    this.#filling = false;
    if (count > 0) this.#send(bot.filledTurn, count);
    this.#news.forEach((event, i) => this.#heard.add(event, i === 0 && event.kind === 'playout-started' ? beganAtMs : this.#sentUntilMs));
    this.#news.length = 0;
    return count > 0;
  }

  #sendEcho(nowMs: Ms): void {
    this.#sentUntilMs = Math.max(this.#sentUntilMs, nowMs);
    while (this.#sentUntilMs <= nowMs + TICK_MS && this.#voices.fill(nowMs, chunk, TICK_MS * PER_MS)) this.#send(0, TICK_MS * PER_MS);
  }

  #send(turnId: TurnId, count: number): void {
    this.#chunksSent += 1;
    this.#sentUntilMs += count / PER_MS;
    this.#output.botPcm(turnId, chunk.slice(0, count));
  }

  /** Playout news wait for the clock, everything else is told as it happens. */
  #voiceEvent(event: LegMediaEvent): void {
    switch (event.kind) {
      case 'playout-started':
      case 'playout-progress':
      case 'playout-finished':
        if (this.#filling) this.#news.push(event);
        else this.#heard.add(event, this.#sentUntilMs);
        return undefined;
      case 'playout-paused':
        this.#cut();
        return this.#output.emit(event);
      case 'voice-started':
      case 'voice-stopped':
      case 'caller-audio':
      case 'uplink-dropped':
      case 'playout-ducked':
      case 'playout-resumed':
      case 'playout-queue':
      case 'dtmf':
      case 'caller-text':
      case 'caller-muted':
      case 'held':
      case 'media-timeout':
      case 'media-stats':
      case 'media-lost':
        return this.#output.emit(event);
      default:
        return unreachable(event);
    }
  }

  #cut(): void {
    this.#heard.cut(this.#nowMs);
    this.#sentUntilMs = this.#nowMs;
    this.#at(this.#nowMs);
  }
}

/** Pieces of 100 ms are usual for such clients. */
const BURSTS = { firstMs: 120, mostMs: 400, slackMs: 100 };
const TICK_MS = 20;
const PER_MS = 24;
const MAX_CHUNK_MS = 200;
/** Work space of the thread. */
const chunk = new Int16Array(MAX_CHUNK_MS * PER_MS);
