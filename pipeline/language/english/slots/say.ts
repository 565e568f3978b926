import { addDays, dayNumber, weekdayOf } from '../../../dialogue/slots/calendar.ts';
import type { CivilDay } from '../../../dialogue/slots/calendar.ts';
import { MONTH_NAMES } from './month-days.ts';
import { WEEKDAY_NAMES } from './weekdays.ts';

/** "Today, Sunday, November 22nd"; the year only where it is not this one. */
export function sayDate(day: CivilDay, today: CivilDay): string {
  const weekday = WEEKDAY_NAMES[weekdayOf(day)] ?? '';
  const year = day.year === today.year || dayNumber(day) - dayNumber(today) < 180 ? '' : `, ${day.year}`;
  const date = `${weekday}, ${MONTH_NAMES[day.month - 1] ?? ''} ${ordinalText(day.day)}${year}`;
  if (dayNumber(day) === dayNumber(today)) return `today, ${date}`;
  return dayNumber(day) === dayNumber(addDays(today, 1)) ? `tomorrow, ${date}` : date;
}

/** "Half past two in the afternoon", "ten fifteen in the morning", "noon"; `minutes` since midnight. */
export function sayTime(minutes: number): string {
  if (minutes === 720) return 'noon';
  if (minutes === 0) return 'midnight';
  const hour = Math.floor(minutes / 60);
  const minute = minutes % 60;
  const name = integerWords(((hour + 11) % 12) + 1);
  const part = hour < 12 ? 'in the morning' : hour < 18 ? 'in the afternoon' : hour < 22 ? 'in the evening' : 'at night';
  if (minute === 0) return `${name} o'clock ${part}`;
  if (minute === 30) return `half past ${name} ${part}`;
  return `${name} ${minute < 10 ? `oh ${integerWords(minute)}` : integerWords(minute)} ${part}`;
}

/** "Half an hour", "an hour and a half", "two hours and fifteen minutes", "three days". */
export function sayDuration(minutes: number): string {
  if (minutes === 30) return 'half an hour';
  if (minutes === 90) return 'an hour and a half';
  if (minutes === 45) return 'forty five minutes';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  if (days === 0 && rest === 30 && hours > 0) return `${integerWords(hours)} and a half hours`;
  const parts = [counted(days, 'day', 'a day'), counted(hours, 'hour', 'an hour'), counted(rest, 'minute', 'a minute')].filter((part) => part !== '');
  return parts.length === 0 ? 'no time' : parts.join(' and ');
}

/** "Twenty dollars and fifty cents". */
export function sayMoney(amount: number, currency: string): string {
  const whole = Math.trunc(amount);
  const small = Math.round((amount - whole) * 100);
  const [one, many, cent, cents] = CURRENCIES.get(currency) ?? [currency, currency, 'hundredth', 'hundredths'];
  const units = `${sayNumber(whole)} ${whole === 1 ? one : many}`;
  if (small === 0) return units;
  const rest = `${integerWords(small)} ${small === 1 ? cent : cents}`;
  return whole === 0 ? rest : `${units} and ${rest}`;
}

/** In words up to 100, in figures above; with their thousands apart, because voices read "1234" as a year and long figures digit by digit. */
export function sayNumber(value: number): string {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return integerWords(value);
  if (value < 0) return `minus ${sayNumber(-value)}`;
  return value.toLocaleString('en-US', { maximumFractionDigits: 12 });
}

/** "Four one five, five five five, oh one two three": digits in groups, slow enough to follow. */
export function sayDigits(digits: string, groups: readonly number[] = []): string {
  const parts: string[] = [];
  let rest = [...digits].map((digit) => DIGITS[Number(digit)] ?? digit);
  for (const size of groups.length > 0 ? groups : evenGroups(digits.length)) {
    parts.push(rest.slice(0, size).join(' '));
    rest = rest.slice(size);
  }
  if (rest.length > 0) parts.push(rest.join(' '));
  return parts.filter((part) => part !== '').join(', ');
}

export function sayEmail(address: string): string {
  return address.replaceAll('@', ' at ').replaceAll('.', ' dot ').replaceAll('_', ' underscore ').replaceAll('-', ' dash ').replaceAll('+', ' plus ').replace(/\s+/g, ' ').trim();
}

function ordinalText(day: number): string {
  const ending = day >= 11 && day <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
  return `${day}${ending}`;
}

function counted(count: number, unit: string, one: string): string {
  if (count === 0) return '';
  return count === 1 ? one : `${sayNumber(count)} ${unit}s`;
}

function integerWords(value: number): string {
  if (value === 100) return 'a hundred';
  const small = SMALL[value];
  if (small !== undefined) return small;
  const unit = value % 10;
  return `${TENS[Math.floor(value / 10)] ?? ''}${unit === 0 ? '' : ` ${SMALL[unit] ?? ''}`}`;
}

/** Threes, with four at the end rather than one alone. */
function evenGroups(length: number): readonly number[] {
  if (length <= 4) return [length];
  const groups = Array.from({ length: Math.floor(length / 3) }, () => 3);
  const rest = length % 3;
  if (rest === 1) groups[groups.length - 1] = 4;
  return rest === 2 ? [...groups, 2] : groups;
}

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const CURRENCIES: ReadonlyMap<string, readonly [one: string, many: string, cent: string, cents: string]> = new Map([
  ['USD', ['dollar', 'dollars', 'cent', 'cents']], ['EUR', ['euro', 'euros', 'cent', 'cents']], ['GBP', ['pound', 'pounds', 'penny', 'pence']],
  ['CAD', ['Canadian dollar', 'Canadian dollars', 'cent', 'cents']], ['AUD', ['Australian dollar', 'Australian dollars', 'cent', 'cents']], ['CHF', ['Swiss franc', 'Swiss francs', 'centime', 'centimes']],
]);
