import { sayFigures } from './spoken-figures.ts';
import { sayKeys } from './spoken-keys.ts';
import { sayPlaces } from './spoken-places.ts';
import { saySigns } from './spoken-signs.ts';

/** Telephone numbers and codes digit by digit; ranges, rates and units that the front end misreads. */
export function sayNumbers(text: string): string {
  const steps = [sayKeys, sayPhones, sayPlaces, sayFigures, sayCodes, sayRanges, sayTimes, sayUnits, saySigns];
  return steps.reduce((said, step) => step(said), text);
}

function sayPhones(text: string): string {
  return PHONES.reduce((said, pattern) => said.replace(pattern, sayGroups), text);
}

/** "(555) 123-4567" → "5 5 5, 1 2 3, 4 5 6 7". */
function sayGroups(number: string): string {
  const groups =
    number
      .match(/\d+/g)
      ?.flatMap(byThrees)
      .map((group) => group.split('').join(' ')) ?? [];
  return `${number.trimStart().startsWith('+') ? 'plus ' : ''}${groups.join(', ')}`;
}

/** Up to four digits are one group; more are said by threes with a last one of up to four. */
function byThrees(digits: string): readonly string[] {
  const groups: string[] = [];
  let rest = digits;
  for (; rest.length > 4; rest = rest.slice(3)) groups.push(rest.slice(0, 3));
  return [...groups, rest];
}

function sayCodes(text: string): string {
  return text
    .replace(
      /\b((?:extension|ext\.?|dial|press|call|code|pin|reference|confirmation|booking|zip)(?: (?:number|code|is|on|us at|us on))*:?)\s#?(\d{3,10})(?![\d,.]*\d)/gi,
      (_whole, word: string, digits: string) => `${word} ${sayGroups(digits)}`,
    )
    .replace(/(?<![\d.,])\d{7,}(?![\d,.]*\d)/g, sayGroups);
}

function sayRanges(text: string): string {
  return text
    .replace(/(\d\s?(?:[ap]\.?m\.?)?)\s?[-–—]\s?(\d{1,2}(?::\d\d)?\s?[ap]\.?m\b)/gi, '$1 to $2')
    .replace(/(\b\d{1,2}:\d\d)\s?[-–—]\s?(\d{1,2}:\d\d)/g, '$1 to $2')
    .replace(/([$€£])(\d+(?:\.\d\d)?)\s?[-–—]\s?[$€£]?(\d+(?:\.\d\d)?)/g, '$1$2 to $1$3')
    .replace(/(\d)\s?[-–—]\s?(\d+(?:\.\d+)?\s?%)/g, '$1 to $2')
    .replace(DAY_RANGE, (_whole, from: string, to: string) => `${dayName(from)} to ${dayName(to)}`);
}

function dayName(short: string): string {
  return DAYS.find((day) => day.toLowerCase().startsWith(short.toLowerCase().slice(0, 3))) ?? short;
}

function sayTimes(text: string): string {
  return (
    text
      .replace(/\b24\s?\/\s?7\b/g, 'twenty-four seven')
      // "10am" is read as the word; "9:30am" is not.
      .replace(
        /(?<![:\d])(\d{1,2})\s?([ap])m\b/gi,
        (_whole, hour: string, half: string) => `${hour.replace(/^0(?=\d)/, '')} ${half.toUpperCase()}M`,
      )
      .replace(/\b(\d{1,2})\s?(?:h|hrs?)\b(?!\.?\w)/g, (_whole, hours: string) => `${hours} hour${hours === '1' ? '' : 's'}`)
  );
}

function sayUnits(text: string): string {
  return text
    .replace(/(\d)\s?(?:m²|sq\.? ?m|sqm)(?![\w])/gi, '$1 square meters')
    .replace(/(\d)\s?(?:ft²|sq\.? ?ft)(?![\w])/gi, '$1 square feet')
    .replace(/(?<![$€£\d.])(\d+(?:\.\d+)?) m\b(?!\.)/g, '$1 meters')
    .replace(
      /(\d)\s?\/\s?(night|day|week|month|year|hour|hr|person|guest|room|car|pet|child|adult|stay|bag|item|kg|km|mile)\b/gi,
      '$1 per $2',
    )
    .replace(/(\d)x\b(?!\s?\d)/g, '$1 times');
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const DAY = '(Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)(?:\\.|[a-z]*day)?';
const DAY_RANGE = new RegExp(`\\b${DAY}\\s?[-–—]\\s?${DAY}(?![a-z])`, 'g');

const PHONES: readonly RegExp[] = [
  /\+\d[\d\s().\-/]{6,18}\d(?!\d)/g,
  /(?<![\w.])(?:1[-. ])?\(\d{2,5}\)[-. ]?\d{3,4}(?:[-. ]?\d{2,4}){1,2}(?!\d)/g,
  /(?<![\w.$€£-])(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)/g,
  /(?<![\w.$€£-])\d{3}-\d{4}(?![\d-])/g,
  /(?<![\w.$€£:-])0\d{2,4}[-/ ]\d{3,8}(?:[-/ ]\d{2,5})?(?!\d)/g,
];
