/** What a caller said without what means nothing: fillers, and words that only take the turn. */
export function queryText(text: string): string {
  const cleaned = text
    .replace(/\b(?:u+[hm]+|e+r+m*|hm+|mhm|you know|I mean)\b[,.…]*/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:(?:okay|ok|well|so|and|yeah|right|now|wait|actually|excuse me|hold on)[,.!]*\s+)+(?=\S)/i, '')
    .trim();
  return (/[\p{L}\p{N}]/u.test(cleaned) ? cleaned : text.trim()).slice(0, MAX_CHARS);
}

/** The model reads 256 tokens. */
const MAX_CHARS = 600;
