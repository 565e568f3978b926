import { ratio } from '#domain/units';
import type { ActionResult } from '../../actions/action.ts';
import { actionDeclaration } from '../../actions/declaration.ts';
import { heardMost } from '../active-form.ts';
import { formDeclaration } from '../declaration.ts';
import { english } from '../../../language/english/english.ts';
import { createForm, type Form } from '../form.ts';
import { formStep } from '../form-step.ts';
import type { FormOutput, FormRun, FormState } from '../form-state.ts';

/** A Sunday, at nine in the morning. */
export const NOW = { year: 2026, month: 3, day: 1, hour: 9, minute: 0, weekday: 0 };

export const ROOM = {
  id: 'room',
  asked: ['book a room'],
  intro: 'Gladly.',
  slots: [
    {
      name: 'place',
      type: 'choice',
      choices: ['Mountain View', 'Garden Room', { value: 'Library', also: ['the reading room'] }],
      prompt: 'Which room would you like?',
      again: 'Mountain View, the Garden Room or the Library?',
    },
    {
      name: 'date',
      type: 'date',
      from: 'today',
      prompt: 'For which day?',
      again: 'On what date, please?',
      invalid: { past: 'That day is over.' },
    },
    {
      name: 'time',
      type: 'time',
      hours: { from: '08:00', to: '20:00' },
      date: 'date',
      prompt: 'At what time?',
      again: 'When should it start?',
    },
    { name: 'duration', type: 'duration', maxMinutes: 480, prompt: 'For how long?' },
    {
      name: 'people',
      type: 'count',
      max: 20,
      prompt: 'For how many people?',
      again: 'How many of you will there be?',
      help: 'The rooms hold up to twenty people.',
    },
  ],
  readBack: '{place} on {date} at {time} for {duration}, {people}. Is that right?',
  complete: 'book-room',
  done: 'Done: {place} is yours.',
  refused: { taken: 'That is taken. Nearest free are {offers}.' },
};

export const BOOK = { name: 'book-room', kind: 'take-message', text: '{place}', says: { failed: 'I could not book it.' } };

export const formOf = (form: object = ROOM, action: object = BOOK): Form =>
  createForm(formDeclaration.parse(form), actionDeclaration.parse(action), english);

export interface Heard {
  readonly text: string;
  readonly confidence?: number;
  readonly keys?: boolean;
}

/** A caller and a form, talking. */
export class Talk {
  readonly form: Form;
  readonly runs: FormRun[] = [];
  state: FormState | undefined;
  /** What the bot said last. */
  said = '';
  outputs: readonly FormOutput[] = [];

  constructor(form: Form = formOf(), text = 'book a room') {
    this.form = form;
    this.#take(formStep(form, undefined, { kind: 'start', text }, NOW));
  }

  /** What the caller says, sentence by sentence; what nobody understands is a failed try. Returns the answer to the last. */
  hears(...sentences: readonly (string | Heard)[]): string {
    for (const sentence of sentences) {
      const { text, confidence = 1, keys = false } = typeof sentence === 'string' ? { text: sentence } : sentence;
      if (this.state === undefined) return '';
      const heardReadBack = this.state.question.kind === 'read-back' && heardMost(this.state.question.text, this.said);
      const step = formStep(this.form, this.state, { kind: 'said', text, confidence: ratio(confidence), keys, heardReadBack }, NOW);
      this.#take(
        step.outputs.some(({ kind }) => kind === 'not-understood') ? formStep(this.form, this.state, { kind: 'missed' }, NOW) : step,
      );
    }
    return this.said;
  }

  results(result: ActionResult): string {
    this.#take(formStep(this.form, this.state, { kind: 'result', result }, NOW));
    return this.said;
  }

  get ending(): Extract<FormOutput, { kind: 'ended' }> | undefined {
    return this.outputs.find((output) => output.kind === 'ended');
  }

  #take({ state, outputs }: ReturnType<typeof formStep>): void {
    // Whoever changed a state that went out would break the law of speculation.
    this.state = frozen(state);
    this.outputs = outputs;
    this.said = outputs.flatMap((output) => (output.kind === 'say' ? [output.text] : [])).join(' ');
    this.runs.push(...outputs.flatMap((output) => (output.kind === 'run' ? [output.run] : [])));
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
