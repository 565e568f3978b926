import { unreachable } from '#domain/assert';
import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { MASKED_DIGIT } from '../dialogue/actions/declared-action.ts';
import { goesToo } from '../turn/interruption.ts';
import { refusesTurn } from '../turn/turn-start.ts';
import type { CallCourse } from './call-course.ts';
import type { Interrupting } from './interrupting.ts';
import type { CallerTurn, Listening, ListeningOutput, ListeningSignal } from './listening.ts';
import { PressedDigits } from './pressed-digits.ts';
import type { SilentCaller } from './silent-caller.ts';
import type { SpeakingContext, SpeakingOutput } from './speaking-messages.ts';
import type { Speaking } from './speaking.ts';
import { typedLine, wordlessTurn } from './wordless-turn.ts';

export interface CallerTurnsParts {
  readonly context: SpeakingContext;
  readonly listening: Listening;
  readonly speaking: Speaking;
  readonly silence: SilentCaller;
  readonly course: CallCourse;
  readonly interrupting: Interrupting;
  readonly hear: (nowMs: Ms, outputs: readonly ListeningOutput[]) => void;
  readonly speak: (nowMs: Ms, outputs: readonly SpeakingOutput[]) => void;
  readonly emit: (event: CallEventBody) => void;
  readonly endLeg: (reason: EndReason) => void;
  /** There is a place for what could not be told before. */
  readonly tellUntold: (nowMs: Ms) => void;
}

type Media<Kind extends LegMediaEvent['kind']> = Extract<LegMediaEvent, { kind: Kind }>;
type Signal<Kind extends ListeningSignal['kind']> = Extract<ListeningSignal, { kind: Kind }>;

/** Core: what the caller's turns lead to, spoken, pressed or typed, and what leads to nothing. */
export class CallerTurns {
  readonly #parts: CallerTurnsParts;
  readonly #digits: PressedDigits;
  /** Times that the caller was told so, since there were words. */
  #wordlessInRow = 0;

  constructor(parts: CallerTurnsParts) {
    this.#parts = parts;
    this.#digits = new PressedDigits(parts.context.options.dtmfPauseMs);
  }

  get wakeAtMs(): Ms | undefined {
    return this.#digits.wakeAtMs;
  }

  signalled(nowMs: Ms, signal: ListeningSignal): void {
    const { speaking, interrupting, speak } = this.#parts;
    switch (signal.kind) {
      case 'caller-began':
        return speak(nowMs, speaking.dropSpeculation('speech resumed'));
      case 'candidate':
        return speak(nowMs, speaking.speculate(nowMs, signal.text, signal.isFinal, signal.confidence));
      case 'words':
        return interrupting.words(nowMs, signal);
      case 'turn-ended':
        return this.#ended(nowMs, signal.turn);
      case 'nothing':
        return this.#nothing(nowMs, 'nothing');
      case 'wordless':
        return this.#wordless(nowMs, signal);
      case 'unheard':
        return this.#unheard(nowMs, signal);
      default:
        unreachable(signal);
    }
  }

  pressed(nowMs: Ms, { digit, atMs }: Media<'dtmf'>): void {
    const { speaking, emit } = this.#parts;
    emit({ kind: 'dtmf', digit: speaking.memory.dialogue.asksSecret ? MASKED_DIGIT : digit });
    if (!this.#isAnswered) return;
    this.#withoutVoice(nowMs, 'dtmf');
    this.#dialled(nowMs, this.#digits.press(atMs, digit));
  }

  /** The caller's whole turn at once; what they were saying aloud at that moment is let go. */
  typed(nowMs: Ms, { text, atMs }: Media<'caller-text'>): void {
    if (!this.#isAnswered) return;
    const line = typedLine(text);
    if (line === '') return this.#parts.emit({ kind: 'dropped', queue: 'typed-text', count: 1 });
    this.#digits.drop();
    this.#withoutVoice(nowMs, 'typed');
    this.#ended(nowMs, wordlessTurn(nowMs, atMs, line, 'typed'));
  }

  /** Something has failed that the caller waited for. */
  apologise(nowMs: Ms, failure: string, anchorMs?: Ms): void {
    const { context, speaking, speak } = this.#parts;
    if (speaking.turn !== undefined) return;
    const anchor = anchorMs === undefined ? {} : { anchorMs };
    speak(nowMs, speaking.say(nowMs, [context.persona.fault], { source: 'fault', failure, ...anchor }));
  }

  wake(nowMs: Ms): void {
    this.#dialled(nowMs, this.#digits.wake(nowMs));
  }

  #dialled(nowMs: Ms, digits: string | undefined): void {
    if (digits !== undefined) this.#ended(nowMs, wordlessTurn(nowMs, this.#digits.lastAtMs, digits, 'digits'));
  }

  /** The caller has taken the turn by hand: nobody can have meant that by mistake, so the bot stops at once. */
  #withoutVoice(nowMs: Ms, why: 'dtmf' | 'typed'): void {
    const { silence, listening, interrupting, hear } = this.#parts;
    silence.callerSpoke();
    hear(nowMs, listening.discard());
    interrupting.byHand(nowMs, why);
  }

