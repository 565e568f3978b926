import { ratio, type Ratio } from '#domain/units';
import { addDays, isoDate, parseIsoDate } from '../slots/calendar.ts';
import type { CivilTime, SlotValue } from '../slots/slot-type.ts';
import { same, violated } from './constraints.ts';
import { slotOf, withDefaults, type Form, type FormSlot } from './form.ts';
import type { FormOutcome, FormOutput, FormRun, FormState, FormStep, Question } from './form-state.ts';
import type { Found } from './reading.ts';
import { givesUpText, invalidText, questionText, readBackText } from './wording.ts';

/** One step of a form in the making: collects what is said, and the state that follows. Lives for one call of `formStep`. */
export class Draft {
  readonly form: Form;
  readonly now: CivilTime;
  #state: FormState;
  readonly #outputs: FormOutput[] = [];
  /** Values that were changed, as they are said; a read-back says them anyway. */
  #changed: readonly string[] = [];

  constructor(form: Form, state: FormState, now: CivilTime) {
    this.form = form;
    this.now = now;
    this.#state = state;
  }

  get state(): FormState {
    return this.#state;
  }

  /** The slot that the open question is about. */
  get asked(): FormSlot | undefined {
    const { question } = this.#state;
    return 'slot' in question ? slotOf(this.form, question.slot) : undefined;
  }

  /** The slot given last. */
  get last(): FormSlot | undefined {
    return slotOf(this.form, this.#state.given.at(-1));
  }

  get missing(): readonly FormSlot[] {
    const all = withDefaults(this.form, this.#state.values);
    return this.form.slots.filter(({ name, declaration }) => all[name] === undefined && !declaration.optional);
  }

  say(...texts: readonly string[]): void {
    for (const text of texts) if (text !== '') this.#outputs.push({ kind: 'say', text });
  }

  set(slot: FormSlot, value: SlotValue): void {
    const { values, given, skipped } = this.#state;
    this.#change({
      values: { ...values, [slot.name]: value },
      given: [...given.filter((name) => name !== slot.name), slot.name],
      skipped: skipped.filter((name) => name !== slot.name),
    });
  }

  clear(name: string): void {
    const { [name]: _, ...values } = this.#state.values;
    this.#change({ values, given: this.#state.given.filter((each) => each !== name) });
  }

  clearAll(): void {
    this.#change({ values: {}, given: [], skipped: [] });
  }

  skip(slot: FormSlot): void {
    this.#change({ skipped: [...this.#state.skipped, slot.name] });
  }

  refused(): void {
    this.#change({ refusals: this.#state.refusals + 1 });
  }

