import type { LegMediaEvent } from '#domain/leg-media';
import type { PieceId, SpurtId, TurnId } from '#domain/turn';
import { samples, type Ms } from '#domain/units';
import type { BargeInAction } from './barge-in.ts';
import type { BotVoice } from './caller-voice.ts';
import type { SpeechRateHz } from './codec/rates.ts';
import { decibelToGain, SILENCE_DBOV } from './dsp/level.ts';
import type { MediaOptions } from './options.ts';
import { PlayoutQueue, type PlayoutListener } from './playout/playout-queue.ts';
import { PressedKeys, type KeysPiece } from './playout/pressed-keys.ts';
import { Speaker } from './playout/speaker.ts';
import type { HeldKey } from './rtp/dtmf-sender.ts';

/** The bot's speech on its way out, and the news about it (core). */
export class BotPlayout implements BotVoice, PlayoutListener {
  readonly #emit: (event: LegMediaEvent) => void;
  readonly #queue: PlayoutQueue;
  readonly #speaker: Speaker;
  readonly #keys = new PressedKeys();
  /** Keys leave as events, not as tones: nothing of them is heard on the line. */
  keysAreEvents = false;
  /** What leaves is not heard at once, and can be stopped at the far end. */
  readonly #isAhead: boolean;
  #nowMs: Ms = 0;
  #playedDbov = SILENCE_DBOV;
  #held = false;
  /** What was played of the current piece, and how much of that has been told. */
  #turnId: TurnId = 0;
  #pieceId: PieceId = 0;
  #played = 0;
  #told = 0;
  staleTurnPackets = 0;
  piecesRefused = 0;
  overflowSamples = 0;
  /** Samples at 24 kHz that have left but cannot have been heard yet: kept up by a leg that sends ahead of the clock. */
  unheardSamples = 0;

