import type { SlotValue } from '../slots/slot-type.ts';
import { wordsOf } from '../../text/words.ts';
import { placeIn } from './commands.ts';
import { same } from './constraints.ts';
import type { FormSlot } from './form.ts';
import type { Question } from './form-state.ts';
import type { ReadingContext } from './reading.ts';

/** Which of several values was meant; undefined: none of them, or it is still open. */
export function chosen(
  slot: FormSlot,
  question: Extract<Question, { kind: 'which' }>,
  text: string,
  context: ReadingContext,
): SlotValue | undefined {
  const { values, heard } = question;
  const place = placeIn(text, context.language);
  if (place !== undefined) return values.at(place);
  const read = (words: string): SlotValue | undefined => {
    const reading = slot.type.read(words, { now: context.now, asked: true, known: context.values });
    return reading.kind === 'value' ? values.find((value) => same(value, reading.value)) : undefined;
  };
  // "At six" and then "in the evening": only together they are a time.
  return read(text) ?? (heard === '' ? undefined : read(`${heard} ${text}`)) ?? bySound(slot, values, text, context);
}

/** The one value whose words were said that the others do not have. */
function bySound(slot: FormSlot, values: readonly SlotValue[], text: string, context: ReadingContext): SlotValue | undefined {
  const said = new Set(wordsOf(text));
  const words = values.map((value) => wordsOf(slot.type.say(value, { now: context.now })));
  const hits = values.filter((_, at) =>
    (words[at] ?? []).some((word) => said.has(word) && words.every((others, other) => other === at || !others.includes(word))),
  );
  return hits.length === 1 ? hits[0] : undefined;
}
