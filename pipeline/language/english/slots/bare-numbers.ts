import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, skipHyphen } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { foreignUnit } from './counts.ts';
import { sureness } from './hedges.ts';
import { isGlued, numbersAt } from './number-runs.ts';

/** Bare and united numbers for `number` slots: "2.5", "minus three", "forty miles". */
export function findNumbers(tokens: readonly Token[], units: readonly string[]): readonly Found<number>[] {
  const wordings = phrases(...units);
  const found: Found<number>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = isGlued(tokens, index) ? undefined : numbersAt(tokens, index);
    if (read === undefined) continue;
    const unit = phraseAt(tokens, skipHyphen(tokens, read.next), wordings);
    const other = unit === undefined && foreignUnit(tokens, read.next);
    const to = unit ?? read.next;
    if (!other)
      found.push({
        values: [read.value],
        from: index,
        to,
        sure: unit !== undefined,
        confidence: read.confidence * sureness(tokens, { from: index, to }),
      });
    index = to - 1;
  }
  return found;
}
