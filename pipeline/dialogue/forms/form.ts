import type { ActionDeclaration } from '../actions/declaration.ts';
import { createSlotType, type CheckedSlotType } from '../slots/create-slot-type.ts';
import type { SlotValue } from '../slots/slot-type.ts';
import type { FormDeclaration, SlotDeclaration } from './declaration.ts';
import type { Language } from '../../language/language.ts';
import { languageOf } from '../../language/language-of.ts';

export interface FormSlot {
  readonly name: string;
  readonly declaration: SlotDeclaration;
  readonly type: CheckedSlotType;
}

/** A form ready for use: its declaration with the types of its slots and the action at its end. */
export interface Form {
  readonly id: string;
  readonly declaration: FormDeclaration;
  readonly slots: readonly FormSlot[];
  readonly action: ActionDeclaration;
  readonly language: Language;
}

export type Values = Readonly<Record<string, SlotValue>>;

export interface PersonaWithForms {
  readonly language: string;
  readonly forms: readonly FormDeclaration[];
  readonly actions: readonly ActionDeclaration[];
}

/** The forms of a persona whose action exists and whose language is known; the others were refused when the persona was read. */
export function createForms(persona: PersonaWithForms): readonly Form[] {
  const language = languageOf(persona.language);
  return language === undefined
    ? []
    : persona.forms.flatMap((declaration) => {
        const action = persona.actions.find(({ name }) => name === declaration.complete.action);
        return action === undefined ? [] : [createForm(declaration, action, language)];
      });
}

/** What the action keeps secret the form does too. */
export function withSecretsOf(action: ActionDeclaration | undefined, form: FormDeclaration): FormDeclaration {
  const secret = new Set((action?.secret ?? []).map((argument) => form.complete.arguments[argument] ?? argument));
  return { ...form, slots: form.slots.map((slot) => (secret.has(slot.name) ? { ...slot, secret: true, confirm: false } : slot)) };
}

export function createForm(declared: FormDeclaration, action: ActionDeclaration, language: Language): Form {
  const declaration = withSecretsOf(action, declared);
  const slots = declaration.slots.map((slot) => ({ name: slot.name, declaration: slot, type: createSlotType(slot.spec, language.slots) }));
  return { id: declaration.id, declaration, slots, action, language };
}

export function slotOf(form: Form, name: string | undefined): FormSlot | undefined {
  return form.slots.find((slot) => slot.name === name);
}

/** The values with the defaults of what was not said. */
export function withDefaults(form: Form, values: Values): Values {
  const defaults = form.slots.flatMap(({ name, declaration }) =>
    declaration.default === undefined ? [] : [[name, declaration.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...values };
}

/** What the action is given: its declared arguments, or everything that was asked for. */
export function argumentsOf(form: Form, values: Values): Values {
  const { action, declaration } = form;
  const all = withDefaults(form, values);
  const names = action.arguments === undefined ? form.slots.map(({ name }) => name) : Object.keys(action.arguments);
  const entries = names.map((name) => [name, all[declaration.complete.arguments[name] ?? name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, SlotValue] => entry[1] !== undefined));
}
