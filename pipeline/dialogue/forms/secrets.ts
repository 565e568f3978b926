import { MASK } from '../actions/declared-action.ts';
import type { CivilTime } from '../slots/slot-type.ts';
import { commandIn, yesOrNo } from './commands.ts';
import { slotOf, type Form } from './form.ts';
import type { FormState } from './form-state.ts';
import { readUtterance } from './reading.ts';

/** Whether the open question is about something that no record may hold. */
export function asksSecret(form: Form, { question }: FormState): boolean {
  return 'slot' in question && slotOf(form, question.slot)?.declaration.secret === true;
}

/**
 * The caller's words as they may be recorded. The answer to a question about a secret is masked as a whole, understood or
 * not; elsewhere what a slot takes for its secret.
 */
export function masked(form: Form, state: FormState | undefined, text: string, now: CivilTime): string {
  const { language, slots } = form;
  if (!slots.some(({ declaration }) => declaration.secret) || text.trim() === '') return text;
  if (state !== undefined && asksSecret(form, state)) {
    return commandIn(text, language) === undefined && yesOrNo(text, language) === undefined ? MASK : text;
  }
  const spans = readUtterance(form, text, { language, now, asked: undefined, values: {}, last: undefined, corrects: false })
    .filter(({ slot }) => slot.declaration.secret)
    .map(({ reading }) => reading.span)
    .toSorted((a, b) => b[0] - a[0]);
  return spans.reduce((clean, [from, to]) => (to > from ? `${clean.slice(0, from)}${MASK}${clean.slice(to)}` : clean), text);
}
