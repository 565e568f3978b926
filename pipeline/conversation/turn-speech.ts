import { invariant } from '#domain/assert';
import type { PieceId, TurnId } from '#domain/turn';
import { ms, msToSamples, samples, samplesToMs, type Ms } from '#domain/units';
import { isKeysName } from '../dialogue/actions/key-tones.ts';
import { BoundedQueue } from '../flow/bounded-queue.ts';
import { PlayoutFeed } from '../flow/playout-feed.ts';
import type { SpeechLanguage } from '../language/speech-language.ts';
import type { PipelineOptions } from '../options.ts';
import { HeardLedger } from '../text/heard-ledger.ts';
import { SentenceSplitter } from '../text/sentence-splitter.ts';
import { makeSpeakable } from '../text/speakable.ts';
import type { Manner } from '../tone/manner.ts';
import type { ConversationAction } from './messages.ts';

/**
 * Core: what one turn of the bot says, from its words to the last sample played. Words go piece by piece to speech, at most
 * a few pieces ahead of what is heard; audio is held until `release`. Knows at each moment what was truly heard.
 */
export class TurnSpeech {
  readonly ledger: HeardLedger;
  readonly #turnId: TurnId;
  readonly #options: PipelineOptions;
  readonly #language: SpeechLanguage;
  readonly #hasPhrase: (text: string) => boolean;
  readonly #splitter: SentenceSplitter;
  readonly #pieces = new BoundedQueue<string>(MAX_PIECES, 'refuse');
  readonly #feed: PlayoutFeed;
  #audio: 'held' | 'released' | 'ended' = 'held';
  #words: 'coming' | 'complete' = 'coming';
  /** Words of the answer itself came since they were last waited for. */
  #isAnswered = false;
  #nextPieceId: PieceId = 0;
  #playingPieceId: PieceId = -1;
  #speaking: PieceId | undefined;
  /** What playout said last that it holds, at 24 kHz. */
  #heldByPlayout: number | undefined;
  #pace: 'slow' | undefined;
  #slowly: readonly string[] = [];
  #writtenChars = 0;
  #writtenText = '';
  /** Keys that are still to be pressed, and the pieces in which they are. */
  #keysToCome = 0;
  readonly #keyPieces: PieceId[] = [];

  constructor(turnId: TurnId, options: PipelineOptions, language: SpeechLanguage, hasPhrase: (text: string) => boolean) {
    this.#turnId = turnId;
    this.#options = options;
    this.#language = language;
    this.ledger = new HeardLedger(language.charsPerSecond);
    this.#splitter = new SentenceSplitter(language.breaks);
    this.#hasPhrase = hasPhrase;
    this.#feed = new PlayoutFeed(turnId, msToSamples(options.playout.aheadMs, 24000));
  }

