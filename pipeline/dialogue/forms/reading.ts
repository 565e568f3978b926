import type { CivilTime, SlotReading, Span } from '../slots/slot-type.ts';
import { wordsOf } from '../../text/words.ts';
import type { Form, FormSlot, Values } from './form.ts';

/** What an utterance says about one slot. */
export interface Found {
  readonly slot: FormSlot;
  readonly reading: Exclude<SlotReading, { kind: 'none' }>;
  /** The words that it was read from. */
  readonly heard: string;
  /** It counts only because the slot was asked for. */
  readonly bare: boolean;
}

export interface ReadingContext {
  readonly now: CivilTime;
  /** The slot that the bot has just asked for. */
  readonly asked: FormSlot | undefined;
  readonly values: Values;
  /** The slot given last: what a bare correction ("no, three") is about. */
  readonly last: FormSlot | undefined;
  readonly corrects: boolean;
}

/**
 * Every slot that an utterance fills. First what is beyond doubt, the slot that was asked for before the others, then what
 * only makes sense as the answer; words that one slot has taken are gone for the next.
 */
export function readUtterance(form: Form, text: string, context: ReadingContext): readonly Found[] {
  const { asked, last, values } = context;
  if (asked !== undefined && takesEverything(asked)) return new Reader(text, context).take(asked, true);
  const reader = new Reader(text, context);
  const others = form.slots.filter((slot) => slot !== asked && slot.type.type !== 'yes-no').toSorted((a, b) => rank(a) - rank(b));
  if (asked !== undefined && GREEDY.has(asked.type.type) && !context.corrects) reader.take(asked, true);
  if (asked !== undefined) reader.take(asked, false);
  for (const slot of others) if (values[slot.name] === undefined) reader.take(slot, false);
  for (const slot of others) if (values[slot.name] !== undefined) reader.take(slot, false);
  if (reader.found.length === 0 && context.corrects && last !== undefined && last !== asked) reader.take(last, true);
  if (asked !== undefined && (reader.found.length === 0 || !context.corrects)) reader.take(asked, true);
  return reader.found;
}

/** The one slot for which an utterance makes sense as an answer; undefined if none does, or several do. */
export function readAsAny(form: Form, text: string, context: ReadingContext): readonly Found[] {
  const found = form.slots.filter((slot) => !takesAnything(slot)).flatMap((slot) => new Reader(text, context).take(slot, true).filter(({ reading }) => reading.kind === 'value'));
  return found.length === 1 ? found : [];
}

/** The slot that is called by its name: "the time is wrong", "change the date". */
export function slotNamed(form: Form, text: string): FormSlot | undefined {
  const said = ` ${wordsOf(text).join(' ')} `;
  const named = form.slots.filter(({ name, declaration }) => {
    const names = [declaration.label, name, ...(NAMES[declaration.spec.type] ?? [])].map((each) => wordsOf(each).filter((word) => word !== 'the' && word !== 'your').join(' '));
    return names.some((each) => each !== '' && said.includes(` ${each} `));
  });
  return named.length === 1 ? named[0] : undefined;
}

/** Free text: whatever is said is its value. */
export function takesEverything(slot: FormSlot): boolean {
  return slot.declaration.spec.type === 'text';
}

function takesAnything(slot: FormSlot): boolean {
  return takesEverything(slot) || slot.declaration.spec.type === 'name';
}

class Reader {
  readonly found: Found[] = [];
  readonly #context: ReadingContext;
  readonly #known: Record<string, Values[string]>;
  #text: string;

  constructor(text: string, context: ReadingContext) {
    this.#text = text;
    this.#context = context;
    this.#known = { ...context.values };
  }

  take(slot: FormSlot, asked: boolean): readonly Found[] {
    if (this.found.some((each) => each.slot === slot)) return this.found;
    const reading = slot.type.read(this.#text, { now: this.#context.now, asked, known: this.#known });
    if (reading.kind === 'none') return this.found;
    const [from, to] = bounded(reading.span, this.#text.length);
    this.found.push({ slot, reading, heard: this.#text.slice(from, to), bare: asked });
    if (reading.kind === 'value') this.#known[slot.name] = reading.value;
    // Words on the two sides of what was read must not join.
    if (to > from) this.#text = `${this.#text.slice(0, from)}|${' '.repeat(to - from - 1)}${this.#text.slice(to)}`;
    return this.found;
  }
}

function bounded([from, to]: Span, length: number): Span {
  const start = Math.min(Math.max(0, from), length);
  return [start, Math.min(Math.max(start, to), length)];
}

function rank({ type }: FormSlot): number {
  const place = SPECIFICITY.indexOf(type.type);
  return place < 0 ? SPECIFICITY.length : place;
}

/** Where they were asked for they take their words before others do. */
const GREEDY: ReadonlySet<string> = new Set(['name', 'email', 'phone', 'digits', 'choice']);
/** Dates before times, which are read with the date they belong to; the loosest words last. */
const SPECIFICITY: readonly string[] = ['email', 'phone', 'digits', 'choice', 'date', 'money', 'duration', 'time', 'count', 'number', 'name', 'text'];
/** How callers call a slot of a type, besides its own name. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  date: ['date', 'day'],
  time: ['time', 'hour'],
  duration: ['duration', 'length', 'how long'],
  count: ['people', 'number of people', 'persons'],
  phone: ['phone number', 'telephone number', 'number', 'phone', 'telephone'],
  name: ['name'],
  email: ['email', 'e mail', 'mail address', 'email address'],
  money: ['amount', 'price'],
};
