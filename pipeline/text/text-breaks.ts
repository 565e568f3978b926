import type { BreakWords } from '../language/speech-language.ts';

/** A place where text may be cut: `end` is the index behind it and its white space, `words` how many stand before it. */
export interface Break {
  readonly kind: 'sentence' | 'clause';
  readonly end: number;
  readonly words: number;
}

/**
 * The places where `text` may be cut, in order. Unless the text has `ended`, a break counts only when what stands behind
 * it is known: "3." may go on as "3.5", "a." as "a.m.", and "U.S. A" as "U.S. Army".
 */
export function findBreaks(text: string, ended: boolean, by: BreakWords): readonly Break[] {
  const breaks: Break[] = [];
  let words = 0;
  for (const token of text.matchAll(/[^\s。！？]*[。！？]+|[^\s。！？]+/gu)) {
    if (/[\p{L}\p{N}]/u.test(token[0])) words++;
    const behind = token.index + token[0].length;
    const space = /\s*/y;
    space.lastIndex = behind;
    const end = behind + (space.exec(text)?.[0].length ?? 0);
    if (end >= text.length && !ended) break;
    const next = text.slice(end).split(/\s/, 1)[0] ?? '';
    const place = {
      token: token[0],
      startsLine: /(?:^|\n)[^\S\n]*$/.test(text.slice(0, token.index)),
      space: text.slice(behind, end),
      after: text.slice(end, end + MAX_SEEN_CHARS),
      next,
      nextIsWhole: ended || end + next.length < text.length,
    };
    const kind = breakAt(place, by);
    if (kind !== undefined && words > 0) breaks.push({ kind, end, words });
  }
  return breaks;
}

/** Whether a word begins at `index`. */
export function isWordStart(text: string, index: number): boolean {
  return /\s/.test(text.charAt(index - 1)) && !/\s/.test(text.charAt(index));
}

interface Place {
  readonly token: string;
  readonly startsLine: boolean;
  readonly space: string;
  readonly after: string;
  /** The first word of `after`. */
  readonly next: string;
  readonly nextIsWhole: boolean;
}

function breakAt(place: Place, by: BreakWords): Break['kind'] | undefined {
  const { token, space, after } = place;
  if (LIST_MARK_ALONE.test(token) && place.startsLine) return undefined;
  // An empty line or a new list item ends what stands before it, mark or not.
  if (/\n\s*\n/.test(space) || (space.includes('\n') && LIST_MARK.test(after))) return 'sentence';
  const core = token.replace(CLOSERS, '');
  const mark = core.at(-1) ?? '';
  if ('!?。！？'.includes(mark) && mark !== '') return /^\p{Ll}/u.test(after) ? 'clause' : 'sentence';
  if (mark === '…' || core.endsWith('..')) return startsSentence(after) && !by.innerCapital.test(after) ? 'sentence' : undefined;
  if (mark === '.') return endsSentence(place, core, by) ? 'sentence' : undefined;
  // "1, 2, 3" and "7 - 10" are one number or one range.
  if (/^\d/.test(after) && (/\d[,:]$/.test(core) || /^[-–—]+$/.test(core))) return undefined;
  if (mark === ',' || mark === ';' || mark === ':') return 'clause';
  return mark === '—' || core === '–' || core === '-' || core === '--' ? 'clause' : undefined;
}

/** Whether the dot that ends `core` ends a sentence. */
function endsSentence({ after, next, nextIsWhole }: Place, core: string, by: BreakWords): boolean {
  if (after === '') return true;
  if (!startsSentence(after)) return false;
  const word = core.slice(0, -1).replace(OPENERS, '');
  // An initial, as in "J. Smith" or "George W. Bush".
  if (/^\p{Lu}$/u.test(word)) return false;
  // An ordinal, as in "am 24. Dezember"; a price or a room number may well end a sentence.
  if (/^\d{1,2}$/.test(word)) return nextIsWhole && !by.month.test(next);
  switch (by.dotAfter(word)) {
    case 'ends':
      return true;
    case 'never-ends':
      return false;
    case 'before-number':
      return !/^\d/.test(after);
    case 'time':
      return nextIsWhole && !by.belongsToTime.test(next);
    case 'may-end':
      return nextIsWhole && by.sentenceOpeners.test(next);
  }
}

function startsSentence(after: string): boolean {
  return after === '' || /^[\p{Lu}\p{Lt}\p{Lo}\p{N}"'“‘(«¿¡[*_#•€$£\p{Extended_Pictographic}]/u.test(after);
}

const CLOSERS = /["'”’)\]»*_`]+$/u;
const OPENERS = /^["'“‘([«*_`]+/u;
const LIST_MARK = /^(?:[-*•–]\s|\d{1,2}[.)]\s)/;
const LIST_MARK_ALONE = /^(?:[-*•–]|\d{1,2}[.)])$/;
const MAX_SEEN_CHARS = 16;