  #ended(nowMs: Ms, caller: CallerTurn): void {
    const { context, listening, speaking, silence, course, speak, endLeg } = this.#parts;
    const { memory } = speaking;
    const awaitsAnswer = (speaking.turn?.callerText ?? '') !== '';
    const refused = refusesTurn(caller.utterance, {
      asked: memory.dialogue.asked,
      botText: memory.echoable(speaking.turn),
      echo: context.options.bargeIn,
      turns: listening.turns,
      awaitsAnswer,
    });
    if (refused !== undefined) return this.#nothing(nowMs, refused);
    if (course.parting !== undefined && goesToo(caller.text, listening.turns)) return endLeg(course.parting);
    course.stay();
    this.#countWordless(0);
    silence.callerSpoke();
    if (speaking.turn !== undefined) speak(nowMs, speaking.abort('interrupted'));
    if (!isUnclear(caller, context.options.turn.minConfidence)) return speak(nowMs, speaking.answer(nowMs, caller));
    const plan = memory.dialogue.planUnclear();
    speak(nowMs, speaking.say(nowMs, plan.texts, { source: 'dialogue', callerText: caller.text, caller, plan }));
  }

  #nothing(nowMs: Ms, why: string): void {
    const { speaking, silence, course, interrupting, speak, endLeg, tellUntold } = this.#parts;
    if (course.parting !== undefined) return endLeg(course.parting);
    speaking.toning.sense.nothing();
    speak(nowMs, speaking.dropSpeculation(why));
    interrupting.nothing(nowMs, why);
    silence.wasNoise(nowMs);
    tellUntold(nowMs);
  }

  /** The caller is told that nothing was understood, twice in a row at most: a line that only sounds like speech is not to be talked to. */
  #wordless(nowMs: Ms, { voicedMs, anchorMs }: Signal<'wordless'>): void {
    const { speaking, course, interrupting, speak, emit } = this.#parts;
    const isFree = course.parting === undefined && !interrupting.isUndecided && speaking.turn === undefined;
    const answered = isFree && this.#wordlessInRow < MAX_WORDLESS_ANSWERS;
    emit({ kind: 'speech-without-words', voicedMs, answered });
    if (!answered) return this.#nothing(nowMs, 'no words');
    this.#countWordless(this.#wordlessInRow + 1);
    speaking.toning.sense.nothing();
    speak(nowMs, speaking.dropSpeculation('no words'));
    const unclear = speaking.memory.dialogue.planUnclear();
    const plan = { ...unclear, detail: { ...unclear.detail, rule: 'no-words' } };
    speak(nowMs, speaking.say(nowMs, plan.texts, { source: 'dialogue', anchorMs, plan }));
  }

  #countWordless(inRow: number): void {
    this.#wordlessInRow = inRow;
    this.#parts.listening.answersWordless = inRow < MAX_WORDLESS_ANSWERS;
  }

  #unheard(nowMs: Ms, { code, anchorMs }: Signal<'unheard'>): void {
    const { speaking, silence, course, interrupting, speak, emit, endLeg } = this.#parts;
    if (course.parting !== undefined) return endLeg(course.parting);
    speak(nowMs, speaking.dropSpeculation(code));
    if (code === 'STT_TIMEOUT') emit({ kind: 'fault', service: 'stt', code });
    if (interrupting.isUndecided) return interrupting.nothing(nowMs, code);
    if (speaking.turn !== undefined) return;
    silence.callerSpoke();
    this.apologise(nowMs, code, anchorMs);
  }

  get #isAnswered(): boolean {
    return this.#parts.course.isTalking && this.#parts.context.persona.mode !== 'echo';
  }
}

/** Words that were heard so badly that nothing can be made of them. */
function isUnclear({ utterance, rule }: CallerTurn, minConfidence: number): boolean {
  return utterance.newText !== '' && utterance.confidence < minConfidence && !utterance.isContinuation && rule !== 'too-long';
}

const MAX_WORDLESS_ANSWERS = 2;
