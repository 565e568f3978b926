import type { SlotLanguage } from '../../language/slot-language.ts';

type Sounds = SlotLanguage['sounds'];

/** How alike two words sound and look, 0 to 1: the better of edit distance on the letters and on a rough sound key. */
export function similarity(left: string, right: string, sounds: Sounds): number {
  if (left === right) return 1;
  const letters = editRatio(left, right);
  const alike = editRatio(soundKey(left, sounds), soundKey(right, sounds));
  return Math.max(letters, Math.min(0.95, letters * 0.4 + alike * 0.6));
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

/** Letters that telephone lines confuse become one. */
function soundKey(text: string, sounds: Sounds): string {
  let key = text.replaceAll(' ', '');
  for (const [pattern, sound] of sounds) key = key.replace(pattern, sound);
  return key.replace(/(.)\1+/g, '$1');
}
