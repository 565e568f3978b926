import type { CallEventBody } from '#domain/call-event';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { belongTogether } from '../language/turn-language.ts';
import { Interruption, judgeWords, type InterruptionDecision, type WordsOverBot } from '../turn/interruption.ts';
import type { Listening, ListeningOutput, ListeningSignal } from './listening.ts';
import type { SpeakingContext, SpeakingOutput } from './speaking-messages.ts';
import type { Speaking } from './speaking.ts';

export interface InterruptingParts {
  readonly context: SpeakingContext;
  readonly listening: Listening;
  readonly speaking: Speaking;
  readonly hear: (nowMs: Ms, outputs: readonly ListeningOutput[]) => void;
  readonly speak: (nowMs: Ms, outputs: readonly SpeakingOutput[]) => void;
  readonly command: (command: LegMediaCommand) => void;
  readonly emit: (event: CallEventBody) => void;
}

type Paused = Extract<LegMediaEvent, { kind: 'playout-paused' }>;
type Words = Extract<ListeningSignal, { kind: 'words' }>;

/** Core: what happens where the caller speaks over the bot, or goes on before they have heard its answer. */
export class Interrupting {
  readonly #parts: InterruptingParts;
  #interruption: Interruption | undefined;
  #allowsBargeIn = true;

  constructor(parts: InterruptingParts) {
    this.#parts = parts;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#interruption?.wakeAtMs;
  }

  /** The bot is paused until it is known what the sound over it was. */
  get isUndecided(): boolean {
    return this.#interruption !== undefined;
  }

  /** The caller goes on although their turn was taken for finished, and has heard nothing yet: the words so far. */
  reopened(nowMs: Ms): string {
    const { speaking, context, speak } = this.#parts;
    const { turn } = speaking;
    if (turn === undefined || turn.callerText === '' || turn.times.firstPacketAtMs !== undefined) return '';
    if (turn.failure !== undefined || turn.hasActed) return '';
    if (turn.plan?.kind === 'say' && turn.plan.message !== undefined) return '';
    if (nowMs - (turn.times.openedAtMs ?? nowMs) > context.options.turn.reopenMs) return '';
    speak(nowMs, speaking.abort('abandoned'));
    speaking.memory.takeBack(false);
    return turn.callerText;
  }

  paused({ turnId, atMs }: Paused, isTalking: boolean): void {
    const { speaking, listening, context, command } = this.#parts;
    if (speaking.turn?.turnId !== turnId) return;
    if (!isTalking) return command({ kind: 'resume-playout', turnId });
    listening.followOnly();
    this.#interruption = new Interruption(atMs, turnId, context.options.bargeIn, context.options.turn.minConfidence, listening.turns);
  }

  words(nowMs: Ms, { text, isFinal, confidence }: Words): void {
    const { speaking, listening, hear } = this.#parts;
    const { turn } = speaking;
    const words: WordsOverBot = {
      text,
      isFinal,
      confidence,
      botText: speaking.memory.echoable(turn),
      asked: speaking.memory.asksYesNo(turn) ? 'yes-no' : 'nothing',
      isParting: turn?.endReason !== undefined,
      speechMs: listening.speechMs(nowMs),
    };
    if (this.#interruption !== undefined) return this.#decided(nowMs, this.#interruption.words(nowMs, words));
    // What is said over keys is a turn once they are through.
    if (turn === undefined || turn.speech.pressesKeys) return;
    const { options } = this.#parts.context;
    const judged = judgeWords(words, options.bargeIn, options.turn.minConfidence, listening.turns);
    if (judged.kind === 'abort') this.#interrupt(nowMs, { decision: 'abort', why: judged.why, decidedMs: ms(0) });
    if (judged.kind === 'resume') hear(nowMs, listening.discard());
  }

  voiceStopped(nowMs: Ms, lastVoiceAtMs: Ms): void {
    this.#decided(nowMs, this.#interruption?.voiceStopped(nowMs, lastVoiceAtMs));
  }

  /** The sound over the bot came to nothing. */
  nothing(nowMs: Ms, why: string): void {
    this.#decided(nowMs, this.#interruption?.nothing(nowMs, why));
  }

  /** Keys or typed text over the bot: nobody does that by mistake. */
  byHand(nowMs: Ms, why: 'dtmf' | 'typed'): void {
    this.#interrupt(nowMs, { decision: 'abort', why, decidedMs: ms(0) });
  }

  turnClosed(): void {
    this.#interruption = undefined;
  }

  wake(nowMs: Ms): void {
    this.#decided(nowMs, this.#interruption?.wake(nowMs, this.#parts.listening.isCallerSpeaking));
  }

  /** Whoever speaks while keys are pressed, or to a goodbye, does not pause them. */
  allowBargeIn(saysGoodbye: boolean): void {
    const allowed = !saysGoodbye && this.#parts.speaking.turn?.speech.pressesKeys !== true;
    if (allowed === this.#allowsBargeIn) return;
    this.#allowsBargeIn = allowed;
    this.#parts.command({ kind: 'set-barge-in', mode: allowed ? 'on' : 'off' });
  }

  #decided(nowMs: Ms, decision: InterruptionDecision | undefined): void {
    const { speaking, listening, hear, emit, command } = this.#parts;
    const { turn } = speaking;
    if (decision === undefined || turn === undefined) return;
    if (decision.decision === 'abort') return this.#interrupt(nowMs, decision);
    this.#interruption = undefined;
    emit({ kind: 'barge-in', turnId: turn.turnId, ...decision });
    command({ kind: 'resume-playout', turnId: turn.turnId });
    // Words that come late after all are judged when they come.
    const wordsMayCome = listening.isCallerSpeaking || (decision.why === 'undecided' && listening.awaitsFinal);
    if (!wordsMayCome) hear(nowMs, listening.discard());
  }

  /** The caller means it: the bot stops, and the words over it become the caller's turn. */
  #interrupt(nowMs: Ms, decision: InterruptionDecision): void {
    const { speaking, listening, context, hear, speak, emit } = this.#parts;
    const { turn, memory } = speaking;
    if (turn === undefined) return;
    emit({ kind: 'barge-in', turnId: turn.turnId, ...decision });
    const isByHand = decision.why === 'dtmf' || decision.why === 'typed';
    const isHardlyHeard = turn.speech.heardMs < context.options.bargeIn.mergeHeardMs;
    const mayContinue = !turn.hasActed && !isByHand && turn.failure === undefined && isHardlyHeard;
    const continues = mayContinue && belongTogether(turn.callerText, listening.utterance?.newText ?? '', listening.turns);
    speak(nowMs, speaking.abort('interrupted'));
    if (continues) memory.takeBack(true);
    hear(nowMs, listening.accept(nowMs, continues ? turn.callerText : ''));
  }
}
