import type { SeededRandom } from '#kit/seeded-random';

/** "Half past two in the afternoon", "two thirty p.m."; `time` is "14:30". */
function timeWordings(time: string): readonly string[] {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const name = ONES[((hour + 11) % 12) + 1] as string;
  const next = ONES[(hour % 12) + 1] as string;
  const half = hour < 12 ? 'a.m.' : 'p.m.';
  const part = hour < 12 ? 'in the morning' : hour < 18 ? 'in the afternoon' : 'in the evening';
  if (minute === 0) return [`at ${name} ${half}`, `at ${name} o'clock ${part}`];
  if (minute === 30) return [`at ${name} thirty ${half}`, `at half past ${name} ${part}`];
  if (minute === 15) return [`at ${name} fifteen ${half}`, `at a quarter past ${name} ${part}`];
  if (minute === 45) return [`at ${name} forty-five ${half}`, hour === 11 ? 'at eleven forty-five a.m.' : `at a quarter to ${next} ${part}`];
  return [`at ${name} ${minute < 10 ? `oh ${ONES[minute] as string}` : minute} ${half}`];
}

/** `date` is ISO 8601. */
function dateWordings(date: string): readonly string[] {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const name = MONTHS[month - 1] as string;
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] as string;
  const ordinal = ORDINALS[day] as string;
  return [`on ${name} ${ordinal}`, `on the ${ordinal} of ${name}`, `on ${weekday}, ${name} ${ordinal}`];
}

function durationWordings(minutes: number): readonly string[] {
  return DURATIONS[minutes] ?? [`for ${minutes} minutes`];
}

function peopleWordings(people: number): readonly string[] {
  const count = ONES[people] ?? String(people);
  return people === 1 ? ['for one person'] : [`for ${count} people`, `for ${count} persons`];
}

/** "Four one five, five five five, ..."; `number` is E.164 of North America. */
function phoneWordings(number: string): readonly string[] {
  const digits = number.replace(/^\+1/, '');
  const say = (part: string) => [...part].map((digit) => DIGITS[Number(digit)]).join(' ');
  return [`${say(digits.slice(0, 3))}, ${say(digits.slice(3, 6))}, ${say(digits.slice(6))}`];
}

/** A slot's value as callers say it: the first is the plainest. */
export function wordingsOf(slotType: string, value: string | number | boolean): readonly string[] {
  switch (slotType) {
    case 'time': return timeWordings(String(value));
    case 'date': return dateWordings(String(value));
    case 'duration': return durationWordings(Number(value));
    case 'count': return peopleWordings(Number(value));
    case 'phone': return phoneWordings(String(value));
    case 'name': return [`my name is ${String(value)}`];
    case 'choice': return [String(value), `the ${String(value)}`];
    default: return [String(value)];
  }
}

/** An answer on its own begins without "at", "on" or "for" as often as with it. */
export function answerOf(slotType: string, value: string | number | boolean, random: SeededRandom): string {
  const wording = random.pick(wordingsOf(slotType, value));
  const bare = random.next() < 0.5 ? wording.replace(/^(?:at|on|for) /, '') : wording;
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}.`.replace('..', '.');
}

export const DURATION_MINUTES: readonly number[] = [30, 45, 60, 90, 120, 180];
/** Values by slot type that these wordings are checked with. */
export const VALUES: Readonly<Record<string, readonly (string | number)[]>> = {
  time: ['08:00', '09:15', '10:30', '11:45', '12:15', '13:45', '14:30', '16:45'],
  date: ['2026-12-31', '2027-01-01', '2027-02-28', '2027-03-03', '2027-05-21', '2027-08-12', '2027-10-30'],
  duration: DURATION_MINUTES,
  count: Array.from({ length: 20 }, (_, i) => i + 1),
  phone: ['+14155550123', '+14155550100'],
};
const DURATIONS: Readonly<Record<number, readonly string[]>> = {
  30: ['for half an hour', 'for thirty minutes'], 45: ['for forty-five minutes', 'for three quarters of an hour'], 60: ['for one hour', 'for an hour'],
  90: ['for an hour and a half', 'for ninety minutes'], 120: ['for two hours'], 180: ['for three hours'],
};
const ONES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'];
const DIGITS = ['zero', ...ONES.slice(1, 10)];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth', 'twentieth', 'twenty-first', 'twenty-second', 'twenty-third', 'twenty-fourth', 'twenty-fifth', 'twenty-sixth', 'twenty-seventh', 'twenty-eighth', 'twenty-ninth', 'thirtieth', 'thirty-first'];
