import { expect, it } from 'vitest';
import { ratio } from '#domain/units';
import { createForms, Forms, personaSchema, type Form } from '#pipeline';

type Slots = readonly Readonly<Record<string, unknown>>[];
type SlotType = Form['slots'][number]['type'];
type State = NonNullable<ReturnType<Forms['start']>['state']>;

/** Wednesday, 18 November 2026, 10:20. */
export const NOW = { year: 2026, month: 11, day: 18, hour: 10, minute: 20, weekday: 3 };
/** A Sunday, at nine in the morning. */
const SUNDAY = { year: 2026, month: 3, day: 1, hour: 9, minute: 0, weekday: 0 };

function formsOf(slots: Slots): readonly Form[] {
  return createForms(personaSchema.parse({
    name: 'bot', mode: 'knowledge', greeting: 'Hello.',
    forms: [{ id: 'form', asked: ['begin'], slots, complete: 'note' }], actions: [{ name: 'note', kind: 'take-message', text: 'noted' }],
  }));
}

/** A slot's type as the form of a persona has it. */
export function slotOf(spec: Readonly<Record<string, unknown>>): SlotType {
  const type = formsOf([{ name: 'slot', prompt: 'What?', ...spec }])[0]?.slots[0]?.type;
  if (type === undefined) throw new Error('a form without a slot');
  return type;
}

const SLOTS: Slots = [
  { name: 'place', type: 'choice', choices: ['Mountain View', 'Library'], prompt: 'Which room would you like?' },
  { name: 'date', type: 'date', from: 'today', prompt: 'For which day?' },
  { name: 'time', type: 'time', hours: { from: '08:00', to: '20:00' }, date: 'date', prompt: 'At what time?' },
  { name: 'duration', type: 'duration', maxMinutes: 480, prompt: 'For how long?' },
  { name: 'people', type: 'count', max: 20, prompt: 'For how many people?' },
];

/** A caller who books a room, sentence by sentence. */
export class Caller {
  readonly #forms: Forms;
  state: State | undefined;

  constructor() {
    const [form] = formsOf(SLOTS);
    if (form === undefined) throw new Error('no form');
    this.#forms = new Forms([form], () => SUNDAY);
    this.state = this.#forms.start(form, 'begin').state;
  }

  /** What the bot answers to the last sentence. */
  says(...sentences: readonly string[]): string {
    let answer = '';
    for (const text of sentences) {
      if (this.state === undefined) return '';
      const reply = this.#forms.said(this.state, { text, confidence: ratio(1), keys: false }, true, 'answer') ?? this.#forms.missed(this.state);
      this.state = reply?.state;
      answer = reply?.texts.join(' ') ?? '';
    }
    return answer;
  }

  get values(): unknown {
    return this.state?.values;
  }
}

/** What a wording shall be read as: a value, `which(...)`, `wrong(code)` or `nothing`. */
export type Expected = { readonly is: 'value'; readonly value: unknown } | { readonly is: 'which'; readonly values: readonly unknown[] } | { readonly is: 'wrong'; readonly code: string } | { readonly is: 'nothing' };

export const nothing: Expected = { is: 'nothing' };
export const which = (...values: readonly unknown[]): Expected => ({ is: 'which', values });
export const wrong = (code: string): Expected => ({ is: 'wrong', code });

/** One test for each wording. */
export function readingTable(spec: Readonly<Record<string, unknown>>, { asked }: { asked: boolean }, rows: readonly (readonly [utterance: string, expected: unknown])[]): void {
  const type = slotOf(spec);
  it.each(rows.map(([utterance, expected]) => [utterance, isExpected(expected) ? expected : { is: 'value', value: expected }] as const))(`${asked ? 'asked' : 'unasked'}: "%s" is %o`, (utterance, expected) => {
    const reading = type.read(utterance, { now: NOW, asked, known: {} });
    const said = reading.kind === 'value' ? { is: 'value', value: reading.value } : reading.kind === 'ambiguous' ? { is: 'which', values: reading.values }
      : reading.kind === 'invalid' ? { is: 'wrong', code: reading.code } : { is: 'nothing' };
    expect(said).toEqual(expected);
  });
}

/** What a form takes of an answer without a question of its own; undefined: it asks. */
export function takenOf(spec: Readonly<Record<string, unknown>>, utterance: string): unknown {
  const reading = slotOf(spec).read(utterance, { now: NOW, asked: true, known: {} });
  return reading.kind === 'value' && reading.confidence >= DOUBTFUL ? reading.value : undefined;
}

function isExpected(expected: unknown): expected is Expected {
  return typeof expected === 'object' && expected !== null && 'is' in expected;
}

/** As in pipeline/dialogue/forms/draft.ts; "is asked about, and the others are kept" holds that a form does so. */
const DOUBTFUL = 0.55;
