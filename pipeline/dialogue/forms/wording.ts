import { unreachable } from '#domain/assert';
import type { ActionResult } from '../actions/action.ts';
import { fillTemplate, placeholdersIn, plainText } from '../actions/template.ts';
import type { CivilTime, SlotValue } from '../slots/slot-type.ts';
import { slotOf, withDefaults, type Form, type FormSlot, type Values } from './form.ts';
import type { FormState } from './form-state.ts';

/** What the form's open question sounds like, by how often it was not understood. */
export function questionText(form: Form, state: FormState, now: CivilTime): string {
  const { question, misses } = state;
  switch (question.kind) {
    case 'slot': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : slotQuestion(slot, misses);
    }
    case 'which': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : `${capital(alternatives(slot, question.values, now))}?`;
    }
    case 'did-you-say': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : `Did you say ${slot.type.say(question.value, { now })}?`;
    }
    case 'read-back':
      return misses === 0 ? question.text : `${question.text} ${misses >= 2 ? PRESS_YES : SAY_YES}`;
    case 'change':
      return CHANGE;
    case 'message':
      return OFFER_MESSAGE;
    case 'acting':
      return STILL_AT_IT;
    default:
      return unreachable(question);
  }
}

/** First as it stands, then in other words, then with the keypad. */
function slotQuestion({ declaration, type }: FormSlot, misses: number): string {
  const otherWords = declaration.again ?? declaration.prompt;
  if (misses < 2) return declaration.prompt;
  return misses >= 3 && type.takesKeys ? `${otherWords} ${KEYS}` : otherWords;
}

/** Everything that the caller is asked to agree to, in one sentence that ends in a question. */
export function readBackText(form: Form, values: Values, now: CivilTime): string {
  const { readBack } = form.declaration;
  const all = withDefaults(form, values);
  if (readBack !== undefined) return tidy(fillTemplate(readBack, ({ name }) => said(form, name, all[name], now)));
  const parts = form.slots.filter(({ declaration }) => declaration.confirm).flatMap(({ name }) => {
    const value = said(form, name, all[name], now);
    return value === '' ? [] : [value];
  });
  return parts.length === 0 ? GO_AHEAD : `So that is ${listed(parts)}. Is that right?`;
}

/** Whether the caller hears the value of a slot before agreeing to it. */
export function isReadBack({ declaration: { readBack } }: Form, { name, declaration }: FormSlot): boolean {
  if (declaration.secret) return false;
  return readBack === undefined ? declaration.confirm : placeholdersIn(readBack).some((placeholder) => placeholder.name === name);
}

/** What is said about an action's result; `otherwise` where the form has no words of its own. */
export function resultText(form: Form, template: string, values: Values, result: ActionResult, now: CivilTime): string {
  const all = withDefaults(form, values);
  const results: Values = result.kind === 'failed' ? {} : result.values;
  const offered = result.kind === 'refused' ? offersText(form, result, now) : '';
  return tidy(fillTemplate(template, ({ name }) => (name === 'offers' ? offered : said(form, name, results[name] ?? all[name], now))));
}

export function offersText(form: Form, result: Extract<ActionResult, { kind: 'refused' }>, now: CivilTime): string {
  const slot = slotOf(form, result.slot);
  const offers = slot === undefined ? [] : (result.offers ?? []).filter((value) => slot.type.accepts(value));
  return slot === undefined || offers.length === 0 ? '' : alternatives(slot, offers, now);
}

/** "What do you need from me?" */
export function needsText(form: Form, missing: readonly FormSlot[]): string {
  const labels = (missing.length === 0 ? form.slots : missing).map(({ declaration }) => /^(the|your|an?|how|what|which) /i.test(declaration.label) ? declaration.label : `the ${declaration.label}`);
  return missing.length === 0 ? 'I have everything I need.' : `I need ${listed(labels)}.`;
}

export function helpText({ declaration, type }: FormSlot, now: CivilTime): string {
  if (declaration.help !== undefined) return declaration.help;
  const { spec } = declaration;
  if (spec.type === 'choice') return `You can choose ${listed(spec.choices.slice(0, MOST_LISTED).map(({ value }) => type.say(value, { now })), 'or')}.`;
  return declaration.again ?? '';
}

