import { ratio } from '#domain/units';
import type { CivilTime, SlotReading, Span } from '../slots/slot-type.ts';
import { wordsOf } from '../../text/words.ts';
import { takenBack } from './commands.ts';
import type { Form, FormSlot, Values } from './form.ts';
import type { Language } from '../../language/language.ts';

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
  readonly language: Language;
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
 * only makes sense as the answer; words that one slot has taken are gone for the next. Of "two, no, three people" the
 * latter counts.
 */
export function readUtterance(form: Form, text: string, context: ReadingContext): readonly Found[] {
  const { asked } = context;
  if (asked !== undefined && takesEverything(asked)) return new Reader(text, context, form.slots).take(asked, true);
  const corrected = takenBack(text, context.language);
  const meant = corrected === undefined ? [] : readPlainly(form, corrected.meant, { ...context, corrects: false });
  if (corrected === undefined || meant.length === 0 || meant.some(({ reading }) => reading.kind === 'invalid'))
    return readPlainly(form, text, context);
  const before = readPlainly(form, corrected.before, context).filter(({ slot }) => meant.every((each) => each.slot !== slot));
  const meantFrom = text.length - corrected.meant.length;
  return [
    ...before,
    ...meant.map((each) => ({
      ...each,
      reading: { ...each.reading, span: [each.reading.span[0] + meantFrom, each.reading.span[1] + meantFrom] as const },
    })),
  ];
}

function readPlainly(form: Form, text: string, context: ReadingContext): readonly Found[] {
  const { asked, last, values } = context;
  const reader = new Reader(text, context, form.slots);
  const others = form.slots.filter((slot) => slot !== asked && slot.type.type !== 'yes-no').toSorted((a, b) => rank(a) - rank(b));
  if (asked !== undefined && GREEDY.has(asked.type.type) && !context.corrects) reader.take(asked, true);
  if (asked !== undefined) reader.take(asked, false);
  if (asked !== undefined) reader.takeUntil(asked, form);
  for (const slot of others) if (values[slot.name] === undefined) reader.take(slot, false);
  for (const slot of others) if (values[slot.name] !== undefined) reader.take(slot, false);
  if (reader.found.length === 0 && context.corrects && last !== undefined && last !== asked) reader.take(last, true);
  if (asked !== undefined && (reader.found.length === 0 || (!context.corrects && reader.hasMore))) reader.take(asked, true);
  return reader.found;
}

/** The one slot for which an utterance makes sense as an answer; undefined if none does, or several do. */
export function readAsAny(form: Form, text: string, context: ReadingContext): readonly Found[] {
  const found = form.slots
    .filter((slot) => !takesAnything(slot))
    .flatMap((slot) => new Reader(text, context, form.slots).take(slot, true).filter(({ reading }) => reading.kind === 'value'));
  return found.length === 1 ? found : [];
}

/** The slot that is called by its name: "the time is wrong", "change the date". */
export function slotNamed(form: Form, text: string): FormSlot | undefined {
  const { hears } = form.language.forms;
  const said = ` ${wordsOf(text).join(' ')} `;
  const named = form.slots.filter((slot) => {
    const names = namesOf(slot, form.language).map((each) =>
      wordsOf(each)
        .filter((word) => !hears.articles.has(word))
        .join(' '),
    );
    return names.some((each) => each !== '' && said.includes(` ${each} `));
  });
  return named.length === 1 ? named[0] : undefined;
}

/** "What rooms do you have?", "which times are possible?": asks for what may be answered to the slot that is asked for. */
export function asksForChoices(slot: FormSlot, text: string, language: Language): boolean {
  const asked = language.forms.hears.choicesAskedFor(wordsOf(text));
  return asked !== undefined && namesOf(slot, language).some((name) => asked.includes(name));
}

/** Free text: whatever is said is its value. */
export function takesEverything(slot: FormSlot): boolean {
  return slot.declaration.spec.type === 'text';
}