  /** Asks something new. */
  ask(question: Question): FormStep {
    this.#change({ question, misses: 0 });
    if (this.#changed.length > 0 && question.kind !== 'read-back') this.say(this.form.language.forms.says.okay(this.#changed));
    this.#changed = [];
    return this.askAgain();
  }

  /** The open question once more. */
  askAgain(): FormStep {
    this.say(questionText(this.form, this.#state, this.now));
    return this.step();
  }

  /** What has to be asked next; at the end the read-back. */
  askNext(): FormStep {
    const { values, skipped } = this.#state;
    const all = withDefaults(this.form, values);
    const open = this.form.slots.find(({ name }) => all[name] === undefined && !skipped.includes(name));
    if (open !== undefined) return this.ask({ kind: 'slot', slot: open.name });
    return this.ask({ kind: 'read-back', text: readBackText(this.form, values, this.now) });
  }

  /** The try failed: `why` is said, then the question in words that get plainer, then the keypad or a message is offered. */
  missed(why: string): FormStep {
    const misses = this.#state.misses + 1;
    if (misses > MAX_MISSES) return this.end('gave-up', 'take-message', givesUpText(this.form));
    this.#change({ misses });
    const { question } = this.#state;
    if (misses === MAX_MISSES && question.kind === 'slot' && this.asked?.type.takesKeys !== true) {
      this.#change({ question: { kind: 'message', slot: question.slot } });
      this.say(this.form.language.forms.says.offerMessage);
      return this.step();
    }
    this.say(why);
    return this.askAgain();
  }

  /** Asks for a slot as after `misses` failed tries. */
  askAfter(slot: string, misses: number, why: string): FormStep {
    this.#change({ question: { kind: 'slot', slot }, misses });
    return this.missed(why);
  }

  /** Takes what can be taken; what cannot becomes the next question. Undefined: all was taken. */
  take(found: readonly Found[]): FormStep | undefined {
    let trouble: (() => FormStep) | undefined;
    const changed: string[] = [];
    let moved = false;
    for (const { slot, reading, heard } of found) {
      if (reading.kind === 'value') {
        const broken = violated(slot, reading.value, withDefaults(this.form, this.#state.values));
        if (broken !== undefined) {
          trouble ??= () => this.#insist(slot, broken);
          continue;
        }
        if (this.#isGuess(slot, reading.value, reading.confidence)) {
          trouble ??= () => this.ask({ kind: 'did-you-say', slot: slot.name, value: reading.value });
          continue;
        }
        const before = this.#state.values[slot.name];
        this.set(slot, reading.value);
        if (before !== undefined && !same(before, reading.value) && !slot.declaration.secret)
          changed.push(slot.type.say(reading.value, { now: this.now }));
      } else if (reading.kind === 'ambiguous') {
        // Asking which would say the secret.
        trouble ??= () =>
          slot.declaration.secret
            ? this.#insist(slot, this.form.language.forms.says.sorry)
            : this.ask({ kind: 'which', slot: slot.name, values: reading.values, heard });
      } else if (reading.code === 'past' && this.#movesOn(slot, heard)) {
        moved = true;
      } else {
        trouble ??= () => this.#insist(slot, invalidText(this.form, slot, reading.code));
      }
    }
    trouble ??= this.#unfit(moved ? [] : found);
    this.#changed = changed;
    return trouble?.();
  }

  run(run: FormRun): FormStep {
    this.#change({ question: { kind: 'acting' }, misses: 0 });
    this.#outputs.push({ kind: 'run', run });
    return this.step();
  }

  end(outcome: FormOutcome, followUp: 'go-on' | 'take-message' | 'hang-up', ...texts: readonly string[]): FormStep {
    this.say(...texts);
    this.#outputs.push({ kind: 'ended', outcome, followUp });
    return { state: undefined, outputs: this.#outputs };
  }

  step(): FormStep {
    return { state: this.#state, outputs: this.#outputs };
  }

  /** A value that what was said since does not allow any more: a time that is over once the date is today. */
  #unfit(found: readonly Found[]): (() => FormStep) | undefined {
    if (found.length === 0) return undefined;
    const known = withDefaults(this.form, this.#state.values);
    for (const slot of this.form.slots) {
      const value = this.#state.values[slot.name];
      const code = value === undefined ? undefined : slot.type.fault(value, { now: this.now, known });
      if (code === undefined || value === undefined) continue;
      if (code === 'past' && typeof value === 'string' && this.#movesOn(slot, value)) continue;
      return () => this.#insist(slot, invalidText(this.form, slot, code));
    }
    return undefined;
  }

  /** A time of today that is over is meant for tomorrow, where the form wants it so; says that it was understood that way. */
  #movesOn(slot: FormSlot, heard: string): boolean {
    const { spec, past, invalid } = slot.declaration;
    const date = spec.type === 'time' && past === 'next-day' ? slotOf(this.form, spec.date) : undefined;
    const day = date === undefined ? undefined : parseIsoDate(this.#state.values[date.name]);
    if (date === undefined || day === undefined) return false;
    const next = isoDate(addDays(day, 1));
    const known = { ...withDefaults(this.form, this.#state.values), [date.name]: next };
    const reading = slot.type.accepts(heard)
      ? ({ kind: 'value', value: heard } as const)
      : slot.type.read(heard, { now: this.now, asked: true, known });
    if (reading.kind !== 'value' || date.type.fault(next, { now: this.now, known }) !== undefined) return false;
    this.set(date, next);
    this.set(slot, reading.value);
    this.say(invalid['past'] ?? this.form.language.forms.says.nextDay);
    return true;
  }

  /** A value that cannot be: says why, and asks for the slot again. It counts as a failed try where the slot was asked for. */
  #insist(slot: FormSlot, why: string): FormStep {
    const { question, misses } = this.#state;
    const wasAsked = question.kind === 'slot' && question.slot === slot.name;
    this.clear(slot.name);
    this.#change({ question: { kind: 'slot', slot: slot.name } });
    if (wasAsked) {
      this.#change({ misses });
      return this.missed(why);
    }
    this.say(why);
    return this.ask({ kind: 'slot', slot: slot.name });
  }

  /** A guess is asked about, whatever else was said with it; said again it counts. What is secret is not repeated. */
  #isGuess(slot: FormSlot, value: SlotValue, confidence: number): boolean {
    const { question } = this.#state;
    const again = question.kind === 'did-you-say' && question.slot === slot.name && same(question.value, value);
    return confidence < DOUBTFUL && !again && !slot.declaration.secret;
  }

  #change(change: Partial<FormState>): void {
    this.#state = { ...this.#state, ...change };
  }
}

/** Below it a value is asked about. A guess: Whisper gives clean short answers 0.7 and more. */
export const DOUBTFUL: Ratio = ratio(0.55);
/** So often a question is put; after that the form gives up. */
const MAX_MISSES = 3;