/** What is wrong with a value, by the code that its type gives. */
export function invalidText({ declaration }: FormSlot, code: string): string {
  return declaration.invalid[code] ?? declaration.invalid['otherwise'] ?? INVALID[code] ?? 'I am sorry, that is not possible.';
}

export function alternatives(slot: FormSlot, values: readonly SlotValue[], now: CivilTime): string {
  return listed(values.slice(0, MOST_LISTED).map((value) => slot.type.say(value, { now })), 'or');
}

export function listed(parts: readonly string[], joiner: 'and' | 'or' = 'and'): string {
  if (parts.length < 3) return parts.join(` ${joiner} `);
  return `${parts.slice(0, -1).join(', ')} ${joiner} ${parts.at(-1)}`;
}

/** Fixed texts, so that their speech is ready. */
export const SORRY = 'Sorry, I did not get that.';
export const CHANGE = 'What should I change?';
export const STILL_AT_IT = 'One moment please, I am still working on it.';
export const CANNOT_STOP = 'That is already on its way. One moment please.';
export const OFFER_MESSAGE = 'I am having trouble with that. Shall I take a message instead?';
export const GO_AHEAD = 'Shall I go ahead?';
export const WHICH_SUITS = 'Which would suit you?';
export const NEXT_DAY = 'That is over for today, so I take tomorrow.';
export const FROM_THE_START = 'All right, from the start.';
const SAY_YES = 'Please say yes or no.';
const PRESS_YES = 'Say yes or no, or press one for yes and two for no.';
const KEYS = 'You can also use the keys of your telephone.';

/** The texts of a form that are said word for word. */
export function fixedTexts({ declaration, slots }: Form): readonly string[] {
  const { intro, cancelled, givesUp } = declaration;
  const ofSlots = slots.flatMap((slot) => [slot.declaration.prompt, slotQuestion(slot, 2), slotQuestion(slot, 3), slot.declaration.help, ...Object.values(slot.declaration.invalid), ...slot.declaration.constraints.map(({ says }) => says)]);
  const all = [intro, ...ofSlots, cancelled, givesUp, SORRY, CHANGE, STILL_AT_IT, CANNOT_STOP, OFFER_MESSAGE, WHICH_SUITS, FROM_THE_START, NEXT_DAY];
  return all.filter((text): text is string => text !== undefined);
}

/** A value as it is said. Those that the caller gave as a secret are not. */
function said(form: Form, name: string, value: SlotValue | undefined, now: CivilTime): string {
  if (value === undefined) return '';
  const slot = slotOf(form, name);
  if (slot === undefined) return plainText(value);
  if (slot.declaration.secret) return '';
  return slot.type.accepts(value) ? slot.type.say(value, { now }) : plainText(value);
}

/** A place without a value leaves no hole: "for , two people" becomes "for two people". */
function tidy(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\s+([,.?!;:])/g, '$1').replaceAll(/,(?=[,.?!])/g, '').trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** By the codes of the slot types. */
const INVALID: Readonly<Record<string, string>> = {
  past: 'I am sorry, that has passed already.',
  'too-early': 'I am sorry, that is too early.',
  'too-late': 'I am sorry, that is too far ahead.',
  'closed-day': 'I am sorry, not on that day of the week.',
  'no-such-date': 'I am sorry, there is no such date.',
  'no-such-time': 'I am sorry, there is no such time.',
  'outside-hours': 'I am sorry, that is outside our hours.',
  'off-step': 'I am sorry, that does not fit our times.',
  'too-short': 'I am sorry, that is too short.',
  'too-long': 'I am sorry, that is too long.',
  'too-few': 'I am sorry, those are too few.',
  'too-many': 'I am sorry, those are too many.',
  'no-such-number': 'I am sorry, there is no such number.',
  incomplete: 'I am sorry, that is not complete.',
};
const MOST_LISTED = 4;
