import { ratio } from '#domain/units';
import { MASK } from '../actions/declared-action.ts';
import type { CivilTime } from '../slots/slot-type.ts';
import { tokenise } from '../slots/tokens.ts';
import { wordsOf } from '../../text/words.ts';
import { commandIn, MAX_COMMAND, openingOf, yesOrNo } from './commands.ts';
import { same } from './constraints.ts';
import { slotOf, type Form, type FormSlot } from './form.ts';
import type { FormState } from './form-state.ts';
import { formStep } from './form-step.ts';
import type { Language } from '../../language/language.ts';

/** Where the caller's words are going; what is a secret depends on it. */
export type Setting = 'conversation' | 'message';

/** Whether the open question is about something that no record may hold. */
export function asksSecret(form: Form, { question }: FormState): boolean {
  return 'slot' in question && slotOf(form, question.slot)?.declaration.secret === true;
}

/** The answer to the open question, or the correction of an earlier one, is a secret: nothing of the text may be recorded. */
export function answersSecretly(form: Form, state: FormState, text: string, now: CivilTime): boolean {
  const secrets = form.slots.filter(({ declaration }) => declaration.secret);
  if (secrets.length === 0) return false;
  const asked = asksSecret(form, state) && 'slot' in state.question ? slotOf(form, state.question.slot) : undefined;
  if (asked !== undefined) return !onlySteers(form, state, asked, text, now);
  const after =
    formStep(form, state, { kind: 'said', text, confidence: ratio(1), keys: false, heardReadBack: false }, now).state?.values ??
    state.values;
  if (secrets.some(({ name }) => !same(after[name], state.values[name]))) return true;
  const { rest, corrects } = openingOf(text, form.language);
  return corrects && isDigitsOnly(rest, form.language);
}

/** A text in which only digits were said: perhaps the rest of a number. */
export function isDigitsOnly(text: string, { slots, forms: { hears } }: Language): boolean {
  const tokens = tokenise(text);
  const runs = slots.findDigitRuns(tokens);
  return (
    runs.length > 0 &&
    tokens.every((token, at) => token.kind === 'mark' || hears.polite.has(token.text) || runs.some(({ from, to }) => at >= from && at < to))
  );
}

/** A text without what this form's slots would take as their secrets although nobody asked: "my PIN is 4711". */
export function withoutSecrets(form: Form, text: string, now: CivilTime, setting: Setting): string {
  const types = setting === 'message' ? TOLD_IN_NO_MESSAGE : TOLD_UNASKED;
  return form.slots
    .filter(({ declaration, type }) => declaration.secret && types.has(type.type))
    .reduce((clean, slot) => withoutSecret(slot, clean, now), text);
}

function withoutSecret({ type }: FormSlot, text: string, now: CivilTime): string {
  let clean = text;
  for (let times = 0; times < MAX_TIMES; times += 1) {
    const reading = type.read(clean, { now, asked: false, known: {} });
    if (reading.kind === 'none' || reading.span[1] <= reading.span[0] || clean.slice(...reading.span).includes(MASKED_WORD)) return clean;
    clean = `${clean.slice(0, reading.span[0])}${MASK}${clean.slice(reading.span[1])}`;
  }
  return MASK;
}

/** "Never mind", "no": of no use to anybody else, and useful to whoever reads the record. */
function onlySteers({ language }: Form, state: FormState, { type }: FormSlot, text: string, now: CivilTime): boolean {
  if (type.type === 'yes-no' || (type.type === 'text' && wordsOf(text).length > MAX_COMMAND)) return false;
  if (commandIn(text, language) === undefined && yesOrNo(text, language) === undefined) return false;
  return (
    type.type === 'text' ||
    (type.read(text, { now, asked: true, known: state.values }).kind === 'none' &&
      language.slots.findDigitRuns(tokenise(text)).length === 0)
  );
}

/** Dates, times and amounts are said about much else. */
const TOLD_UNASKED: ReadonlySet<string> = new Set(['digits', 'phone', 'email', 'name', 'text']);
/** Names and telephone numbers are what messages are made of. */
const TOLD_IN_NO_MESSAGE: ReadonlySet<string> = new Set(['digits']);
const MAX_TIMES = 6;
/** What is masked already might be read as a name. */
const MASKED_WORD = 'masked';
