export interface HeardSplit {
  readonly heard: string;
  /** Never heard; empty where everything was. */
  readonly unheard: string;
}

/**
 * Divides what the bot had to say at the point up to which it was heard. The two texts may differ in spaces and punctuation (speech is
 * made of tidied text), so letters and digits are counted, not characters.
 */
export function splitHeard(botText: string, heardText: string): HeardSplit {
  const wanted = countSignificant(heardText);
  if (wanted === 0) return { heard: '', unheard: botText.trim() };
  let seen = 0;
  let end = 0;
  for (const char of botText) {
    if (seen === wanted && isSignificant(char)) break;
    if (isSignificant(char)) seen += 1;
    end += char.length;
    // Closing punctuation belongs to the word before it, the space after it to the next one.
    if (seen === wanted && /\s/u.test(char)) break;
  }
  return { heard: botText.slice(0, end).trim(), unheard: botText.slice(end).trim() };
}

function countSignificant(text: string): number {
  let count = 0;
  for (const char of text) if (isSignificant(char)) count += 1;
  return count;
}

function isSignificant(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char);
}
