import { unreachable } from '#domain/assert';
import type { ActionResult } from '../actions/action.ts';
import { fillTemplate, placeholdersIn, plainText } from '../actions/template.ts';
import type { CivilTime, SlotValue } from '../slots/slot-type.ts';
import { slotOf, withDefaults, type Form, type FormSlot, type Values } from './form.ts';
import type { FormState } from './form-state.ts';
import type { FormSayings } from '../../language/form-language.ts';

/** What the form's open question sounds like, by how often it was not understood. */
export function questionText(form: Form, state: FormState, now: CivilTime): string {
  const { question, misses } = state;
  const { says } = form.language.forms;
  switch (question.kind) {
    case 'slot': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : slotQuestion(slot, misses, says);
    }
    case 'which': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : `${capital(alternatives(form, slot, question.values, now))}?`;
    }
    case 'did-you-say': {
      const slot = slotOf(form, question.slot);
      return slot === undefined ? '' : says.didYouSay(slot.type.say(question.value, { now }));
    }
    case 'read-back':
      return misses === 0 ? question.text : `${question.text} ${misses >= 2 ? says.keysForYesAndNo : says.yesOrNo}`;
    case 'change':
      return says.change;
    case 'message':
      return says.offerMessage;
    case 'acting':
      return says.stillAtIt;
    default:
      return unreachable(question);
  }
}

/** First as it stands, then in other words, then with the keypad. */
function slotQuestion({ declaration, type }: FormSlot, misses: number, says: FormSayings): string {
  const otherWords = declaration.again ?? declaration.prompt;
  if (misses < 2) return declaration.prompt;
  return misses >= 3 && type.takesKeys ? `${otherWords} ${says.keypad}` : otherWords;
}

/** Everything that the caller is asked to agree to, in one sentence that ends in a question. */
export function readBackText(form: Form, values: Values, now: CivilTime): string {
  const {
    declaration: { readBack },
    language: {
      forms: { says },
    },
  } = form;
  const all = withDefaults(form, values);
  if (readBack !== undefined) return tidy(fillTemplate(readBack, ({ name }) => said(form, name, all[name], now)));
  const parts = form.slots
    .filter(({ declaration }) => declaration.confirm)
    .flatMap(({ name }) => {
      const value = said(form, name, all[name], now);
      return value === '' ? [] : [value];
    });
  return parts.length === 0 ? says.goAhead : says.readBack(parts);
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
  return slot === undefined || offers.length === 0 ? '' : alternatives(form, slot, offers, now);
}

export function givesUpText({ declaration, language }: Form): string {
  return declaration.givesUp ?? language.forms.says.givesUp;
}

/** "What do you need from me?" */
export function needsText(form: Form, missing: readonly FormSlot[]): string {
  const { says } = form.language.forms;
  return missing.length === 0 ? says.hasAll : says.needs(missing.map(({ declaration }) => declaration.label));
}

export function helpText(
  {
    language: {
      forms: { says },
    },
  }: Form,
  { declaration, type }: FormSlot,
  now: CivilTime,
): string {
  if (declaration.help !== undefined) return declaration.help;
  const { spec } = declaration;
  if (spec.type === 'choice') return says.canChoose(spec.choices.slice(0, MAX_LISTED).map(({ value }) => type.say(value, { now })));
  return declaration.again ?? '';
}

/** What is wrong with a value, by the code that its type gives. */
export function invalidText(
  {
    language: {
      forms: { says },
    },
  }: Form,
  { declaration }: FormSlot,
  code: string,
): string {
  return declaration.invalid[code] ?? declaration.invalid['otherwise'] ?? says.invalid[code] ?? says.notPossible;
}

function alternatives(
  {
    language: {
      forms: { says },
    },
  }: Form,
  slot: FormSlot,
  values: readonly SlotValue[],
  now: CivilTime,
): string {
  return says.or(values.slice(0, MAX_LISTED).map((value) => slot.type.say(value, { now })));
}

/** The texts of a form that are said word for word. */
export function fixedTexts(form: Form): readonly string[] {
  const {
    declaration,
    slots,
    language: {
      forms: { says },
    },
  } = form;
  const { intro, cancelled = says.cancelled } = declaration;
  const { sorry, change, stillAtIt, cannotStop, offerMessage, whichSuits, fromTheStart, nextDay } = says;
  const ofSlots = slots.flatMap((slot) => [
    slot.declaration.prompt,
    slotQuestion(slot, 2, says),
    slotQuestion(slot, 3, says),
    slot.declaration.help,
    ...Object.values(slot.declaration.invalid),
    ...slot.declaration.constraints.map(({ says }) => says),
  ]);
  const all = [
    intro,
    ...ofSlots,
    cancelled,
    givesUpText(form),
    sorry,
    change,
    stillAtIt,
    cannotStop,
    offerMessage,
    whichSuits,
    fromTheStart,
    nextDay,
  ];
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
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s+([,.?!;:])/g, '$1')
    .replaceAll(/,(?=[,.?!])/g, '')
    .trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const MAX_LISTED = 4;
