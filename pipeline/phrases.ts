import { createForms } from './dialogue/forms/form.ts';
import { speakingTo } from './dialogue/caller-words.ts';
import { takesMessages } from './dialogue/lost.ts';
import { wordingsOf } from './dialogue/wordings.ts';
import { fixedTexts } from './dialogue/forms/wording.ts';
import type { Persona } from './persona.ts';
import { variantTexts } from './tone/variants.ts';

/** Speech of fixed texts, ready before it is needed. */
export interface PhraseCache {
  /** PCM at 24 kHz of `text` as this persona says it; only read, never changed. */
  get(text: string, persona: Persona): Int16Array | undefined;
}

/** The texts of a persona that are said word for word, those that must always be ready first; as they are for callers of whom nothing is known. */
export function fixedPhrases(declared: Persona): readonly string[] {
  const persona = speakingTo(declared);
  const { fault, greeting, notHeard, holding, stopped, shutdown, goodbye, stillThere, silentGoodbye, unsure, takeMessage, knowledge } =
    persona;
  const answers = knowledge.map(({ answer }) => answer);
  const ofForms = createForms(persona).flatMap((form) => [
    ...fixedTexts(form),
    form.action.says.running ?? form.language.lines.actions.running,
  ]);
  return [
    ...new Set([
      fault,
      greeting,
      shutdown,
      goodbye,
      notHeard,
      unsure,
      holding,
      stopped,
      ...[...wordingsOf(persona).values()].flat(),
      ...stillThere,
      silentGoodbye,
      ...(takesMessages(persona) ? [persona.offerMessage] : []),
      takeMessage.ask,
      takeMessage.thanks,
      ...ofForms,
      ...answers,
    ]),
  ];
}

/** What is said to callers in a mood, besides the lines themselves: needed seldom, never waited for, and spoken calmly. */
export function moodPhrases(declared: Persona): readonly string[] {
  const persona = speakingTo(declared);
  const others = new Set(fixedPhrases(persona));
  return variantTexts(persona).filter((text) => !others.has(text));
}
