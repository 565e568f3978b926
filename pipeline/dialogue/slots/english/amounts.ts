import type { AmountMeaning } from '../meanings.ts';
import type { Found } from '../reading.ts';
import { phraseAt, phrases, textAt, touches } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import { cardinalAt, decimalAt } from './numbers.ts';

/** "$20", "twenty dollars and fifty cents", "five bucks", "12.50", "nineteen ninety nine". */
export function findAmounts(tokens: readonly Token[]): readonly Found<AmountMeaning>[] {
  const found: Found<AmountMeaning>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = signedAt(tokens, index) ?? spokenAt(tokens, index) ?? bareAt(tokens, index);
    if (read === undefined) continue;
    found.push(read);
    index = read.to - 1;
  }
  return found;
}

function signedAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const currency = SIGNS.get(textAt(tokens, index)) ?? CODES.get(textAt(tokens, index));
  const number = currency === undefined ? undefined : decimalAt(tokens, index + 1);
  if (currency === undefined || number === undefined) return undefined;
  const next = UNIT_WORDS.has(textAt(tokens, number.next)) ? number.next + 1 : number.next;
  return { values: [{ amount: cents(number.value), currency }], from: index, to: next, sure: true };
}

function spokenAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const number = quantityAt(tokens, index);
  if (number === undefined) return undefined;
  const small = CENTS.get(textAt(tokens, number.next));
  if (small !== undefined) return { values: [{ amount: cents(number.value / 100), currency: small === '' ? undefined : small }], from: index, to: number.next + 1, sure: true };
  const unit = unitAt(tokens, number.next);
  if (unit === undefined) return undefined;
  const rest = centsAfter(tokens, unit.next);
  return { values: [{ amount: cents(number.value + (rest?.value ?? 0)), currency: unit.currency }], from: index, to: rest?.next ?? unit.next, sure: true };
}

function centsAfter(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const half = phraseAt(tokens, index, AND_A_HALF);
  if (half !== undefined) return { value: 0.5, next: half };
  const at = textAt(tokens, index) === 'and' || textAt(tokens, index) === ',' ? index + 1 : index;
  const number = cardinalAt(tokens, at);
  if (number === undefined || number.value >= 100) return undefined;
  if (CENTS.has(textAt(tokens, number.next))) return { value: number.value / 100, next: number.next + 1 };
  return at === index && number.value >= 10 && tokens[number.next]?.kind !== 'word' ? { value: number.value / 100, next: number.next } : undefined;
}

/** Only when asked: "fifty", "12.50", and "nineteen ninety nine" as prices are said. */
function bareAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const number = decimalAt(tokens, index);
  if (number === undefined) return undefined;
  const more = Number.isInteger(number.value) && number.value < 1000 ? cardinalAt(tokens, number.next) : undefined;
  if (more !== undefined && more.value >= 10 && more.value < 100 && tokens[number.next]?.kind === 'word') {
    const amount = cents(number.value + more.value / 100);
    return { values: [{ amount, currency: undefined }], from: index, to: more.next, sure: false, confidence: 0.65 };
  }
  return { values: [{ amount: cents(number.value), currency: undefined }], from: index, to: number.next, sure: false, confidence: 0.9 };
}

function quantityAt(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const number = decimalAt(tokens, index);
  if (number !== undefined) return number;
  const one = textAt(tokens, index) === 'a' || textAt(tokens, index) === 'an';
  return one && unitAt(tokens, index + 1) !== undefined ? { value: 1, next: index + 1 } : undefined;
}

function unitAt(tokens: readonly Token[], index: number): { currency: string | undefined; next: number } | undefined {
  for (const [currency, wordings] of LONG_UNITS) {
    const next = phraseAt(tokens, index, wordings);
    if (next !== undefined) return { currency, next };
  }
  const text = textAt(tokens, index);
  const sign = touches(tokens, index - 1) ? SIGNS.get(text) : undefined;
  const currency = UNIT_WORDS.get(text) ?? CODES.get(text) ?? sign;
  return currency === undefined ? undefined : { currency: currency === '' ? undefined : currency, next: index + 1 };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

const SIGNS: ReadonlyMap<string, string> = new Map([['$', 'USD'], ['€', 'EUR'], ['£', 'GBP'], ['¥', 'JPY']]);
const CODES: ReadonlyMap<string, string> = new Map(['usd', 'eur', 'gbp', 'chf', 'cad', 'aud', 'nzd', 'jpy', 'sek', 'nok', 'dkk'].map((code) => [code, code.toUpperCase()]));
const LONG_UNITS: readonly (readonly [currency: string, wordings: readonly (readonly string[])[]])[] = [
  ['USD', phrases('us dollars', 'u s dollars', 'american dollars')], ['CAD', phrases('canadian dollars')], ['AUD', phrases('australian dollars')],
  ['CHF', phrases('swiss francs')], ['GBP', phrases('pounds sterling', 'british pounds')],
];
/** '' is the slot's own currency: a dollar may be a Canadian one. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['dollars', 'USD'], ['dollar', 'USD'], ['bucks', ''], ['buck', ''], ['euros', 'EUR'], ['euro', 'EUR'], ['pounds', 'GBP'], ['pound', 'GBP'], ['quid', 'GBP'],
  ['francs', 'CHF'], ['franc', 'CHF'], ['yen', 'JPY'], ['kronor', 'SEK'], ['grand', ''],
]);
const CENTS: ReadonlyMap<string, string> = new Map([['cents', ''], ['cent', ''], ['pence', 'GBP'], ['p', 'GBP'], ['penny', '']]);
const AND_A_HALF = phrases('and a half');
