import { ratio, type Ratio } from '#domain/units';
import type { ActionResult } from '../actions/action.ts';
import { MASK } from '../actions/declared-action.ts';
import type { CivilTime } from '../slots/slot-type.ts';
import type { Asked } from '../../language/turn-language.ts';
import { lastSentence, wordsOf } from '../../text/words.ts';
import type { Form, Values } from './form.ts';
import { slotOf } from './form.ts';
import { formStep } from './form-step.ts';
import type { FormInput, FormOutput, FormRun, FormState } from './form-state.ts';
import { readUtterance, takesEverything } from './reading.ts';
import { answersSecretly, asksSecret, isDigitsOnly, withoutSecrets, type Setting } from './secrets.ts';
import { questionText } from './wording.ts';

/** What the caller said, and how it came. */
export interface Hearing {
  readonly text: string;
  readonly confidence: Ratio;
  /** Pressed on the keypad. */
  readonly keys: boolean;
}

/** What a form answers: words, the state it is in then, and perhaps an action to run. */
export interface FormReply {
  readonly texts: readonly string[];
  /** Undefined: the form is over. */
  readonly state: FormState | undefined;
  readonly run?: FormRun;
  readonly followUp: 'go-on' | 'take-message' | 'hang-up';
  readonly detail: Readonly<Record<string, string>>;
}

/** What recognition is told about the next words of the caller. */
export interface ExpectedSpeech {
  readonly hotwords: readonly string[];
  /** What was said before; empty where nothing is. */
  readonly prompt: string;
}

/** The forms of a persona, asked what to say. Keeps nothing: the state of the form comes in and goes out. */
export class Forms {
  readonly #forms: readonly Form[];
  readonly #now: () => CivilTime;

  constructor(forms: readonly Form[], now: () => CivilTime) {
    this.#forms = forms;
    this.#now = now;
  }

  get(id: string): Form | undefined {
    return this.#forms.find((form) => form.id === id);
  }

  /** The form that ends in an action. */
  ofAction(actionName: string): Form | undefined {
    return this.#forms.find(({ action }) => action.name === actionName);
  }

