import type { SpurtSound } from '#domain/leg-media';
import type { Ms, Ratio } from '#domain/units';
import type { SttEvent } from '../ports.ts';
import { sameWords } from './words.ts';

type Final = Extract<SttEvent, { kind: 'final' }>;

/**
 * One utterance of the caller while it grows: several talkspurts with pauses between them, and what recognition has
 * said of them so far. Every pause has a number; answers about an earlier pause only count as partial text.
 */
export class CallerUtterance {
  readonly startedAtMs: Ms;
  /** Words of an earlier turn that this utterance continues. */
  #prefix: string;
  /** Whether it began while the bot spoke: it may be an echo or a backchannel. */
  overBot: boolean;
  /** It stopped the bot. */
  tookFloor = false;
  spurtOpen = true;
  voicedMs = 0;
  /** The caller's last sound. */
  lastVoiceAtMs: Ms;
  /** The last sound that added words: noise after the words does not make the caller's turn longer. */
  lastWordsAtMs: Ms;
  pause = 0;
  /** Recognition was lost while it was spoken. */
  lostCode: string | undefined;
  vadStopAtMs: Ms | undefined;
  transcriptAtMs: Ms | undefined;
  probabilityAtMs: Ms | undefined;
  probability: Ratio | undefined;
  /** Probabilities of this pause so far, oldest first. */
  votes: Ratio[] = [];
  confidence: Ratio = 0;
  rejected: string | undefined;
  /** Recognition's probability that nobody spoke. */
  noSpeech: Ratio = 0;
  /** Of the longest talkspurt of those that could be measured. */
  sound: SpurtSound | undefined;
  #soundMs = 0;
  #finalText: string | undefined;
  #wordsText = '';
  #partialText = '';

  constructor(start: { atMs: Ms; prefix?: string; overBot: boolean }) {
    this.startedAtMs = start.atMs;
    this.lastVoiceAtMs = start.atMs;
    this.lastWordsAtMs = start.atMs;
    this.#prefix = start.prefix ?? '';
    this.overBot = start.overBot;
  }

  voiceStarted(): void {
    this.spurtOpen = true;
    this.#finalText = undefined;
    this.probability = undefined;
    this.votes = [];
  }

  voiceStopped(nowMs: Ms, lastVoiceAtMs: Ms, voicedMs: Ms, pause: number, sound?: SpurtSound): void {
    if (sound !== undefined && voicedMs > this.#soundMs) {
      this.sound = sound;
      this.#soundMs = voicedMs;
    }
    this.spurtOpen = false;
    this.pause = pause;
    this.lastVoiceAtMs = lastVoiceAtMs;
    this.voicedMs += voicedMs;
    this.vadStopAtMs = nowMs;
    this.transcriptAtMs = undefined;
    this.probabilityAtMs = undefined;
  }

  partial(text: string): void {
    this.#partialText = text;
  }

  /** Returns whether it is the answer to the pause that lasts now. */
  final(nowMs: Ms, event: Final): boolean {
    const text = event.rejected === undefined ? event.text.trim() : '';
    if (this.spurtOpen || event.pause !== this.pause) {
      if (text !== '') this.#partialText = text;
      return false;
    }
    this.transcriptAtMs = nowMs;
    this.#finalText = text;
    this.confidence = event.confidence;
    this.noSpeech = event.noSpeech;
    this.rejected = event.rejected ?? (text === '' ? 'empty' : undefined);
    if (text !== '' && !sameWords(text, this.#wordsText)) {
      this.#wordsText = text;
      this.lastWordsAtMs = this.lastVoiceAtMs;
    }
    return true;
  }

  vote(nowMs: Ms, pause: number, probability: Ratio): boolean {
    if (this.spurtOpen || pause !== this.pause) return false;
    this.probability = probability;
    this.votes.push(probability);
    this.probabilityAtMs ??= nowMs;
    return true;
  }

  continueFrom(prefix: string): void {
    this.#prefix = prefix;
  }

  get isContinuation(): boolean {
    return this.#prefix !== '';
  }

  /** The final text of the pause that lasts now, with the words it continues; undefined while it is not known. */
  get finalText(): string | undefined {
    return this.#finalText === undefined ? undefined : withPrefix(this.#prefix, this.#finalText);
  }

  /** The best text so far, final or partial. */
  get bestText(): string {
    return withPrefix(this.#prefix, this.newText);
  }

  /** The same without the words that it continues. */
  get newText(): string {
    return this.#finalText ?? this.#partialText;
  }

  get speechMs(): Ms {
    return Math.max(0, this.lastVoiceAtMs - this.startedAtMs);
  }
}

function withPrefix(prefix: string, text: string): string {
  return prefix === '' ? text : `${prefix} ${text}`.trim();
}
