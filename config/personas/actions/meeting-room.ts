import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ActionModule, ModuleContext, ModuleResult } from '#pipeline';

/**
 * Books a meeting room. One that is taken is refused with the nearest free times of that day, and a day that is full
 * with the next days on which the time is free. The same key books once, however often it is asked for.
 * Settings of the declaration: `opens`, `closes` ("08:00"), `stepMinutes` (between the times that are offered), `seats`.
 */
export const bookRoom: ActionModule = {
  arguments: { place: 'choice', date: 'date', time: 'time', duration: 'duration', people: 'count' },
  run(args, context, signal): ModuleResult {
    const wish = wishOf(args);
    const hours = hoursOf(context.settings);
    const fault = hours.seats < wish.people ? refused('too-many', 'people', { seats: hours.seats }) : undefined;
    if (fault !== undefined) return fault;
    using bookings = openBookings(context.dataDir);
    return bookings.inOneGo(() => {
      signal.throwIfAborted();
      const earlier = bookings.byKey(context.idempotencyKey);
      if (earlier !== undefined) return done(earlier, wish);
      const day = dayOf(bookings, wish, hours, context);
      if (!day.isFree(wish.startMinute)) return insteadOf(bookings, wish, hours, context, day);
      return done(bookings.add(wish, context.idempotencyKey), wish);
    });
  },
};

interface Wish {
  readonly place: string;
  /** ISO 8601. */
  readonly date: string;
  /** From midnight. */
  readonly startMinute: number;
  readonly minutes: number;
  readonly people: number;
}

interface Hours {
  readonly opensMinute: number;
  readonly closesMinute: number;
  readonly stepMinutes: number;
  readonly seats: number;
}

/** One place on one day. */
interface Day {
  isFree(startMinute: number): boolean;
  /** Times at which it could begin, the nearest to the wish first. */
  readonly freeMinutes: readonly number[];
  /** Why the wished time cannot be, beside being taken. */
  readonly closed: 'past' | 'closed' | undefined;
}

function dayOf(bookings: Bookings, wish: Wish, { opensMinute, closesMinute, stepMinutes }: Hours, { now }: ModuleContext): Day {
  const taken = bookings.on(wish.place, wish.date);
  const today = isoDay(now.year, now.month, now.day);
  const earliest = wish.date > today ? 0 : wish.date < today ? MINUTES_A_DAY : now.hour * 60 + now.minute;
  const isOpen = (minute: number): boolean => minute >= opensMinute && minute + wish.minutes <= closesMinute;
  const isFree = (minute: number): boolean =>
    isOpen(minute) && minute >= earliest && taken.every(({ start, end }) => minute + wish.minutes <= start || minute >= end);
  const free: number[] = [];
  for (let minute = opensMinute; minute < closesMinute; minute += stepMinutes) if (isFree(minute)) free.push(minute);
  const distance = (minute: number): number => Math.abs(minute - wish.startMinute);
  return {
    isFree,
    freeMinutes: free.sort((one, other) => distance(one) - distance(other) || one - other),
    closed: wish.startMinute < earliest ? 'past' : isOpen(wish.startMinute) ? undefined : 'closed',
  };
}

/** No, with what would do: times of that day, or else days on which that time is free. */
function insteadOf(bookings: Bookings, wish: Wish, hours: Hours, context: ModuleContext, day: Day): ModuleResult {
  const times = day.freeMinutes
    .slice(0, MAX_OFFERS)
    .sort((one, other) => one - other)
    .map(clock);
  const values = { opens: clock(hours.opensMinute), closes: clock(hours.closesMinute) };
  if (wish.minutes > hours.closesMinute - hours.opensMinute) return refused('too-long', 'duration', values);
  if (times.length > 0) return refused(day.closed ?? 'taken', 'time', values, times);
  const days: string[] = [];
  for (let ahead = 1; ahead <= DAYS_AHEAD && days.length < MAX_OFFERS; ahead += 1) {
    const date = daysAfter(wish.date, ahead);
    if (dayOf(bookings, { ...wish, date }, hours, context).isFree(wish.startMinute)) days.push(date);
  }
  return refused(day.closed === 'past' ? 'past' : 'full', 'date', values, days);
}

function done(reference: number, wish: Wish): ModuleResult {
  return { kind: 'done', values: { reference, ends: clock(wish.startMinute + wish.minutes) } };
}

function refused(
  code: string,
  slot: string,
  values: Readonly<Record<string, string | number>>,
  offers: readonly string[] = [],
): ModuleResult {
  return { kind: 'refused', code, slot, values, ...(offers.length === 0 ? {} : { offers }) };
}

interface Bookings extends Disposable {
  byKey(key: string): number | undefined;
  on(place: string, date: string): readonly { readonly start: number; readonly end: number }[];
  /** Returns the number of the booking. */
  add(wish: Wish, key: string): number;
  /** Nobody else books meanwhile, and a failure leaves nothing behind. */
  inOneGo(work: () => ModuleResult): ModuleResult;
}

function openBookings(directory: string): Bookings {
  const database = new DatabaseSync(join(directory, 'meeting-room.sqlite'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000; ${SCHEMA}`);
  return {
    byKey: (key) => database.prepare('SELECT number FROM bookings WHERE key = ?').get(key)?.['number'] as number | undefined,
    on: (place, date) =>
      database
        .prepare('SELECT start_minute, end_minute FROM bookings WHERE place = ? AND date = ?')
        .all(place, date)
        .map((row) => ({ start: Number(row['start_minute']), end: Number(row['end_minute']) })),
    add: ({ place, date, startMinute, minutes, people }, key) =>
      Number(
        database
          .prepare('INSERT INTO bookings (key, place, date, start_minute, end_minute, people) VALUES (?, ?, ?, ?, ?, ?)')
          .run(key, place, date, startMinute, startMinute + minutes, people).lastInsertRowid,
      ),
    inOneGo(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function wishOf(args: Readonly<Record<string, unknown>>): Wish {
  return {
    place: String(args['place']),
    date: String(args['date']),
    startMinute: minuteOf(String(args['time'])),
    minutes: Number(args['duration']),
    people: Number(args['people']),
  };
}

function hoursOf(settings: Readonly<Record<string, unknown>>): Hours {
  const text = (key: string, otherwise: string): string => (typeof settings[key] === 'string' ? settings[key] : otherwise);
  const number = (key: string, otherwise: number): number =>
    typeof settings[key] === 'number' && settings[key] > 0 ? settings[key] : otherwise;
  return {
    opensMinute: minuteOf(text('opens', '08:00')),
    closesMinute: minuteOf(text('closes', '20:00')),
    stepMinutes: number('stepMinutes', 30),
    seats: number('seats', 20),
  };
}

function minuteOf(time: string): number {
  const [hour = '', minute = ''] = time.split(':');
  const minutes = Number(hour) * 60 + Number(minute);
  if (!/^\d{1,2}:\d{2}$/.test(time) || minutes > MINUTES_A_DAY) throw new TypeError('a time must be written as "08:30"');
  return minutes;
}

function clock(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function daysAfter(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const later = new Date(Date.UTC(year, month - 1, day + days));
  return isoDay(later.getUTCFullYear(), later.getUTCMonth() + 1, later.getUTCDate());
}

function isoDay(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS bookings (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, place TEXT NOT NULL, date TEXT NOT NULL,
    start_minute INTEGER NOT NULL, end_minute INTEGER NOT NULL, people INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS bookings_day ON bookings (place, date);
`;
const MINUTES_A_DAY = 1440;
/** As many as a caller can choose from by ear. */
const MAX_OFFERS = 3;
const DAYS_AHEAD = 14;