  /** The form of an action, with arguments that somebody else than the caller proposes; they are read back before anything is done. */
  propose(form: Form, text: string, args: Values): FormReply {
    const { arguments: renamed } = form.declaration.complete;
    const proposed = Object.fromEntries(Object.entries(args).map(([argument, value]) => [renamed[argument] ?? argument, value]));
    return (
      this.#reply(form, undefined, { kind: 'start', text, proposed }) ?? {
        texts: [],
        state: undefined,
        followUp: 'go-on',
        detail: { form: form.id },
      }
    );
  }

  /** The one form that a long sentence fills at once, though it is like none of its examples: "I want the Library for ten people on Friday at nine". */
  filledBy(text: string): Form | undefined {
    const filled = this.#forms.filter((form) => {
      const found = readUtterance(form, text, {
        language: form.language,
        now: this.#now(),
        asked: undefined,
        values: {},
        last: undefined,
        corrects: false,
      });
      return found.filter(({ reading }) => reading.kind === 'value').length >= MIN_TELLING;
    });
    return filled.length === 1 ? filled[0] : undefined;
  }

  start(form: Form, text: string): FormReply {
    return (
      this.#reply(form, undefined, { kind: 'start', text }) ?? { texts: [], state: undefined, followUp: 'go-on', detail: { form: form.id } }
    );
  }

  /** Undefined: the form makes nothing of it; the knowledge may. */
  said(state: FormState, hearing: Hearing, heardReadBack: boolean, how: 'question' | 'answer'): FormReply | undefined {
    return this.#with(state, (form) => {
      const { hears } = form.language.forms;
      if (how === 'question' && this.asks(state) !== 'message' && hears.wantsAPerson(hearing.text)) return undefined;
      const asQuestion = how === 'question' && !hearing.keys && hears.asksSomething(hearing.text);
      return this.#reply(form, state, { kind: 'said', ...hearing, asQuestion, heardReadBack });
    });
  }

  /** `why`: said before the question, instead of the usual words. */
  missed(state: FormState, why?: string): FormReply | undefined {
    return this.#with(state, (form) => this.#reply(form, state, { kind: 'missed', ...(why !== undefined && { why }) }));
  }

  /** The open question again, after something else was answered. */
  resumed(state: FormState): FormReply | undefined {
    return this.#with(state, (form) => this.#reply(form, state, { kind: 'resumed' }));
  }

  ended(state: FormState, result: ActionResult): FormReply | undefined {
    return this.#with(state, (form) => this.#reply(form, state, { kind: 'result', result }));
  }

  /** What turn-taking should expect of the caller's answer. */
  asks(state: FormState): Asked {
    const { question } = state;
    const form = this.get(state.formId);
    if (form === undefined || question.kind === 'acting') return 'nothing';
    if (question.kind === 'read-back' || question.kind === 'did-you-say' || question.kind === 'message') return 'yes-no';
    if (question.kind === 'change') return 'open';
    const slot = slotOf(form, question.slot);
    if (slot === undefined) return 'open';
    if (takesEverything(slot)) return 'message';
    return slot.type.expects === 'words' ? 'open' : slot.type.expects;
  }

  /** What recognition should expect: first the names of the slot that is asked for; and as what goes before, the question. */
  expected(state: FormState): ExpectedSpeech {
    const form = this.get(state.formId);
    if (form === undefined) return { hotwords: [], prompt: '' };
    const { question } = state;
    const asked = 'slot' in question ? slotOf(form, question.slot) : undefined;
    const hotwords = [...new Set([...(asked?.type.hotwords ?? []), ...form.slots.flatMap(({ type }) => type.hotwords)])];
    // Longer texts, and what was read back, are made out of mere noise.
    const prompt = question.kind === 'slot' || question.kind === 'which' ? lastSentence(questionText(form, state, this.#now())) : '';
    return { hotwords, prompt: prompt.length <= MAX_PROMPT_CHARS ? prompt : '' };
  }

  /** Whether a text has each digit of the number that was asked for. */
  isComplete(state: FormState, text: string): boolean {
    const form = this.get(state.formId);
    const { question } = state;
    if (form === undefined || question.kind !== 'slot') return false;
    const slot = slotOf(form, question.slot);
    const spec = slot?.declaration.spec;
    const hasLength = (spec?.type === 'digits' && spec.length !== undefined) || (spec?.type === 'phone' && spec.country === 'US');
    return hasLength && slot?.type.read(text, { now: this.#now(), asked: true, known: state.values }).kind === 'value';
  }

  /** Whether the answer that is waited for is a secret. */
  asksSecret(state: FormState): boolean {
    const form = this.get(state.formId);
    return form !== undefined && asksSecret(form, state);
  }

  /** The caller's words without what forms keep secret; `state` is that of the open form. */
  masked(state: FormState | undefined, text: string, setting: Setting): string {
    const open = state === undefined ? undefined : this.get(state.formId);
    if (open !== undefined && state !== undefined && answersSecretly(open, state, text, this.#now()))
      return text.trim() === '' ? text : MASK;
    return this.#forms.reduce((clean, form) => withoutSecrets(form, clean, this.#now(), setting), text);
  }

  /** Only digits, in the language of a form. */
  isDigitsOnly(state: FormState, text: string): boolean {
    const form = this.get(state.formId);
    return form !== undefined && isDigitsOnly(text, form.language);
  }

  question(state: FormState): string {
    const form = this.get(state.formId);
    return form === undefined || state.question.kind === 'acting' ? '' : questionText(form, state, this.#now());
  }

  #with(state: FormState, reply: (form: Form) => FormReply | undefined): FormReply | undefined {
    const form = this.get(state.formId);
    return form === undefined ? undefined : reply(form);
  }

  #reply(form: Form, before: FormState | undefined, input: FormInput): FormReply | undefined {
    const { state, outputs } = formStep(form, before, input, this.#now());
    if (outputs.some(({ kind }) => kind === 'not-understood')) return undefined;
    return { ...read(outputs), state, detail: detailOf(form, state, outputs) };
  }
}

/** Whether most of what was read back was among the words that the caller heard. */
export function heardMost(readBack: string, heard: string): boolean {
  const words = wordsOf(readBack);
  const most = words.slice(0, Math.ceil(words.length * MAX_RATIO)).join(' ');
  return most !== '' && ` ${wordsOf(heard).join(' ')} `.includes(` ${most} `);
}

export const SURE: Ratio = ratio(1);

function read(outputs: readonly FormOutput[]): Pick<FormReply, 'texts' | 'run' | 'followUp'> {
  const texts = outputs.flatMap((output) => (output.kind === 'say' ? [output.text] : []));
  const run = outputs.find((output) => output.kind === 'run');
  const over = outputs.find((output) => output.kind === 'ended');
  return { texts, ...(run?.kind === 'run' && { run: run.run }), followUp: over?.kind === 'ended' ? over.followUp : 'go-on' };
}

/** What explains the turn later; no values, as they may be secret. */
function detailOf(form: Form, state: FormState | undefined, outputs: readonly FormOutput[]): Readonly<Record<string, string>> {
  const over = outputs.find((output) => output.kind === 'ended');
  if (over?.kind === 'ended') return { form: form.id, formEnded: over.outcome };
  const question = state?.question;
  const asks = question === undefined ? '' : 'slot' in question ? `${question.kind} ${question.slot}` : question.kind;
  return { form: form.id, formAsks: asks, formHas: Object.keys(state?.values ?? {}).join(' ') };
}

/** So many slots filled beyond doubt are no chance. A guess: a day and a time are said about much else. */
const MIN_TELLING = 3;
/** A question, not a speech. */
const MAX_PROMPT_CHARS = 80;
/** The question at the end need not be waited for. */
const MAX_RATIO = 0.75;