function takesAnything(slot: FormSlot): boolean {
  return takesEverything(slot) || slot.declaration.spec.type === 'name';
}

/** What a slot may be called by callers. */
function namesOf({ name, declaration }: FormSlot, { forms: { hears } }: Language): readonly string[] {
  return [declaration.label, name, ...(hears.slotNames[declaration.spec.type] ?? [])];
}

class Reader {
  readonly found: Found[] = [];
  readonly #context: ReadingContext;
  readonly #known: Record<string, Values[string]>;
  readonly #slots: readonly FormSlot[];
  #text: string;

  constructor(text: string, context: ReadingContext, slots: readonly FormSlot[]) {
    this.#text = text;
    this.#slots = slots;
    this.#context = context;
    this.#known = { ...context.values };
  }

  /** Whether words are left that say something: the "for" of "for two hours" is no "four". */
  get hasMore(): boolean {
    return wordsOf(this.#text).some((word) => !this.#context.language.forms.hears.little.has(word));
  }

  /** "Until eleven" is how long, where it is known when it begins. */
  takeUntil(slot: FormSlot, form: Form): void {
    const time = form.slots.find(({ name, type }) => type.type === 'time' && this.#known[name] !== undefined);
    const until = this.#context.language.forms.hears.findUntil(this.#text);
    const begins = time === undefined ? undefined : this.#known[time.name];
    if (slot.type.type !== 'duration' || time === undefined || typeof begins !== 'string' || until === undefined) return;
    const reading = time.type.read(until.moment, { now: this.#context.now, asked: true, known: this.#known });
    const ends = reading.kind === 'value' ? [reading.value] : reading.kind === 'ambiguous' ? reading.values : [];
    const minutes = ends.map((end) => minutesOf(String(end)) - minutesOf(begins)).find((each) => slot.type.accepts(each));
    if (minutes === undefined) return;
    const span = [until.from, this.#text.length] as const;
    this.found.push({
      slot,
      reading: { kind: 'value', value: minutes, span, confidence: ratio(1) },
      heard: this.#text.slice(until.from),
      bare: false,
    });
    this.#text = this.#text.slice(0, until.from);
  }

  take(slot: FormSlot, asked: boolean): readonly Found[] {
    if (this.found.some((each) => each.slot === slot)) return this.found;
    const shared = this.#slots.some((other) => other !== slot && other.type.type === slot.type.type);
    const reading = slot.type.read(this.#text, { now: this.#context.now, asked, known: this.#known, shared });
    if (reading.kind === 'none') return this.found;
    const span = bounded(reading.span, this.#text.length);
    const [from, to] = span;
    // Words that were taken leave a mark, and a slot may read across it.
    if (this.found.some((each) => from < each.reading.span[1] && each.reading.span[0] < to)) return this.found;
    this.found.push({ slot, reading: { ...reading, span }, heard: this.#text.slice(from, to), bare: asked });
    if (reading.kind === 'value') this.#known[slot.name] = reading.value;
    // Words on the two sides of what was read must not join.
    if (to > from)
      this.#text = `${this.#text.slice(0, from)}|${this.#leftOf(slot, this.#text.slice(from, to)).slice(1)}${this.#text.slice(to)}`;
    return this.found;
  }

  /** Blanks in place of words that a slot has taken. The "evening" of "tomorrow evening" is for the time as well. */
  #leftOf(slot: FormSlot, words: string): string {
    const { partsOfDay } = this.#context.language.forms.hears;
    const kept = slot.type.type === 'date' ? [...words.matchAll(partsOfDay)] : [];
    return kept.reduce(
      (text, { 0: word, index }) => text.slice(0, index) + word + text.slice(index + word.length),
      ' '.repeat(words.length),
    );
  }
}

/** Since midnight; times are written `14:30`. */
function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
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
const SPECIFICITY: readonly string[] = [
  'email',
  'phone',
  'digits',
  'choice',
  'date',
  'money',
  'duration',
  'time',
  'count',
  'number',
  'name',
  'text',
];
