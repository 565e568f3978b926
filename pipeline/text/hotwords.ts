/**
 * Expected words as one text for recognition, the first ones first; what the service would not take at once is left out.
 * Without marks between them: Whisper writes as what goes before is written, and a list with commas made one answer
 * in eight end in one, for which turn-taking then waited (docs/decisions/2026-11-28-expected-words.md).
 */
export function hotwordsText(words: Iterable<string>): string {
  let text = '';
  for (const word of new Set(words)) {
    const longer = text === '' ? word : `${text} ${word}`;
    if (longer.length <= MAX_HOTWORDS_CHARS) text = longer;
  }
  return text;
}

/** What the service takes at once. */
const MAX_HOTWORDS_CHARS = 500;
