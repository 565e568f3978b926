import type { AmountMeaning } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { decimalAt } from './fractions.ts';
import { sureness } from './hedges.ts';
import { isGlued, numbersAt } from './number-runs.ts';
import { cardinalAt } from './numbers.ts';

/** "$20", "twenty dollars and fifty cents", "five bucks", "12.50", "nineteen ninety nine". */
export function findAmounts(tokens: readonly Token[]): readonly Found<AmountMeaning>[] {
  const found: Found<AmountMeaning>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const read = signedAt(tokens, index) ?? pairAt(tokens, index) ?? spokenAt(tokens, index) ?? bareAt(tokens, index);
    if (read === undefined) continue;
    found.push({ ...read, confidence: (read.confidence ?? 1) * sureness(tokens, read) });
    index = read.to - 1;
  }
  return found;
}

/** "$20", "US$20", "EUR 20", "$5k", "$2.5 million", "$2m". */
function signedAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const country = textAt(tokens, index + 1) === '$' && touches(tokens, index) ? DOLLARS.get(textAt(tokens, index)) : undefined;
  const currency = country ?? SIGNS.get(textAt(tokens, index)) ?? CODES.get(textAt(tokens, index));
  const number = currency === undefined ? undefined : numberAt(tokens, index + (country === undefined ? 1 : 2));
  if (currency === undefined || number === undefined || number.value < 0) return undefined;
  const suffix = touches(tokens, number.next - 1) ? SUFFIXES.get(textAt(tokens, number.next)) : undefined;
  const end = suffix === undefined ? number.next : number.next + 1;
  const next = UNIT_WORDS.has(textAt(tokens, end)) ? end + 1 : end;
  return { values: [{ amount: cents(number.value * (suffix ?? 1)), currency }], from: index, to: next, sure: true, confidence: number.confidence };
}

/** "One twenty five dollars" may be 125 and 1.25. */
function pairAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const first = tokens[index]?.kind === 'word' ? cardinalAt(tokens, index) : undefined;
  const second = first !== undefined && first.value > 0 && first.value < 100 ? cardinalAt(tokens, first.next) : undefined;
  if (first === undefined || second === undefined || second.value < 10 || second.value > 99 || tokens[first.next]?.kind !== 'word') return undefined;
  const unit = unitAt(tokens, second.next);
  return unit && { values: [first.value * 100 + second.value, cents(first.value + second.value / 100)].map((amount) => ({ amount, currency: unit.currency })), from: index, to: unit.next, sure: true };
}

/** Three digits behind a dot are no cents: "1.234" is how half of Europe writes thousands. */
function numberAt(tokens: readonly Token[], index: number): { value: number; next: number; confidence: number } | undefined {
  if (isGlued(tokens, index) && !CODES.has(textAt(tokens, index - 1))) return undefined;
  const run = numbersAt(tokens, index);
  const number = run !== undefined && unitAt(tokens, run.next) !== undefined ? run : decimalAt(tokens, index);
  const isThousands = number?.next === index + 3 && textAt(tokens, index + 1) === '.' && tokens[index + 2]?.raw.length === 3;
  return number && (isThousands ? { ...number, value: Math.round(number.value * 1000), confidence: 0.5 } : { confidence: 1, ...number });
}

function spokenAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const number = quantityAt(tokens, index);
  if (number === undefined) return undefined;
  const small = CENTS.get(textAt(tokens, number.next));
  if (small !== undefined) return { values: [{ amount: cents(number.value / 100), currency: small === '' ? undefined : small }], from: index, to: number.next + 1, sure: true };
  // "Two hundred grand": the number has taken its unit along.
  const unit = unitAt(tokens, number.next) ?? (textAt(tokens, number.next - 1) === 'grand' ? { currency: undefined, next: number.next } : undefined);
  if (unit === undefined) return undefined;
  // "Between 12 euros and 15" are two amounts.
  const rest = textAt(tokens, index - 1) === 'between' ? undefined : centsAfter(tokens, unit.next);
  return { values: [{ amount: cents(number.value + (rest?.value ?? 0)), currency: unit.currency }], from: index, to: rest?.next ?? unit.next, sure: true, confidence: number.confidence };
}

