/** Words with every number as its digits, as recognition may write them or not. */
export function withDigits(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    const tens = TENS.indexOf(word);
    // "thirty five" is 35, "thirty" and "thirty fifteen" have a nought.
    if (tens >= 0) return isUnit(words[at + 1] ?? '') ? [`${tens + 2}`] : [`${tens + 2}`, '0'];
    const unit = UNITS.indexOf(word);
    if (unit >= 0) return [...`${unit}`];
    const ordinal = ORDINALS.indexOf(word);
    if (ordinal >= 0) return [...`${ordinal + 1}`];
    return /\d/.test(word) ? (word.replace(/(?<=\d)(st|nd|rd|th)$/, '').match(/\d|\D+/g) ?? []) : [word];
  });
}

/** One to nine. */
function isUnit(word: string): boolean {
  const unit = UNITS.indexOf(word);
  return unit >= 1 && unit <= 9;
}

const UNITS = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine',
  'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'];
export const soundsLikeDigit: Readonly<Record<string, string>> = { to: '2', too: '2', for: '4' };
