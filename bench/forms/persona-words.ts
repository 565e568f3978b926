import { createForms, type Form, type Persona } from '#pipeline';
import type { SlotPrompts } from './question.ts';
import type { SlotWords } from './script-player.ts';
import { wordingsOf } from './wordings.ts';

/** What a caller of a form knows from its declaration. */
export interface FormWords extends SlotWords {
  readonly prompts: readonly SlotPrompts[];
  readonly typeOf: (slot: string) => string;
}

export function formWords(persona: Persona, formId: string, today: Date): FormWords {
  const forms = createForms(persona);
  const form = forms.find(({ id }) => id === formId);
  if (form === undefined)
    throw new Error(`the persona ${persona.name} has no form ${formId}: it has ${forms.map(({ id }) => id).join(', ') || 'none'}`);
  const now = {
    year: today.getFullYear(),
    month: today.getMonth() + 1,
    day: today.getDate(),
    hour: today.getHours(),
    minute: today.getMinutes(),
    weekday: today.getDay(),
  };
  const typeOf = (slot: string) => slotOf(form, slot)?.type.type ?? 'text';
  return {
    typeOf,
    prompts: form.slots.map(({ name, declaration: { prompt, again } }) => ({
      slot: name,
      texts: again === undefined ? [prompt] : [prompt, again],
    })),
    botSays: (slot, value) => slotOf(form, slot)?.type.say(value, { now }),
    callerSays: (slot, value) => wordingsOf(typeOf(slot), value)[0] as string,
    isReadBack: (slot) =>
      form.declaration.readBack === undefined
        ? slotOf(form, slot)?.declaration.confirm === true
        : form.declaration.readBack.includes(`{${slot}}`),
  };
}

function slotOf(form: Form, name: string): Form['slots'][number] | undefined {
  return form.slots.find((slot) => slot.name === name);
}
