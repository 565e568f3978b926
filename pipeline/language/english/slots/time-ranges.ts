import type { TimeMeaning } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import { textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { isRange } from './hedges.ts';

/** "From nine to eleven a.m." begins at nine in the morning; of "between two and four" and "2-4 p.m." it is open which is meant. */
export function withRanges(tokens: readonly Token[], found: readonly Found<TimeMeaning>[]): readonly Found<TimeMeaning>[] {
  const joined: Found<TimeMeaning>[] = [];
  for (const each of found) {
    const last = joined.at(-1);
    const [first] = last?.values ?? [];
    const [second] = each.values;
    if (last === undefined || first === undefined || second === undefined || last.values.length > 1 || !isSpan(tokens, last, each))
      joined.push(each);
    else
      joined[joined.length - 1] = {
        ...last,
        values: textAt(tokens, last.from) === 'from' ? [before(first, second)] : [before(first, second), second],
        to: each.to,
        sure: last.sure || each.sure,
      };
  }
  return joined;
}

function isSpan(tokens: readonly Token[], low: Found<TimeMeaning>, high: Found<TimeMeaning>): boolean {
  const led = ['until', 'till'].includes(textAt(tokens, high.from)) && low.to === high.from;
  // "Between" is no part of the time.
  return led || isRange(tokens, low, high);
}

/** The last time that can be meant before the second: of "eleven to one p.m." eleven in the morning. */
function before(first: TimeMeaning, second: TimeMeaning): TimeMeaning {
  if (first.kind !== 'clock' || first.half !== undefined || second.kind !== 'clock' || second.half === undefined) return first;
  const end = second.half === 'known' ? second.minutes : (second.minutes % 720) + (second.half === 'pm' ? 720 : 0);
  const morning = first.minutes % 720;
  return { kind: 'clock', minutes: morning + 720 < end ? morning + 720 : morning, half: 'known' };
}
