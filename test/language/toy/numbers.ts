/** Nought to nine. Every word of this language begins with a q and is no word of any other. */
export const DIGITS: readonly string[] = ['qol', 'qim', 'qid', 'qit', 'qef', 'qiv', 'qes', 'qep', 'qog', 'qen'];

/** A number as its digits. */
export function sayDigits(digits: string): string {
  return [...digits].map((digit) => DIGITS[Number(digit)] ?? '').join(' ');
}
