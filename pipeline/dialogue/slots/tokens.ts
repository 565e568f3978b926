/** A word, number or mark of an utterance; `from` and `to` are characters of the original. */
export interface Token {
  /** Lower case, with plain apostrophes and no commas within numbers; `pm` for "p.m.". */
  readonly text: string;
  readonly raw: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'word' | 'number' | 'mark';
}

/** A caller says no more than this in one go; what is beyond is not read. In characters. */
const MAX_UTTERANCE = 2000;

/** Meridiems come first, so that "p.m." is one word; then grouped numbers, numbers, words, and each mark alone ("½" is one). */
const TOKEN = /[ap]\.\s?m\b\.?|\d{1,3}(?:,\d{3})+(?!\d)|\d+|\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*|[^\s\p{L}\d]/giu;

export function tokenise(utterance: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of utterance.slice(0, MAX_UTTERANCE).matchAll(TOKEN)) {
    tokens.push(tokenOf(match[0], match.index));
  }
  return tokens;
}

function tokenOf(raw: string, from: number): Token {
  const lower = raw.toLowerCase().replaceAll('’', "'");
  const to = from + raw.length;
  if (/^\d/.test(raw)) return { text: lower.replaceAll(',', ''), raw, from, to, kind: 'number' };
  if (/^[ap]\./.test(lower)) return { text: `${lower.charAt(0)}m`, raw, from, to, kind: 'word' };
  return { text: lower, raw, from, to, kind: /^\p{L}/u.test(raw) ? 'word' : 'mark' };
}

/** The text of the token at `index`, or '' beyond the ends. */
export function textAt(tokens: readonly Token[], index: number): string {
  return tokens[index]?.text ?? '';
}

/** Whether the tokens from `index` on are these words; hyphens and commas between them do not count. Gives the index after them. */
export function wordsAt(tokens: readonly Token[], index: number, words: readonly string[]): number | undefined {
  let at = index;
  for (const [order, word] of words.entries()) {
    if (order > 0) at = skipHyphen(tokens, at);
    if (textAt(tokens, at) !== word) return undefined;
    at += 1;
  }
  return at;
}

/** The longest of the phrases that begins at `index`; gives the index after it. */
export function phraseAt(tokens: readonly Token[], index: number, phrases: readonly (readonly string[])[]): number | undefined {
  let end: number | undefined;
  for (const phrase of phrases) {
    const after = wordsAt(tokens, index, phrase);
    if (after !== undefined && (end === undefined || after > end)) end = after;
  }
  return end;
}

/** Whether two neighbours touch, as in "2.30". */
export function touches(tokens: readonly Token[], index: number): boolean {
  const left = tokens[index];
  const right = tokens[index + 1];
  return left !== undefined && right !== undefined && left.to === right.from;
}

export function skipHyphen(tokens: readonly Token[], index: number): number {
  const text = textAt(tokens, index);
  return text === '-' || text === '‑' || text === '–' ? index + 1 : index;
}

/** Phrases as they stand in word lists: "half an hour" as its words. */
export function phrases(...texts: readonly string[]): readonly (readonly string[])[] {
  return texts.map((text) => tokenise(text).map((token) => token.text));
}