function centsAfter(tokens: readonly Token[], index: number): { value: number; next: number } | undefined {
  const half = phraseAt(tokens, index, AND_A_HALF);
  if (half !== undefined) return { value: 0.5, next: half };
  const at = textAt(tokens, index) === 'and' || textAt(tokens, index) === ',' ? index + 1 : index;
  const number = cardinalAt(tokens, at);
  if (number === undefined || number.value >= 100) return undefined;
  if (CENTS.has(textAt(tokens, number.next))) return { value: number.value / 100, next: number.next + 1 };
  return textAt(tokens, index) !== ',' && number.value >= 10 && tokens[number.next]?.kind !== 'word' ? { value: number.value / 100, next: number.next } : undefined;
}

/** Only when asked: "fifty", "12.50", and "nineteen ninety nine" as prices are said. */
function bareAt(tokens: readonly Token[], index: number): Found<AmountMeaning> | undefined {
  const number = numberAt(tokens, index);
  if (number === undefined) return undefined;
  const more = Number.isInteger(number.value) && number.value < 1000 ? cardinalAt(tokens, number.next) : undefined;
  if (more !== undefined && more.value >= 10 && more.value < 100 && tokens[number.next]?.kind === 'word') {
    const amount = cents(number.value + more.value / 100);
    return { values: [{ amount, currency: undefined }], from: index, to: more.next, sure: false, confidence: 0.65 };
  }
  return { values: [{ amount: cents(number.value), currency: undefined }], from: index, to: number.next, sure: false, confidence: 0.9 * number.confidence };
}

function quantityAt(tokens: readonly Token[], index: number): { value: number; next: number; confidence: number } | undefined {
  const couple = phraseAt(tokens, index, COUPLE);
  if (couple !== undefined && unitAt(tokens, couple) !== undefined) return { value: 2, next: couple, confidence: 1 };
  const number = numberAt(tokens, index);
  if (number !== undefined) return number.value < 1 ? { ...number, next: pastArticle(tokens, number.next) } : number;
  const one = textAt(tokens, index) === 'a' || textAt(tokens, index) === 'an';
  return one && unitAt(tokens, index + 1) !== undefined ? { value: 1, next: index + 1, confidence: 1 } : undefined;
}

/** "Half a dollar", "three quarters of a dollar". */
function pastArticle(tokens: readonly Token[], index: number): number {
  const of = textAt(tokens, index) === 'of' ? index + 1 : index;
  return textAt(tokens, of) === 'a' && unitAt(tokens, of + 1) !== undefined ? of + 1 : index;
}

function unitAt(tokens: readonly Token[], index: number): { currency: string | undefined; next: number } | undefined {
  for (const [currency, wordings] of LONG_UNITS) {
    const next = phraseAt(tokens, index, wordings);
    if (next !== undefined) return { currency, next };
  }
  const text = textAt(tokens, index);
  // "5 $6" is five of something, and six dollars.
  const sign = touches(tokens, index - 1) || tokens[index + 1]?.kind !== 'number' ? SIGNS.get(text) : undefined;
  const currency = UNIT_WORDS.get(text) ?? CODES.get(text) ?? sign;
  return currency === undefined ? undefined : { currency: currency === '' ? undefined : currency, next: index + 1 };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

const SIGNS: ReadonlyMap<string, string> = new Map([['$', 'USD'], ['€', 'EUR'], ['£', 'GBP'], ['¥', 'JPY']]);
const DOLLARS: ReadonlyMap<string, string> = new Map([['us', 'USD'], ['ca', 'CAD'], ['c', 'CAD'], ['a', 'AUD'], ['au', 'AUD'], ['nz', 'NZD'], ['hk', 'HKD']]);
const SUFFIXES: ReadonlyMap<string, number> = new Map([['m', 1e6], ['mm', 1e6], ['mn', 1e6], ['bn', 1e9], ['b', 1e9]]);
const COUPLE = phrases('a couple of', 'a couple', 'couple of', 'couple');
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
const CENTS: ReadonlyMap<string, string> = new Map([['cents', ''], ['cent', ''], ['pence', 'GBP'], ['p', 'GBP'], ['penny', ''], ['centime', ''], ['centimes', ''], ['rappen', 'CHF'], ['hundredth', ''], ['hundredths', '']]);
const AND_A_HALF = phrases('and a half');
