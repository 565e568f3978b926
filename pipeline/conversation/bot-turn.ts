import type { EndReason } from '#domain/end-reason';
import type { AnswerSource, PieceId, TurnId, TurnStages } from '#domain/turn';
import { ms, msToSamples, ratio, samplesToMs, type Ms, type Ratio } from '#domain/units';
import { BoundedQueue } from '../flow/bounded-queue.ts';
import { PlayoutFeed } from '../flow/playout-feed.ts';
import type { PipelineOptions } from '../options.ts';
import { isKeysName } from '../dialogue/actions/key-tones.ts';
import type { ToolTurn } from '../dialogue/actions/tool-turn.ts';
import type { ToneReading } from '#domain/tone';
import type { ToolCall } from '../ports.ts';
import type { Manner } from '../tone/manner.ts';
import type { ToneEvidence } from '../tone/tone-sense.ts';
import { HeardLedger } from '../text/heard-ledger.ts';
import { SentenceSplitter } from '../text/sentence-splitter.ts';
import { makeSpeakable } from '../text/speakable.ts';
import type { ReplyPlan } from '../dialogue/dialogue.ts';
import type { ConversationAction } from './messages.ts';

export interface BotTurnStart {
  readonly turnId: TurnId;
  readonly callerText: string;
  /** Without secrets. */
  readonly recordedText: string;
  readonly source: AnswerSource;
  /** The caller's last sound; absent where the bot speaks of its own accord. */
  readonly anchorMs?: Ms;
}

/**
 * Core: one turn of the bot, from its words to the last sample played. Words go piece by piece to speech, at most a
 * few pieces ahead of what is heard; audio is held until `release`. Knows at each moment what was truly heard.
 */
export class BotTurn {
  readonly turnId: TurnId;
  readonly callerText: string;
  /** The caller's words as records and language models may have them. */
  readonly recordedText: string;
  readonly detail: Record<string, string | number | boolean> = {};
  source: AnswerSource;
  anchorMs: Ms | undefined;
  /** Of the caller's turn that it answers. */
  stages: TurnStages = {};
  readonly marks: { answerAtMs?: Ms; firstPcmAtMs?: Ms; firstPacketAtMs?: Ms } = {};
  /** How it is answered, once that is known. */
  plan: ReplyPlan | undefined;
  /** A plan that is too dear to follow before the turn is real. */
  deferredPlan: ReplyPlan | undefined;
  /** How the words that it answers were heard. */
  heard: { readonly confidence: Ratio; readonly keys: boolean } = { confidence: ratio(1), keys: false };
  /** How the caller sounded, as far as was known when its words were chosen. */
  tone: ToneReading | undefined;
  toneTold = false;
  /** What spoke for it besides the words, once the caller's turn was over. */
  toneEvidence: ToneEvidence | undefined;
  /** The plan before it was put into words for the tone. */
  plainPlan: ReplyPlan | undefined;
  manner: Manner | undefined;
  /** An action was begun in it, or its result is told in it: it cannot be taken back. */
  hasActed = false;
  /** Its words depend on an action that is running. */
  awaitsAction = false;
  /** Where it may use tools. */
  tools: ToolTurn | undefined;
  /** What its words ask for, while it is only prepared: nothing is done on speculation. */
  heldCalls: readonly ToolCall[] = [];
  /** Tells what came of an action. */
  tellsResult = false;
  /** Prepared for a partial text. */
  isGuess = false;
  /** What playout said last that it holds, at 24 kHz. */
  queuedSamples: number | undefined;
  /** What has to happen once it was said. */
  endReason: EndReason | undefined;
  failure: string | undefined;
  /** When it was decided that it is said. */
  openedAtMs: Ms | undefined;
  isReleased = false;
  readonly ledger = new HeardLedger();
  readonly #options: PipelineOptions;
  readonly #hasPhrase: (text: string) => boolean;
  readonly #splitter = new SentenceSplitter();
  readonly #pieces = new BoundedQueue<string>(MAX_PIECES, 'refuse');
  readonly #feed: PlayoutFeed;
  #nextPieceId: PieceId = 0;
  #playingPieceId: PieceId = -1;
  #speaking: PieceId | undefined;
  #writtenChars = 0;
  #writtenText = '';
  #textDone = false;
  /** Words of the answer itself came since they were last waited for. */
  #isAnswered = false;
  /** Keys that are still to be pressed, and the pieces in which they are. */
  #keysToCome = 0;
  readonly #keyPieces: PieceId[] = [];
  #endSent = false;

