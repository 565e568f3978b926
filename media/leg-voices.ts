import { unreachable } from '#domain/assert';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, samples, type Ms } from '#domain/units';
import { BotPlayout } from './bot-voice.ts';
import { CallerVoice } from './caller-voice.ts';
import type { LineRateHz, SpeechRateHz } from './codec/rates.ts';
import type { InboundSink } from './inbound.ts';
import type { FrameOrigin } from './jitter/line-filler.ts';
import type { MediaOptions } from './options.ts';
import { EchoLoop, type EchoOptions } from './playout/echo-loop.ts';
import type { PressedKey } from './rtp/dtmf-receiver.ts';
import type { SpeechScorer } from './vad/voice-detector.ts';

export interface VoiceFormat {
  /** The caller's line and what leaves, and how an echo between them is buffered. */
  readonly echo: EchoOptions;
  /** How much of what left can be taken back; for legs that send ahead of the clock. */
  readonly keepMs?: Ms;
}

/** The two voices of one leg of any kind (core): the caller's line in, frames of the bot out, and what the conversation commands about them. */
export class LegVoices implements InboundSink {
  readonly bot: BotPlayout;
  readonly #caller: CallerVoice;
  readonly #emit: (event: LegMediaEvent) => void;
  #echoOptions: EchoOptions;
  #echo: EchoLoop;
  #echoOn = false;
  #isHeld = false;

  constructor(options: MediaOptions, format: VoiceFormat, scorer: SpeechScorer | undefined, emit: (event: LegMediaEvent) => void) {
    const { lineRateHz, outputRateHz } = format.echo;
    this.bot = new BotPlayout(options, emit, outputRateHz, format.keepMs);
    this.#caller = new CallerVoice(options, scorer, this.bot, emit, lineRateHz);
    this.#emit = emit;
    this.#echoOptions = format.echo;
    this.#echo = new EchoLoop(format.echo);
  }

  /** `count` samples of the caller's line. */
  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void {
    if (this.#echoOn && origin !== 'silence') this.#echo.write(pcm, count);
    // What a caller sends who has put us on hold is his music, not his voice.
    this.#caller.frame(nowMs, pcm, count, this.#isHeld ? 'silence' : origin);
  }

  key(nowMs: Ms, key: PressedKey): void {
    this.#emit({ kind: 'dtmf', digit: key.digit, durationMs: ms(key.durationMs), atMs: nowMs });
  }

  setLineRate(lineRateHz: LineRateHz): void {
    this.#caller.setLineRate(lineRateHz);
    this.#setEcho({ ...this.#echoOptions, lineRateHz });
  }

  setOutputRate(outputRateHz: SpeechRateHz): void {
    if (outputRateHz === this.#echoOptions.outputRateHz) return;
    this.bot.setOutputRate(outputRateHz);
    this.#setEcho({ ...this.#echoOptions, outputRateHz });
  }

  /** The caller does not listen: the bot waits, and what comes is not his voice. */
  setHeld(nowMs: Ms, held: boolean): void {
    if (held !== this.#isHeld) this.#emit({ kind: 'held', held, atMs: nowMs });
    this.#isHeld = held;
    this.bot.setHeld(held);
  }

  /** Fills `count` samples of what leaves; false: nothing is to be heard, and `pcm` is left alone. */
  fill(nowMs: Ms, pcm: Int16Array, count: number): boolean {
    return this.#echoOn ? this.#echo.take(pcm, count) : this.bot.fill(nowMs, pcm, count);
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    switch (command.kind) {
      case 'play':
        return this.bot.play(nowMs, command.turnId, command.pieceId, command.pcm);
      case 'mark-keys':
        return this.bot.markKeys(command);
      case 'play-end':
        return this.bot.end(nowMs, command.turnId);
      case 'abort-turn':
        this.bot.abort(nowMs, command.turnId);
        return this.#caller.playoutResumed();
      case 'resume-playout':
        if (this.bot.resume(nowMs, command.turnId)) this.#caller.playoutResumed();
        return undefined;
      case 'set-barge-in':
        this.#caller.setBargeIn(command.mode === 'on');
        if (command.mode === 'off') this.bot.unduck();
        return undefined;
      case 'grant-uplink':
        return this.#caller.grant(nowMs, command.samples);
      case 'set-echo':
        this.#echoOn = command.on;
        return this.#echo.reset();
      default:
        return unreachable(command);
    }
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get isEcho(): boolean {
    return this.#echoOn;
  }

  get stats(): Pick<LegMediaStats, 'staleTurnPackets' | 'piecesRefused' | 'playoutOverflowSamples'> {
    const { staleTurnPackets, piecesRefused, overflowSamples } = this.bot;
    return { staleTurnPackets, piecesRefused, playoutOverflowSamples: samples(overflowSamples) };
  }

  #setEcho(options: EchoOptions): void {
    this.#echoOptions = options;
    this.#echo = new EchoLoop(options);
  }
}
