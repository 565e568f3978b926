import { editDistance } from '#kit/edit-distance';

/** Word errors of a transcript against what was said, after the usual normalising: case, punctuation, spelled numbers. */
export interface WordErrors {
  readonly words: number;
  readonly errors: number;
}

export function wordErrors(said: string, understood: string): WordErrors {
  const reference = normalisedWords(said);
  return { words: reference.length, errors: editDistance(reference, normalisedWords(understood)) };
}

export function normalisedWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/\b([ap])\.\s?m\b\.?/g, '$1m')
    .replace(/(\d+):00\b/g, '$1')
    .replace(/(\d+):(\d+)/g, '$1 $2')
    .replace(/\$(\d+)/g, '$1 dollars')
    .replace(/%/g, ' percent ')
    .replace(/(\d),(\d{3})/g, '$1$2')
    .replace(/(\d)(am|pm|st|nd|rd|th)\b/g, '$1 $2')
    .replace(/[^a-z0-9' ]+/g, ' ')
    .split(/\s+/)
    .flatMap((word) => spelled(word.replace(/^'+|'+$/g, '')))
    .filter((word) => word !== '');
}

const ONES = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const CONTRACTIONS: Readonly<Record<string, string>> = { okay: 'ok', 'mm-hmm': 'mhm', ph: 'phone', mr: 'mister', dr: 'doctor', oh: 'zero' };

/** Digits as the words they are said with: short numbers as numbers, long ones digit by digit. */
function spelled(word: string): string[] {
  if (!/^\d+$/.test(word)) return [CONTRACTIONS[word] ?? word];
  const value = Number(word);
  if (word.length > 3 || (word.length > 1 && word.startsWith('0'))) return [...word].map((d) => ONES[Number(d)] as string);
  if (value < 20) return [ONES[value] as string];
  if (value < 100) return [TENS[Math.floor(value / 10)] as string, ...(value % 10 === 0 ? [] : [ONES[value % 10] as string])];
  return [ONES[Math.floor(value / 100)] as string, 'hundred', ...(value % 100 === 0 ? [] : spelled(String(value % 100)))];
}
