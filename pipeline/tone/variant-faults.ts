import { languageOrDefault } from '../language/language-of.ts';
import type { Persona } from '../persona.ts';
import { wordsOf } from '../text/words.ts';
import { declaredVariants, LINE, MOODS, type DeclaredVariant } from './variants.ts';

export interface VariantFault {
  readonly path: readonly PropertyKey[];
  /** Begins after the key: ` = "x": ...`. */
  readonly message: string;
}

/** What the schema of a variant cannot say: a variant may sound otherwise, and must tell the same. */
export function variantFaults(persona: Persona): readonly VariantFault[] {
  const entries = new Map(persona.knowledge.map(({ id, action }) => [id, action]));
  const { weightyWords } = languageOrDefault(persona.language).knowledge;
  const seen = new Set<string>();
  return MOODS.flatMap((mood) => declaredVariants(persona, mood)).flatMap((declared) => {
    // That of all answers is found once for each.
    const key = declared.path.join('.');
    if (seen.has(key)) return [];
    seen.add(key);
    return [...wordFaults(declared, weightyWords), ...offerFaults(declared, entries)];
  });
}

function wordFaults(
  { path, line, variant: { say }, isAnswer }: DeclaredVariant,
  weightyWords: ReadonlySet<string>,
): readonly VariantFault[] {
  const fault = (message: string): VariantFault => ({ path, message: ` = ${JSON.stringify(say.slice(0, 60))}: ${message}` });
  const other = say.match(/\{[^}]*\}/g)?.find((placeholder) => placeholder !== LINE);
  if (other !== undefined) return [fault(`${other} means nothing here; {line} stands for the line itself`)];
  if (say.split(LINE).length > 2) return [fault('{line} can stand in it once')];
  if (say.includes(LINE) || !isAnswer) return [];
  if (path.at(-1) === 'answers') return [fault('must have {line} in it, which stands for the answer')];
  const said = wordsOf(say);
  const lost = wordsOf(line).find((word) => (/^\d/.test(word) || weightyWords.has(word)) && !said.includes(word));
  return lost === undefined
    ? []
    : [fault(`leaves out "${lost}" of the answer; put {line} in the place of the answer, or say all of its numbers`)];
}

function offerFaults(
  { path, variant: { offers } }: DeclaredVariant,
  entries: ReadonlyMap<string, string | undefined>,
): readonly VariantFault[] {
  if (offers === undefined) return [];
  const message = (why: string): VariantFault => ({ path: [...path, 'offers'], message: ` = ${JSON.stringify(offers)}: ${why}` });
  if (!entries.has(offers)) return [message(`no entry has this id; there are: ${[...entries.keys()].join(', ')}`)];
  return entries.get(offers) === 'repeat' ? [message('this entry repeats the last answer, which is no offer')] : [];
}
