/** The words of a text for comparing: lower case, without punctuation; hyphens separate, apostrophes stay. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/[^\p{L}\p{N}']+/u)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word !== '');
}

/** Whether two texts say the same words. */
export function sameWords(a: string, b: string): boolean {
  return wordsOf(a).join(' ') === wordsOf(b).join(' ');
}

/** The last sentence of a text: what decides whether somebody has finished. */
export function lastSentence(text: string): string {
  const sentences = text.trim().match(/[^.!?]+(?:[.!?]+(?!\s|$)[^.!?]*)*[.!?…]*/g);
  return (sentences?.at(-1) ?? text).trim();
}
