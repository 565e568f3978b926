/**
 * Figures as the front end reads them: "1,234.56", "€27.50". It drops decimal commas ("27,50" becomes 2750), reads "1.234" as a
 * fraction, "1234" as a year, and names of currencies in capitals letter by letter.
 */
export function sayFigures(text: string): string {
  return text
    .replace(/(?<![\d.,/-])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?![\d]|\.\d)/g, isoDate)
    .replace(/(\d)[\u00A0\u202F\u2009](?=\d{3}(?!\d))/g, '$1,')
    .replace(/(?<![\d.,])(\d{1,3}(?:['’]\d{3})+)(?!\d)/g, (grouped) => grouped.replaceAll(/['’]/g, ','))
    .replace(EUROPEAN, (_whole, whole: string, cents: string) => `${whole.replaceAll('.', ',')}.${cents}`)
    .replace(/(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.,]*\d)/g, (grouped) => grouped.replaceAll('.', ','))
    .replace(/(?<![\d.,])\d{1,5}(?:\.\d{1,5}){2,}(?![\d.]*\d)/g, (parts) => parts.replaceAll('.', ' point '))
    .replace(SPACED, (figure) => figure.replaceAll(' ', ','))
    .replace(DOTTED, (figure) => figure.replaceAll('.', ','))
    .replace(COMMA, sayComma)
    .replace(/(\d),[-–—](?!\d)/g, '$1')
    .replace(/(?<![\d,.:/-])\d{4,12}(?=(?:\.\d\d)?\s?(?:€|£|\$))|(?<=[$€£]\s?)\d{4,12}(?=\D|$)/g, grouped)
    .replace(new RegExp(`(?<![\\d,.:/-])(?<!\\b(?:in|since|by|until|from|year|of|to)\\s)\\d{4,12}(?=\\s?(?:${COUNTED})\\b)`, 'gi'), grouped)
    .replace(/([€£$])\s(?=\d)/g, '$1')
    .replace(CODE_FIRST, (_whole, code: string, figure: string) => inCurrency(figure, code))
    .replace(CODE_LAST, (_whole, figure: string, name: string) => inCurrency(figure, name))
    .replace(/(?<![$€£\d.,])(\d[\d,]*(?:\.\d+)?)\s?([€£]|\$(?!\d))/g, '$2$1')
    .replace(/([₹₩₽₺])\s?(\d[\d,.]*\d|\d)/g, (_whole, sign: string, figure: string) => `${figure} ${SIGNS[sign] ?? sign}`)
    .replace(/(\d)\s?¢/g, '$1 cents');
}

/** "24.12.2026" is read as the date that it is; day and month stand so wherever dots are written. */
function isoDate(whole: string, day: string, month: string, year: string): string {
  return Number(day) < 1 || Number(day) > 31 || Number(month) < 1 || Number(month) > 12
    ? whole
    : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** "22,1" is a fraction, "rooms 1,2 and 3" are rooms. */
function sayComma(figure: string, whole: string, part: string, offset: number, text: string): string {
  const isList =
    part.length === 1 && (/\b\p{L}{2,}s\s$/u.test(text.slice(0, offset)) || /^\s(?:and|or|&)\s\d/.test(text.slice(offset + figure.length)));
  return isList ? `${whole}, ${part}` : `${whole}.${part}`;
}

function grouped(figure: string): string {
  return figure.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** "€27.50" is read with euros and cents, "27.50 Euro" is not; other currencies by their names. */
function inCurrency(figure: string, name: string): string {
  const key = name.toLowerCase();
  const sign = key.startsWith('eur')
    ? '€'
    : key.startsWith('usd') || key.startsWith('dollar')
      ? '$'
      : key.startsWith('gbp') || key.startsWith('pound')
        ? '£'
        : undefined;
  if (sign !== undefined) return `${sign}${figure}`;
  return `${figure} ${NAMES[key] ?? name}`;
}

const COUNTED =
  'dollars?|euros?|pounds|eur|usd|gbp|chf|francs|people|persons|guests|rooms|seats|kilometers|kilometres|km|miles|meters|metres|feet|steps|points|items|kg|square';
const EUROPEAN = /(?<![\d.,])(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?![\d,.]*\d)/g;
/** Thousands apart by a plain space or a dot: only with a currency, for other numbers stand side by side, too. */
const SPACED =
  /(?<![\d.,] ?)[1-9]\d{0,2}(?: \d{3})+(?=(?:,\d\d|\.\d\d)?\s?(?:[€£]|(?:euros?|eur|chf|kr)\b))|(?<=[€£]\s?)[1-9]\d{0,2}(?: \d{3})+(?!\d)/gi;
const DOTTED = /(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?=\s?(?:[€£]|(?:euros?|eur|chf)\b))|(?<=[€£]\s?)[1-9]\d{0,2}\.\d{3}(?![\d.,]*\d)/gi;
const COMMA = /(?<![\d.,:])(\d{1,3}(?:,\d{3})*|\d{4,12}),(\d{1,2})(?![\d,]|\.\d)/g;
const CODE_FIRST = /\b(EUR|USD|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK)\s?(\d[\d,]*(?:\.\d+)?)/g;
const CODE_LAST =
  /(?<![$€£\d.,])(\d[\d,]*(?:\.\d\d)?)\s?(EUR|USD|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK|(?<=\.\d\d\s?)(?:[Ee]uros?|dollars?|pounds))\b/g;
const NAMES: Readonly<Record<string, string>> = {
  chf: 'Swiss francs',
  cad: 'Canadian dollars',
  aud: 'Australian dollars',
  jpy: 'yen',
  sek: 'Swedish kronor',
  nok: 'Norwegian kroner',
  dkk: 'Danish kroner',
};
const SIGNS: Readonly<Record<string, string>> = { '₹': 'rupees', '₩': 'won', '₽': 'rubles', '₺': 'lira' };
