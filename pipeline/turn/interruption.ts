import type { TurnId } from '#domain/turn';
import { ms, type Ms, type Ratio } from '#domain/units';
import { TimerTable } from '#domain/timer-table';
import type { BargeInOptions } from '../options.ts';
import type { Asked, TurnLanguage } from '../language/turn-language.ts';
import { isEcho } from '../text/echo.ts';

/** What recognition says of the words spoken over the bot. */
export interface WordsOverBot {
  readonly text: string;
  readonly isFinal: boolean;
  /** Of a final text; below the minimum it is not believed. */
  readonly confidence: Ratio;
  readonly botText: string;
  readonly asked: Asked;
  /** The bot is saying goodbye. */
  readonly isParting: boolean;
  /** From the first sound to the last, or to now. */
  readonly speechMs: Ms;
}

export type InterruptionDecision = { readonly decision: 'abort' | 'resume'; readonly why: string; readonly decidedMs: Ms };

/**
 * Abort or resume: what becomes of a bot turn that was paused because the caller spoke. Pausing was cheap; this waits
 * for words, but never longer than the caller would wonder about the silence.
 */
export class Interruption {
  readonly turnId: TurnId;
  readonly #options: BargeInOptions;
  readonly #minConfidence: Ratio;
  readonly #turns: TurnLanguage;
  readonly #timers = new TimerTable<'resume'>();
  #pausedAtMs: Ms;
  #extended = false;
  #heard: WordsOverBot | undefined;

  constructor(nowMs: Ms, turnId: TurnId, options: BargeInOptions, minConfidence: Ratio, turns: TurnLanguage) {
    this.turnId = turnId;
    this.#options = options;
    this.#minConfidence = minConfidence;
    this.#turns = turns;
    this.#pausedAtMs = nowMs;
    this.#timers.arm('resume', ms(nowMs + options.resumeWithinMs));
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  words(nowMs: Ms, words: WordsOverBot): InterruptionDecision | undefined {
    this.#heard = words;
    const judged = judgeWords(words, this.#options, this.#minConfidence, this.#turns);
    return judged.kind === 'wait' ? undefined : this.#decide(nowMs, judged.kind, judged.why);
  }

  /** Recognition failed, or nothing was said. */
  nothing(nowMs: Ms, why: string): InterruptionDecision {
    return this.#decide(nowMs, 'resume', why);
  }

  wake(nowMs: Ms, stillSpeaking: boolean): InterruptionDecision | undefined {
    if (this.#timers.takeDue(nowMs).length === 0) return undefined;
    const isReal = this.#heard !== undefined && isLikelyReal(this.#heard, this.#options, this.#turns);
    const extendMs = this.#extendMs(stillSpeaking, isReal);
    if (extendMs > 0 && !this.#extended) {
      this.#extended = true;
      this.#timers.arm('resume', ms(nowMs + extendMs));
      return undefined;
    }
    // Who has stopped after a word or so may have nodded: the final text is near, and can still abort.
    return isReal && stillSpeaking ? this.#decide(nowMs, 'abort', 'words') : this.#decide(nowMs, 'resume', 'undecided');
  }

  /** The caller has stopped: who was only given more time because they went on, and said no more than a nod, was nodding. */
  voiceStopped(nowMs: Ms, lastVoiceAtMs: Ms): InterruptionDecision | undefined {
    if (!this.#extended) return undefined;
    const isLong = lastVoiceAtMs - this.#pausedAtMs + ONSET_MS >= this.#options.shortSpeechMs;
    const isReal = this.#heard === undefined ? isLong : isLikelyReal(this.#heard, this.#options, this.#turns);
    if (!isReal) return this.#decide(nowMs, 'resume', 'undecided');
    this.#timers.arm('resume', ms(nowMs + (isLong ? this.#options.finalWithinMs : this.#options.extendForWordsMs)));
    return undefined;
  }

  #extendMs(stillSpeaking: boolean, isReal: boolean): number {
    if (stillSpeaking && this.#heard?.text.trim() !== '') return this.#options.extendMs;
    return isReal ? this.#options.extendForWordsMs : 0;
  }

  #decide(nowMs: Ms, decision: 'abort' | 'resume', why: string): InterruptionDecision {
    this.#timers.cancelAll();
    return { decision, why, decidedMs: ms(nowMs - this.#pausedAtMs) };
  }
}

export type WordsJudgement = { readonly kind: 'wait' } | { readonly kind: 'abort' | 'resume'; readonly why: string };

/** What words over the bot mean. A partial text may only abort: more of it can still turn a nod into a request. */
export function judgeWords(words: WordsOverBot, options: BargeInOptions, minConfidence: Ratio, turns: TurnLanguage): WordsJudgement {
  const resume = (why: string): WordsJudgement => (words.isFinal ? { kind: 'resume', why } : { kind: 'wait' });
  if (words.text.trim() === '') return resume('nothing');
  if (isEcho(words.text, words.botText, options, turns)) return resume('echo');
  if (words.isParting && goesToo(words.text, turns)) return resume('goodbye');
  if (turns.isBackchannel(words.text)) {
    if (words.asked === 'yes-no' && turns.mayAnswer(words.text)) return words.isFinal ? { kind: 'abort', why: 'answer' } : { kind: 'wait' };
    return resume('backchannel');
  }
  const real = turns.realWords(words.text);
  if (words.isFinal)
    return isBelieved(words, real, options, minConfidence, turns) ? { kind: 'abort', why: 'words' } : { kind: 'resume', why: 'unclear' };
  if (real.some((word) => turns.isStopWord(word))) return { kind: 'abort', why: 'words' };
  const isEnough = real.length >= 2 && (words.speechMs >= options.shortSpeechMs || real.some((word) => turns.isRequestWord(word)));
  return isEnough ? { kind: 'abort', why: 'words' } : { kind: 'wait' };
}

/** Whether somebody to whom goodbye is said says no more than that. */
export function goesToo(text: string, turns: TurnLanguage): boolean {
  return turns.isGoodbye(text) || turns.isBackchannel(text);
}

/** A nod is short, and recognition makes words of it that it is not sure of ("and high." of "uh-huh"). */
function isBelieved(
  words: WordsOverBot,
  real: readonly string[],
  options: BargeInOptions,
  minConfidence: Ratio,
  turns: TurnLanguage,
): boolean {
  if (words.confidence < minConfidence) return false;
  if (words.confidence >= options.shortConfidence || words.speechMs >= options.shortSpeechMs) return true;
  return real.some((word) => turns.isStopWord(word) || turns.isRequestWord(word));
}

function isLikelyReal(words: WordsOverBot, options: BargeInOptions, turns: TurnLanguage): boolean {
  return turns.realWords(words.text).length > 0 && !isEcho(words.text, words.botText, options, turns);
}

/** The bot is paused so long after the first sound. */
const ONSET_MS = 125;
