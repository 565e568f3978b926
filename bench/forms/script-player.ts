import { unreachable } from '#domain/assert';
import type { Question } from './question.ts';
import type { CallerScript, ScriptStep } from './script.ts';

export type PlayerAction =
  | { readonly kind: 'say'; readonly step: ScriptStep; readonly why: 'script' | 'again' | 'answer' | 'repair' }
  /** The bot is at work. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'hang-up'; readonly why: string };

/** What a caller needs to know about the slots, from the persona. */
export interface SlotWords {
  /** As the bot says a value of that slot; undefined where it cannot. */
  botSays(slot: string, value: string | number | boolean): string | undefined;
  /** As the caller says it, plainly. */
  callerSays(slot: string, value: string | number | boolean): string;
  /** Whether the slot is part of the read-back. */
  isReadBack(slot: string): boolean;
}

/** Core: a caller who knows what to say to which question, listens to the read-back, and gives up when it leads nowhere. */
export class ScriptPlayer {
  readonly #script: CallerScript;
  readonly #words: SlotWords;
  readonly #unused: ScriptStep[];
  readonly #saidTo = new Map<string, ScriptStep>();
  readonly #asked = new Map<string, number>();
  #turns = 0;
  #repairs = 0;

  constructor(script: CallerScript, words: SlotWords) {
    this.#script = script;
    this.#words = words;
    this.#unused = [...script.steps];
  }

  /** What the caller has said or pressed so far. */
  get turns(): number {
    return this.#turns;
  }
  /** Read-backs that were wrong without the script's doing. */
  get repairs(): number {
    return this.#repairs;
  }

  next(question: Question): PlayerAction {
    if (question.kind === 'acting') return { kind: 'wait' };
    if (question.kind === 'over') return { kind: 'hang-up', why: question.outcome };
    const key = keyOf(question);
    const times = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, times);
    if (times > MAX_TIMES_ASKED) return { kind: 'hang-up', why: `asked ${key} ${times} times` };
    if (this.#turns >= MAX_TURNS) return { kind: 'hang-up', why: `${MAX_TURNS} turns` };
    this.#turns++;
    return this.#answer(question, key);
  }

  #answer(question: Exclude<Question, { kind: 'acting' | 'over' }>, key: string): PlayerAction {
    switch (question.kind) {
      case 'none':
        return this.#scripted('start') ?? this.#again(key) ?? line('Hello?', 'again');
      case 'slot':
        return (
          this.#scripted(question.slot) ??
          this.#plainly(question.slot, 'answer') ??
          this.#again(question.slot) ??
          line('I do not know.', 'answer')
        );
      case 'which':
        return (
          this.#scripted('which') ??
          this.#plainly(question.slot, 'answer') ??
          this.#again(question.slot) ??
          line('The first one.', 'answer')
        );
      case 'did-you-say':
        return this.#confirmed(question.slot, question.text);
      case 'read-back':
        return this.#readBack(question.text);
      case 'change':
        return this.#repair() ?? line('Nothing.', 'answer');
      case 'message':
        return line('No.', 'answer');
      default:
        return unreachable(question);
    }
  }

  /** The first step that is left and meant for this question, or for whatever comes. */
  #scripted(key: string): PlayerAction | undefined {
    const at = this.#unused.findIndex(({ asked }) => asked === key || asked === undefined);
    const step = this.#unused[at];
    if (step === undefined) return undefined;
    this.#unused.splice(at, 1);
    this.#saidTo.set(key, step);
    return { kind: 'say', step, why: 'script' };
  }

  #again(key: string): PlayerAction | undefined {
    const step = this.#saidTo.get(key === 'none' ? 'start' : key);
    return step === undefined ? undefined : { kind: 'say', step: { ...step, mumbled: false }, why: 'again' };
  }

  #plainly(slot: string, why: 'answer' | 'repair', before = ''): PlayerAction | undefined {
    const value = this.#script.expected[slot];
    return value === undefined ? undefined : line(`${before}${this.#words.callerSays(slot, value)}.`, why);
  }

  #confirmed(slot: string, text: string): PlayerAction {
    const value = this.#script.expected[slot];
    const isRight = value === undefined || this.#isSaid(slot, value, text);
    return line(isRight ? 'Yes.' : 'No.', isRight ? 'answer' : 'repair');
  }

  #wrong: readonly string[] = [];

  #readBack(text: string): PlayerAction {
    this.#wrong = Object.entries(this.#script.expected)
      .filter(([slot, value]) => this.#words.isReadBack(slot) && !this.#isSaid(slot, value, text))
      .map(([slot]) => slot);
    const [first] = this.#wrong;
    if (first === undefined) return this.#scripted('read-back') ?? line("Yes, that's right.", 'answer');
    const planned = this.#unused.findIndex(({ asked }) => asked === 'wrong');
    if (planned >= 0) return { kind: 'say', step: this.#unused.splice(planned, 1)[0] as ScriptStep, why: 'script' };
    return this.#repair() ?? line('No.', 'repair');
  }

  #repair(): PlayerAction | undefined {
    const [first] = this.#wrong;
    this.#repairs++;
    return first === undefined ? undefined : this.#plainly(first, 'repair', 'No, ');
  }

  #isSaid(slot: string, value: string | number | boolean, text: string): boolean {
    const said = this.#words.botSays(slot, value);
    return said === undefined || words(text).includes(words(said));
  }
}

function line(say: string, why: Extract<PlayerAction, { kind: 'say' }>['why']): PlayerAction {
  return { kind: 'say', step: { say }, why };
}

function keyOf(question: Exclude<Question, { kind: 'acting' | 'over' }>): string {
  return 'slot' in question ? `${question.kind} ${question.slot}` : question.kind;
}

function words(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()} `;
}

/** A person hangs up by then; enough for each slot twice and a few corrections. */
const MAX_TURNS = 24;
const MAX_TIMES_ASKED = 5;
