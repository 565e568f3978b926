import type { DayHalf } from '../../../dialogue/slots/meanings.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

/** What is said of a time elsewhere in the sentence. */
export type Hint = DayHalf | 'night';

/** "p.m.", "p m", "in the afternoon", "at night". */
export function halfAt(tokens: readonly Token[], index: number): { half: DayHalf; next: number } | undefined {
  const at = textAt(tokens, index) === ',' ? index + 1 : index;
  const text = textAt(tokens, at);
  if (text === 'am' || text === 'pm') return { half: text, next: at + 1 };
  if ((text === 'a' || text === 'p') && /^m$/.test(textAt(tokens, at + 1))) return { half: text === 'a' ? 'am' : 'pm', next: at + 2 };
  for (const [half, wordings] of PARTS) {
    const next = phraseAt(tokens, at, wordings);
    if (next !== undefined) return { half, next };
  }
  return undefined;
}

/** "Tomorrow morning at six": the part of the day said elsewhere. "Good morning" says nothing. */
export function halfOfDay(tokens: readonly Token[]): Hint | undefined {
  const index = tokens.findIndex((token, order) => HINTS.has(token.text) && textAt(tokens, order - 1) !== 'good');
  return index < 0 ? undefined : HINTS.get(textAt(tokens, index));
}

/** "Friday night at one" may be after midnight. */
export function hintFor(hour: number, hint: Hint | undefined): DayHalf | undefined {
  if (hint === 'night') return hour >= 6 && hour < 12 ? 'pm' : undefined;
  return hint === 'am' && hour === 12 ? undefined : hint;
}

const PARTS: readonly (readonly [half: DayHalf, wordings: readonly (readonly string[])[]])[] = [
  ['am', phrases('in the morning', 'this morning', 'of the morning', 'tomorrow morning')],
  [
    'pm',
    phrases(
      'in the afternoon',
      'this afternoon',
      'in the evening',
      'this evening',
      'at night',
      'tonight',
      'tomorrow afternoon',
      'tomorrow evening',
    ),
  ],
];
const HINTS: ReadonlyMap<string, Hint> = new Map([
  ['morning', 'am'],
  ['afternoon', 'pm'],
  ['evening', 'pm'],
  ['tonight', 'pm'],
  ['night', 'night'],
]);
