import type { Tone } from '#domain/tone';
import type { Persona } from '../persona.ts';
import type { ToneVariant } from './variant-schema.ts';

/** A tone for which a persona may have other words. */
export type Mood = Extract<Tone, 'upset' | 'unsure'>;
export const MOODS: readonly Mood[] = ['upset', 'unsure'];
const KEYS = { upset: 'whenUpset', unsure: 'whenUnsure' } as const;

/** One line in other words: what is said before and after the line itself, or whole in its place. */
export interface Variant {
  readonly before: string;
  readonly after: string;
  /** Whether the line itself stands between the two. */
  readonly hasLine: boolean;
  /** The entry that a "yes" to it is answered with. */
  readonly offers: string | undefined;
}

export type Variants = ReadonlyMap<string, Variant>;

/** The variants of all lines of a persona for one mood, by the words of the line. */
export function variantsFor(persona: Persona, mood: Mood): Variants {
  return new Map(declaredVariants(persona, mood).map(({ line, variant }) => [line, parse(variant)]));
}

export interface DeclaredVariant {
  readonly path: readonly (string | number)[];
  readonly line: string;
  readonly variant: ToneVariant;
  /** It is the answer of a knowledge entry. */
  readonly isAnswer: boolean;
}

/** Where each variant stands in the persona's file; a later one of the same line wins. */
export function declaredVariants(persona: Persona, mood: Mood): readonly DeclaredVariant[] {
  const key = KEYS[mood];
  const own = persona[key];
  const found: DeclaredVariant[] = [];
  const add = (path: readonly (string | number)[], line: string | undefined, variant: ToneVariant | undefined, isAnswer = false): void => {
    if (line !== undefined && variant !== undefined) found.push({ path, line, variant, isAnswer });
  };
  for (const name of ['unsure', 'notHeard', 'holding', 'stopped', 'goodbye', 'fault'] as const) add([key, name], persona[name], own[name]);
  for (const name of ['ask', 'thanks'] as const) add([key, 'takeMessage', name], persona.takeMessage[name], own.takeMessage?.[name]);
  // A farewell needs no apology before it.
  for (const { answer, action } of persona.knowledge) if (action !== 'hang-up') add([key, 'answers'], answer, own.answers, true);
  for (const [at, entry] of persona.knowledge.entries()) add(['knowledge', at, key], entry.answer, entry[key], true);
  for (const [at, form] of persona.forms.entries()) {
    for (const name of ['intro', 'failed', 'cancelled', 'givesUp'] as const) add(['forms', at, key, name], form[name], form[key]?.[name]);
    for (const [of, slot] of form.slots.entries()) {
      for (const name of ['prompt', 'again', 'help'] as const) add(['forms', at, 'slots', of, key, name], slot[name], slot[key]?.[name]);
    }
  }
  return found;
}

/** The texts that are said beside the lines themselves: what has to be ready in advance. */
export function variantTexts(persona: Persona): readonly string[] {
  const variants = MOODS.flatMap((mood) => [...variantsFor(persona, mood).values()]);
  return [...new Set(variants.flatMap(({ before, after }) => [before, after]))].filter((text) => text !== '');
}

function parse({ say, offers }: ToneVariant): Variant {
  const [before = '', ...rest] = say.split(LINE);
  return { before: before.trim(), after: rest.join(' ').trim(), hasLine: rest.length > 0, offers };
}

export const LINE = '{line}';
