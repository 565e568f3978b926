import { touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { decimalAt } from './fractions.ts';
import type { NumberRead } from './numbers.ts';

export interface NumberGuess extends NumberRead {
  readonly confidence: number;
}

/** The "1" of "Kiran1" and "B1" is a part of the name. */
export function isGlued(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.kind === 'number' && tokens[index - 1]?.kind === 'word' && touches(tokens, index - 1);
}

/** "One twenty five" and "one two five" are probably 125. */
export function numbersAt(tokens: readonly Token[], index: number): NumberGuess | undefined {
  const first = decimalAt(tokens, index);
  if (first === undefined) return undefined;
  const reads = [first];
  for (
    let more = decimalAt(tokens, first.next);
    more !== undefined && more.value >= 0 && reads.length < 12;
    more = decimalAt(tokens, more.next)
  )
    reads.push(more);
  const next = reads.at(-1)?.next ?? first.next;
  const values = reads.map(({ value }) => value);
  if (values.length > 1 && values.every((value) => Number.isInteger(value) && value >= 0 && value < 10))
    return { value: Number(values.join('')), next, confidence: GUESS };
  const [high = 0, low = 0] = values;
  const isPair = values.length === 2 && Number.isInteger(high) && Number.isInteger(low) && high > 0 && high < 100 && low >= 10 && low < 100;
  return isPair ? { value: high * 100 + low, next, confidence: GUESS } : { ...first, confidence: 1 };
}

/** Low enough for the form to ask whether it was meant. */
const GUESS = 0.5;
