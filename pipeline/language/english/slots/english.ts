import type { Found } from '../../../dialogue/slots/reading.ts';
import type { SlotLanguage } from '../../slot-language.ts';
import { phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { findAmounts } from './amounts.ts';
import { findNumbers } from './bare-numbers.ts';
import { findCounts } from './counts.ts';
import { findDates } from './dates.ts';
import { findDigitRuns } from './digits.ts';
import { findDurations } from './durations.ts';
import { findEmails } from './emails.ts';
import { findNames } from './names.ts';
import { ordinalAt } from './numbers.ts';
import { sayDate, sayDigits, sayDuration, sayEmail, sayMoney, sayNumber, sayTime } from './say.ts';
import { isRange } from './hedges.ts';
import { sounds } from './sounds.ts';
import { findTimes } from './times.ts';
import { findYesNo } from './yes-no.ts';

export const english: SlotLanguage = {
  or: new Set(['or', 'maybe', 'perhaps', 'possibly']),
  not: new Set(['not', "isn't", "don't", 'except', 'without']),
  isRange,
  findDates, findTimes, findDurations, findNumbers, findCounts, findAmounts, findYesNo, findDigitRuns, findNames, findEmails, findPosition,
  singular: (word) => (word.length < 4 || word.endsWith('ss') ? word : word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.endsWith('s') ? word.slice(0, -1) : word),
  sounds,
  smallWords: new Set(['the', 'a', 'an', 'of', 'and', 'in', 'at', 'room', 'rooms', 'please', 'one', 'to', 'for', 'on', 'with', 'no', 'not', 'is', 'it']),
  textOpenings: phrases('um', 'uh', 'er', 'erm', 'well', 'okay', 'so', ',', '.', "it's about", 'it is about', 'tell them that', 'tell them', 'tell him that', 'tell him', 'tell her that', 'tell her', 'please tell them', 'please say that', 'the message is that', 'the message is', 'my message is'),
  say: {
    date: sayDate, time: sayTime, duration: sayDuration, number: sayNumber, money: sayMoney, digits: sayDigits, email: sayEmail,
    yesNo: (value) => (value ? 'yes' : 'no'),
    plus: 'plus',
    people: (count) => `${sayNumber(count)} ${count === 1 ? 'person' : 'people'}`,
  },
};

/** "The second one", "number three", "the last". */
function findPosition(tokens: readonly Token[], count: number): readonly Found<number>[] {
  for (const [index, token] of tokens.entries()) {
    const ordinal = ordinalAt(tokens, index);
    const led = textAt(tokens, index - 1) === 'the' ? index - 1 : index;
    const value = ordinal?.value ?? (token.text === 'last' || token.text === 'latter' ? count : token.text === 'former' ? 1 : undefined);
    if (value === undefined || value < 1 || value > count) continue;
    const after = ordinal?.next ?? index + 1;
    return [{ values: [value], from: led, to: POSITION_NOUNS.has(textAt(tokens, after)) ? after + 1 : after, sure: false, confidence: 0.85 }];
  }
  return [];
}

const POSITION_NOUNS: ReadonlySet<string> = new Set(['one', 'option', 'choice', 'room']);
