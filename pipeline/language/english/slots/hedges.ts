import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** "Ten to twelve", "2-3", "from five up to seven", "between five and seven". */
export function isRange(tokens: readonly Token[], low: Span, high: Span): boolean {
  const words = tokens.slice(low.to, high.from).map((token) => token.text);
  if (words.length === 1 && (words[0] === 'and' || words[0] === '&')) return textAt(tokens, low.from - 1) === 'between';
  return words.length > 0 && RANGES.some((range) => range.length === words.length && range.every((word, index) => word === words[index]));
}

/** How sure the number of these tokens is what was meant: "more than ten" and "ten or so" are no ten. */
export function sureness(tokens: readonly Token[], { from, to }: Span): number {
  const before = [1, 2, 3].some((length) => phraseAt(tokens, from - length, BEFORE) === from);
  return before || phraseAt(tokens, to, AFTER) !== undefined ? DOUBTFUL : 1;
}

const RANGES = phrases('to', '-', '–', '—', '‑', 'up to', 'through', 'and up to', 'or up to');
const BEFORE = phrases('more than', 'less than', 'fewer than', 'over', 'under', 'above', 'below', 'not', 'nearly', 'almost', 'at least', 'at most', 'up to', 'north of', 'upwards of', 'just under', 'just over', 'twice', 'double', 'point', 'minus');
const AFTER = phrases('or so', 'or more', 'or less', 'or fewer', 'something', 'odd', 'ish', '-ish', 'or thereabouts', '+', 'and change', 'and some', 'plus people', 'plus or minus', '-odd', 'couples', 'pairs', 'times',
  'minus', 'except', 'excluding', 'besides me', 'not counting', 'not including', 'without me', 'or later', 'or earlier', 'or after', 'or before', 'at the earliest', 'at the latest');
/** Below what forms take unasked (`DOUBTFUL` of draft.ts): the caller is asked. */
const DOUBTFUL = 0.5;