  /** `keepMs`: how much of what left can be taken back, for such a leg. */
  constructor(options: MediaOptions, emit: (event: LegMediaEvent) => void, outputRateHz: SpeechRateHz = 8000, keepMs: Ms = 0) {
    this.#emit = emit;
    this.#isAhead = keepMs > 0;
    this.#queue = new PlayoutQueue(options.playoutQueueMs * PER_MS, this, keepMs * PER_MS);
    this.#speaker = new Speaker(
      {
        outputRateHz,
        fadeMs: options.bargeIn.fadeMs,
        duckGain: decibelToGain(-options.bargeIn.duckDb),
        rewindSamples: Math.round(options.bargeIn.rewindMs * PER_MS),
      },
      this.#queue,
    );
  }

  /** Fills one packet's samples at the output rate; false: the bot is silent. */
  fill(nowMs: Ms, pcm: Int16Array, count: number): boolean {
    this.#keys.clear();
    if (this.#held) return false;
    this.#nowMs = nowMs;
    if (!this.#speaker.fill(pcm, count)) return false;
    if (this.#speaker.turn > 0 && this.#queue.isAborted(this.#speaker.turn)) this.staleTurnPackets += 1;
    const isHeard = !this.keysAreEvents || !this.#keys.isAmong;
    if (isHeard && this.#speaker.levelDbov > this.#playedDbov) this.#playedDbov = this.#speaker.levelDbov;
    return true;
  }

  play(nowMs: Ms, turnId: TurnId, pieceId: PieceId, pcm: Int16Array): void {
    this.#nowMs = nowMs;
    const verdict = this.#queue.offer(turnId, pieceId, pcm);
    if (verdict === 'aborted') this.piecesRefused += 1;
    else if (verdict === 'full') this.overflowSamples += pcm.length;
  }

  markKeys(piece: KeysPiece): void {
    this.#keys.add(piece);
  }

  /** The key whose tone is at the end of the frame that was filled last. */
  get heldKey(): HeldKey | undefined {
    return this.#keys.held;
  }

  /** That frame is tones of keys, or the silence between them. */
  get pressesKeys(): boolean {
    return this.#keys.isAmong;
  }

  end(nowMs: Ms, turnId: TurnId): void {
    this.#nowMs = nowMs;
    this.#queue.end(turnId);
  }

  abort(nowMs: Ms, turnId: TurnId): void {
    this.#nowMs = nowMs;
    this.#tellProgress();
    const dropped = this.#queue.abort(turnId);
    if (dropped || this.#speaker.turn <= turnId) this.#speaker.cut();
    if (dropped) this.#tellQueue(turnId);
  }

  /** Whether it had been paused. */
  resume(nowMs: Ms, turnId: TurnId): boolean {
    if (!this.#speaker.isPaused || this.#queue.isAborted(turnId)) return false;
    this.#speaker.resume();
    this.#emit({ kind: 'playout-resumed', turnId, atMs: nowMs });
    return true;
  }

  setOutputRate(outputRateHz: SpeechRateHz): void {
    this.#speaker.setOutputRate(outputRateHz);
  }

  setHeld(held: boolean): void {
    this.#held = held;
  }

  unduck(): void {
    if (!this.#speaker.isPaused) this.#speaker.duck(false);
  }

  isSpeaking(): boolean {
    return !this.#held && (this.#speaker.isSpeaking || (this.unheardSamples > 0 && !this.#speaker.isPaused));
  }

  /** Of the frame that was filled last: its turn, and how much of it (24 kHz) is not just padding. */
  get filledTurn(): TurnId {
    return this.#speaker.turn;
  }

  get filledSamples(): number {
    return this.#speaker.takenSamples;
  }

  get queuedSamples(): number {
    return this.#queue.queuedSamples;
  }

  takePlayedDbov(): number {
    const played = this.#playedDbov;
    this.#playedDbov = SILENCE_DBOV;
    return played;
  }

  bargeIn(nowMs: Ms, action: BargeInAction, spurtId: SpurtId): void {
    const turnId = this.#queue.nextTurn ?? this.#speaker.turn;
    if (action === 'pause') {
      this.#nowMs = nowMs;
      this.#tellProgress();
      this.#pause();
      this.#emit({ kind: 'playout-paused', turnId, spurtId, atMs: nowMs });
      return;
    }
    this.#speaker.duck(action === 'duck');
    if (action === 'duck') this.#emit({ kind: 'playout-ducked', turnId, atMs: nowMs });
  }

  turnStarted(turnId: TurnId): void {
    this.#emit({ kind: 'playout-started', turnId, atMs: this.#nowMs });
  }

  pieceTaken(turnId: TurnId, pieceId: PieceId, playedSamples: number, ended: boolean): void {
    this.#keys.taken(turnId, pieceId, playedSamples);
    if (turnId !== this.#turnId || pieceId !== this.#pieceId) {
      this.#turnId = turnId;
      this.#pieceId = pieceId;
      this.#played = this.#told = 0;
    }
    // A resumed playout begins a little earlier: what has been heard stays heard.
    this.#played = Math.max(this.#played, playedSamples);
    if (ended || this.#played - this.#told >= TELL_EVERY_SAMPLES) this.#tellProgress();
  }

  turnFinished(turnId: TurnId): void {
    this.#speaker.forgetPause();
    this.#emit({ kind: 'playout-finished', turnId, atMs: this.#nowMs });
  }

  #pause(): void {
    if (!this.#isAhead) return this.#speaker.pause();
    this.#speaker.halt(this.unheardSamples);
    // What is taken again will be told again.
    this.#pieceId = NO_PIECE;
  }

  #tellProgress(): void {
    if (this.#played === this.#told) return;
    this.#told = this.#played;
    this.#emit({
      kind: 'playout-progress',
      turnId: this.#turnId,
      pieceId: this.#pieceId,
      playedSamples: samples(this.#played),
      atMs: this.#nowMs,
    });
    this.#tellQueue(this.#turnId);
  }

  #tellQueue(turnId: TurnId): void {
    this.#emit({ kind: 'playout-queue', turnId, queuedSamples: samples(this.#queue.queuedSamples), atMs: this.#nowMs });
  }
}

/** Samples at 24 kHz. */
const PER_MS = 24;
/** 200 ms. */
const TELL_EVERY_SAMPLES = 4800;
const NO_PIECE = -1;