  /** The whole reply is these texts. One whose audio is ready is spoken whole, another piece by piece, and so is what is said slowly. */
  say(texts: readonly string[], pace?: 'slow'): void {
    this.#pace = pace;
    this.#slowly = pace === undefined ? [] : texts;
    for (const text of texts) {
      this.#writtenText = `${this.#writtenText} ${text}`.trim();
      if (pace === undefined && this.#hasPhrase(text)) this.#queue([text]);
      else this.#queue([...this.#splitter.push(text), ...this.#splitter.flush()]);
    }
    this.#isAnswered = true;
    this.#words = 'complete';
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
    if (this.#words === 'coming') this.#answer(this.#splitter.flush());
  }

  endText(): void {
    this.endSentence();
    this.#words = 'complete';
  }

  /** The words so far only led up to others: without those it is not answered. */
  awaitWords(): void {
    this.#isAnswered = false;
  }

  /** The turn is real: what is ready leaves. */
  release(): void {
    invariant(this.#audio === 'held', `audio is released once, and is ${this.#audio}`);
    this.#audio = 'released';
    this.#feed.release();
  }

  /** No more text comes: what is complete is still said, a sentence that was cut is not, and `phrase` is where nothing was answered. */
  cutText(phrase: string): void {
    this.#words = 'complete';
    if (!this.#isAnswered) this.#queue([phrase]);
  }

  /** No more speech comes: what was made is still played, and then `phrase`, unless that is what cannot be spoken. */
  cutSpeech(phrase: string | undefined): void {
    this.#words = 'complete';
    this.#pieces.clear();
    this.#keysToCome = 0;
    this.#speaking = undefined;
    if (phrase !== undefined) this.#queue([phrase]);
  }

  /** Nothing can be spoken slowly now: what is ready at the usual speed is better than an apology. Returns whether it is. */
  saysAtUsualPace(): boolean {
    if (this.#slowly.length === 0 || this.hasSound || !this.#slowly.every(this.#hasPhrase)) return false;
    if (this.#speaking !== undefined) this.ledger.drop(this.#speaking);
    this.#pieces.clear();
    this.#speaking = undefined;
    this.#pace = undefined;
    this.#queue(this.#slowly);
    this.#slowly = [];
    return true;
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

  playoutHolds(queuedSamples: number): void {
    this.#heldByPlayout = queuedSamples;
  }

  /** Playout holds nothing although not all was reported as played: then it was. Returns whether that was so. */
  catchUp(): boolean {
    if (this.#heldByPlayout !== 0 || this.unplayedMs === 0 || this.#feed.sentSamples <= this.ledger.playedSamples) return false;
    this.ledger.playedTogether(this.#feed.sentSamples);
    return true;
  }

  /** What can be asked of speech and handed to playout now. */
  pump(manner: Manner | undefined): readonly ConversationAction[] {
    const actions: ConversationAction[] = this.#feed.take(this.ledger.playedSamples).map((command) => ({ kind: 'media', command }));
    const text = this.#mayMakeNext() ? this.#pieces.shift() : undefined;
    if (text !== undefined) actions.push(this.#speak(text, manner));
    if (this.#audio === 'released' && this.isMade && this.#feed.isEmpty && this.#feed.sentSamples > 0) {
      this.#audio = 'ended';
      actions.push({ kind: 'media', command: { kind: 'play-end', turnId: this.#turnId } });
    }
    return actions;
  }

  /** Nothing more will be written or made. */
  get isMade(): boolean {
    return this.#words === 'complete' && this.#pieces.length === 0 && this.#speaking === undefined;
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

  /** What has to come before it can go on. */
  get waitsFor(): 'words' | 'tts' | 'playout' {
    if (this.#speaking !== undefined) return 'tts';
    return this.#words === 'complete' || this.#pieces.length > 0 ? 'playout' : 'words';
  }

  /** Keys are being pressed, or will be: broken off in their middle they would be half a number. */
  get pressesKeys(): boolean {
    return this.#keysToCome > 0 || this.#keyPieces.some((pieceId) => !this.ledger.isPlayed(pieceId));
  }

  get unplayedMs(): Ms {
    return samplesToMs(samples(this.ledger.madeSamples - this.ledger.playedSamples), 24000);
  }

  get heardMs(): Ms {
    return samplesToMs(samples(this.ledger.playedSamples), 24000);
  }

  get writtenText(): string {
    return this.#writtenText.trim();
  }

  /** What is to be said and has not been begun. */
  get waitingText(): string {
    return [...this.#pieces].join(' ');
  }

  #answer(texts: readonly string[]): void {
    if (this.#queue(texts)) this.#isAnswered = true;
  }

  /** Returns whether there is anything to say in them: an emoji, or "[]", is nothing. */
  #queue(texts: readonly string[]): boolean {
    const spoken = texts.map((each) => each.trim()).filter((each) => isKeysName(each) || makeSpeakable(each, this.#language) !== '');
    for (const text of spoken) {
      this.#pieces.push(text);
      if (isKeysName(text)) this.#keysToCome += 1;
    }
    return spoken.length > 0;
  }

  #mayMakeNext(): boolean {
    if (this.#speaking !== undefined || this.#pieces.length === 0) return false;
    if (this.#audio === 'held') return this.#nextPieceId === 0;
    const ahead = this.#nextPieceId - (this.#playingPieceId + 1);
    return ahead < this.#options.playout.piecesAhead && this.unplayedMs < this.#options.playout.aheadMs;
  }

  #speak(text: string, manner: Manner | undefined): ConversationAction {
    const pieceId = this.#nextPieceId;
    this.#nextPieceId += 1;
    this.#speaking = pieceId;
    this.ledger.add(pieceId, text);
    if (isKeysName(text)) {
      this.#keysToCome -= 1;
      this.#keyPieces.push(pieceId);
    }
    const first = pieceId === 0;
    const last = this.#words === 'complete' && this.#pieces.length === 0;
    const deadlineMs = first ? ms(0) : ms(Math.round(this.unplayedMs));
    const how = { ...(manner !== undefined && { manner }), ...(this.#pace !== undefined && { pace: this.#pace }) };
    return { kind: 'speak', turnId: this.#turnId, pieceId, text, deadlineMs, first, last, ...how };
  }
}

/** Pieces of a reply that wait to be spoken; with at least a few words each, more than `maxReplyChars` gives. */
const MAX_PIECES = 400;
