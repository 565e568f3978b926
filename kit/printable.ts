/** Control characters, line separators and text direction marks become spaces; cut at `limit` whole characters. */
export function printable(text: string, limit: number): string {
  const clean = text
    .slice(0, limit * 2)
    .replace(UNPRINTABLE, ' ')
    .trim();
  return [...clean].slice(0, limit).join('');
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;