  constructor(start: BotTurnStart, options: PipelineOptions, hasPhrase: (text: string) => boolean) {
    this.turnId = start.turnId;
    this.callerText = start.callerText;
    this.recordedText = start.recordedText;
    this.source = start.source;
    this.anchorMs = start.anchorMs;
    this.#options = options;
    this.#hasPhrase = hasPhrase;
    this.#feed = new PlayoutFeed(start.turnId, msToSamples(options.playout.aheadMs, 24000));
  }

  /** The whole reply is these texts. One whose audio is ready is spoken whole, another piece by piece. */
  say(texts: readonly string[]): void {
    for (const text of texts) {
      this.#writtenText = `${this.#writtenText} ${text}`.trim();
      if (this.#hasPhrase(text)) this.#queue([text]);
      else this.#queue([...this.#splitter.push(text), ...this.#splitter.flush()]);
    }
    this.#isAnswered = true;
    this.#textDone = true;
  }

  /** Said while the rest is not known yet; no answer. */
  sayMeanwhile(text: string): void {
    this.#writtenText = `${this.#writtenText} ${text}`.trim();
    this.#queue([text]);
  }

  /** More of the reply; false once it is as long as a reply may be. */
  write(delta: string): boolean {
    this.#writtenChars += delta.length;
    this.#writtenText += delta;
    this.#answer(this.#splitter.push(delta));
    return this.#writtenChars <= this.#options.maxReplyChars && !this.#pieces.isFull;
  }

  /** What was written is complete so far: it is said before anything that follows. */
  endSentence(): void {
    if (!this.#textDone) this.#answer(this.#splitter.flush());
  }

  endText(): void {
    this.endSentence();
    this.#textDone = true;
  }

  /** The words so far only led up to others: without those it is not answered. */
  awaitWords(): void {
    this.#isAnswered = false;
  }

  /** The turn is real: what is ready leaves. */
  release(): void {
    this.isReleased = true;
    this.#feed.release();
  }

  /**
   * A service failed. Without more text, what is complete is still said and a sentence that was cut is not; without more speech, what was made is
   * still played. Then `phrase` is said, unless the answer has begun already or speech is what fails again.
   */
  cut(what: 'text' | 'speech', code: string, phrase: string): void {
    const wasFailed = this.failure !== undefined;
    this.failure ??= code;
    this.#textDone = true;
    if (what === 'speech') {
      this.#pieces.clear();
      this.#keysToCome = 0;
      this.#speaking = undefined;
    }
    if (what === 'speech' ? !wasFailed : !this.#isAnswered) this.#queue([phrase]);
    if (!this.hasSound) this.source = 'fault';
  }

  pcm(pieceId: PieceId, pcm: Int16Array): void {
    if (pieceId !== this.#speaking) return;
    this.ledger.made(pieceId, pcm.length);
    this.#feed.push(pieceId, pcm);
  }

  pieceMade(pieceId: PieceId): void {
    this.ledger.complete(pieceId);
    if (pieceId === this.#speaking) this.#speaking = undefined;
  }

  isSpeaking(pieceId: PieceId): boolean {
    return pieceId === this.#speaking;
  }

  played(pieceId: PieceId, playedSamples: number): void {
    if (pieceId > this.#playingPieceId) this.#playingPieceId = pieceId;
    this.ledger.played(pieceId, playedSamples);
  }

  /** Playout holds nothing although not all was reported as played: then it was. Returns whether that was so. */
  catchUp(): boolean {
    if (this.queuedSamples !== 0 || this.unplayedMs === 0 || this.#feed.sentSamples <= this.ledger.playedSamples) return false;
    this.ledger.playedTogether(this.#feed.sentSamples);
    return true;
  }

  /** What can be asked of speech and handed to playout now. */
  pump(): readonly ConversationAction[] {
    const actions: ConversationAction[] = this.#feed.take(this.ledger.playedSamples).map((command) => ({ kind: 'media', command }));
    const text = this.#mayMakeNext() ? this.#pieces.shift() : undefined;
    if (text !== undefined) actions.push(this.#speak(text));
    if (this.isReleased && this.isMade && this.#feed.isEmpty && !this.#endSent && this.#feed.sentSamples > 0) {
      this.#endSent = true;
      actions.push({ kind: 'media', command: { kind: 'play-end', turnId: this.turnId } });
    }
    return actions;
  }

  /** Nothing more will be written or made. */
  get isMade(): boolean {
    return this.#textDone && this.#pieces.length === 0 && this.#speaking === undefined;
  }

  /** It came to its end without a sound. */
  get isMute(): boolean {
    return this.isMade && this.ledger.madeSamples === 0;
  }

  get hasSound(): boolean {
    return this.ledger.madeSamples > 0;
  }

  /** Whether the answer itself, or the beginning of it, was or is about to be spoken. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** What has to come before it can go on, while it still has to. */
  get waitsFor(): 'answer' | 'action' | 'llm' | 'tts' | 'playout' {
    if (this.#speaking !== undefined) return 'tts';
    if (this.#textDone || this.#pieces.length > 0) return 'playout';
    if (this.awaitsAction) return 'action';
    return this.plan === undefined ? 'answer' : 'llm';
  }

  /** Keys are being pressed, or will be: broken off in their middle they would be half a number. */
  get pressesKeys(): boolean {
    return this.#keysToCome > 0 || this.#keyPieces.some((pieceId) => !this.ledger.isPlayed(pieceId));
  }

  get unplayedMs(): Ms {
    return samplesToMs(this.ledger.madeSamples - this.ledger.playedSamples, 24000);
  }

  get heardMs(): Ms {
    return samplesToMs(this.ledger.playedSamples, 24000);
  }

  get writtenText(): string {
    return this.#writtenText.trim();
  }

  /** The stages of the whole turn, so far as they happened. */
  get allStages(): TurnStages {
    if (this.anchorMs === undefined) return {};
    const anchorMs = this.anchorMs;
    const { answerAtMs, firstPcmAtMs, firstPacketAtMs } = this.marks;
    return {
      ...this.stages,
      ...(answerAtMs !== undefined && { answerMs: ms(answerAtMs - anchorMs) }),
      ...(firstPcmAtMs !== undefined && { firstPcmMs: ms(firstPcmAtMs - anchorMs) }),
      ...(firstPacketAtMs !== undefined && { firstPacketMs: ms(firstPacketAtMs - anchorMs) }),
    };
  }

  #answer(texts: readonly string[]): void {
    if (this.#queue(texts)) this.#isAnswered = true;
  }

  /** Returns whether there is anything to say in them: an emoji, or "[]", is nothing. */
  #queue(texts: readonly string[]): boolean {
    const spoken = texts.map((each) => each.trim()).filter((each) => isKeysName(each) || makeSpeakable(each) !== '');
    for (const text of spoken) {
      this.#pieces.push(text);
      if (isKeysName(text)) this.#keysToCome += 1;
    }
    return spoken.length > 0;
  }

  #mayMakeNext(): boolean {
    if (this.#speaking !== undefined || this.#pieces.length === 0) return false;
    if (!this.isReleased) return this.#nextPieceId === 0;
    const ahead = this.#nextPieceId - (this.#playingPieceId + 1);
    return ahead < this.#options.playout.piecesAhead && this.unplayedMs < this.#options.playout.aheadMs;
  }

  #speak(text: string): ConversationAction {
    const pieceId = this.#nextPieceId;
    this.#nextPieceId += 1;
    this.#speaking = pieceId;
    this.ledger.add(pieceId, text);
    if (isKeysName(text)) {
      this.#keysToCome -= 1;
      this.#keyPieces.push(pieceId);
    }
    const first = pieceId === 0;
    const last = this.#textDone && this.#pieces.length === 0;
    const manner = this.manner === undefined ? {} : { manner: this.manner };
    return {
      kind: 'speak',
      turnId: this.turnId,
      pieceId,
      text,
      deadlineMs: first ? ms(0) : ms(Math.round(this.unplayedMs)),
      first,
      last,
      ...manner,
    };
  }
}

/** Pieces of a reply that wait to be spoken; with at least a few words each, more than `maxReplyChars` gives. */
const MAX_PIECES = 400;
