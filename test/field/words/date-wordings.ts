/** A day of the calendar; `month` 1 to 12. By the platform's own reckoning, so that ours is not its own witness. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface DateWording {
  readonly text: string;
  /** It can mean one day only, so that asking would be a nuisance. */
  readonly clear: boolean;
}

/** A day that is still to come as people say it and recognition writes it. */
export function dateWordings(day: Day, today: Day): readonly DateWording[] {
  const weekday = WEEKDAYS[weekdayOf(day)] ?? '';
  const month = MONTHS[day.month - 1] ?? '';
  const words = ordinalWords(day.day);
  const figures = `${day.day}${ending(day.day)}`;
  const ahead = dayNumber(day) - dayNumber(today);
  const isNextWeek = dayNumber(day) - ((weekdayOf(day) + 6) % 7) === dayNumber(today) - ((weekdayOf(today) + 6) % 7) + 7;
  const place = PLACES[Math.ceil(day.day / 7) - 1] ?? '';
  const isLast = addDays(day, 7).month !== day.month;
  const clear = (text: string): DateWording => ({ text, clear: true });
  const unclear = (text: string): DateWording => ({ text, clear: false });
  return [
    clear(`${month} ${figures}`), clear(`the ${words} of ${month}`), clear(`${weekday}, ${month} ${figures}`), clear(`${weekday} night, ${month} ${figures}`), clear(`on ${weekday} the ${figures} of ${month}`), clear(`${month} the ${words}, a ${weekday}`),
    clear(`${month} ${figures}, ${day.year}`), clear(`${weekday}. ${month} ${figures}.`), clear(`${day.month}/${day.day}/${day.year}`), clear(`${weekday} ${day.month}/${day.day}/${day.year}`), clear(`${month} ${words} at ten for two people`),
    clear(`in ${ahead} days`), clear(`${ahead} days from now`), clear(`in ${ahead} days, on ${weekday}`), clear(`the day after ${sayDay(addDays(day, -1))}`), clear(`the day before ${sayDay(addDays(day, 1))}`), clear(`a week before ${sayDay(addDays(day, 7))}`),
    unclear(`the ${place} ${weekday} of ${month}`), ...(isLast ? [unclear(`the last ${weekday} in ${month}`)] : []), ...(addDays(day, 1).day === 1 ? [unclear(`the last day of ${month}`)] : []),
    ...(ahead > 7 ? [clear(`${weekday} a week after ${sayDay(addDays(day, -7))}`)] : []), ...(ahead < 7 ? [clear(`${weekday} please`), clear(`on ${weekday} evening at eight`), clear(`this ${weekday}, the ${figures}`)] : []),
    ...(ahead % 7 === 0 ? [clear(ahead === 7 ? 'in a week' : `in ${ahead / 7} weeks`), unclear(`${weekday} in ${ahead / 7} weeks`)] : []), ...(ahead > 7 && ahead < 14 ? [clear(`a week on ${weekday}`), ...(isNextWeek ? [clear(`${weekday} next week`), clear(`next week on ${weekday}`)] : []), unclear(`next ${weekday}, ${month} ${figures}`)] : []),
    ...(ahead < 28 ? [clear(`the ${figures}`), clear(`${weekday} the ${words}`)] : []),
  ];
}

/** With its year: what is counted from may be over, or a year away. */
function sayDay(day: Day): string {
  return `${MONTHS[day.month - 1] ?? ''} ${day.day}${ending(day.day)}, ${day.year}`;
}

/** Days since 1970-01-01. */
function dayNumber({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

export function addDays(day: Day, days: number): Day {
  const date = new Date((dayNumber(day) + days) * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(dayNumber(day) * 86_400_000).getUTCDay();
}

export function isoDate(day: Day): string {
  return new Date(dayNumber(day) * 86_400_000).toISOString().slice(0, 10);
}

function ending(day: number): string {
  return day >= 11 && day <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function ordinalWords(day: number): string {
  const small = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth', 'twentieth'];
  if (day <= 20) return small[day] ?? '';
  return day === 30 ? 'thirtieth' : `${day < 30 ? 'twenty' : 'thirty'} ${small[day % 10] ?? ''}`;
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const PLACES = ['first', 'second', 'third', 'fourth', 'fifth'];
