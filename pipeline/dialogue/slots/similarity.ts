/** How alike two words sound and look, 0 to 1: the better of edit distance on the letters and on a rough sound key. */
export function similarity(left: string, right: string): number {
  if (left === right) return 1;
  const letters = editRatio(left, right);
  const sounds = editRatio(soundKey(left), soundKey(right));
  return Math.max(letters, Math.min(0.95, letters * 0.4 + sounds * 0.6));
}

/** 1 minus the Levenshtein distance per letter of the longer one. */
function editRatio(left: string, right: string): number {
  const longest = Math.max(left.length, right.length);
  if (longest === 0) return 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return 1 - (row[right.length] ?? longest) / longest;
}

/** Letters that telephone lines confuse become one; vowels after the first sound fall together. */
function soundKey(text: string): string {
  let key = text.replaceAll(' ', '');
  for (const [pattern, sound] of SOUNDS) key = key.replace(pattern, sound);
  return key.replace(/(.)\1+/g, '$1');
}

const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/ph|v/g, 'f'],
  [/ck|q|c(?![eiy])/g, 'k'],
  [/c|z|x/g, 's'],
  [/gh/g, ''],
  [/[dt]h?/g, 't'],
  [/b/g, 'p'],
  [/g/g, 'k'],
  [/[mn]/g, 'n'],
  [/wh/g, 'w'],
  [/[aeiouy]+/g, 'a'],
];
