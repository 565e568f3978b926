import { addDays, dayNumber, isoDate, parseIsoDate, weekdayOf } from '../calendar.ts';
import type { CivilDay } from '../calendar.ts';
import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose, joinAlternatives } from '../reading.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { CivilTime, SlotValue } from '../slot-type.ts';
import { tokenise } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Values are 'YYYY-MM-DD'. Codes: `no-such-date`, `past`, `too-early`, `too-late`, `closed-day`. */
export function dateSlot(spec: SpecOf<'date'>, language: SlotLanguage): CheckedSlotType {
  return {
    type: 'date',
    expects: 'words',
    takesKeys: false,
    hotwords: [],
    schema: { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'ISO 8601 date, YYYY-MM-DD' },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = joinAlternatives(tokens, language.findDates(tokens, context.now, spec.order), language.or);
      return choose(
        tokens,
        found,
        context,
        ({ values }) => {
          const days = values.flatMap((value) => (value.kind === 'day' ? [value] : []));
          if (days.length === 0) return { kind: 'invalid', code: 'no-such-date' };
          const possible = days.filter((each) => dayFault(spec, each.day, context.now) === undefined);
          const [first] = days;
          if (possible.length === 0 && first !== undefined)
            return { kind: 'invalid', code: dayFault(spec, first.day, context.now) ?? 'no-such-date' };
          return {
            kind: 'values',
            values: possible.map((each) => isoDate(each.day)),
            confidence: Math.min(...possible.map((each) => each.confidence)),
          };
        },
        'one',
      );
    },
    say(value, { now }) {
      const day = parseIsoDate(value);
      return day === undefined ? String(value) : language.say.date(day, now);
    },
    accepts: (value): value is SlotValue => {
      const day = parseIsoDate(value);
      return day !== undefined && absoluteFault(spec, day) === undefined;
    },
    fault(value, { now }) {
      const day = parseIsoDate(value);
      return day === undefined ? 'no-such-date' : dayFault(spec, day, now);
    },
  };
}

/** What needs no clock: absolute bounds and days of the week. */
function absoluteFault(spec: SpecOf<'date'>, day: CivilDay): string | undefined {
  const from = parseIsoDate(spec.from);
  const to = parseIsoDate(spec.to);
  if (from !== undefined && dayNumber(day) < dayNumber(from)) return 'too-early';
  if (to !== undefined && dayNumber(day) > dayNumber(to)) return 'too-late';
  return spec.weekdays !== undefined && !spec.weekdays.some((name) => WEEKDAYS.indexOf(name) === weekdayOf(day)) ? 'closed-day' : undefined;
}

function dayFault(spec: SpecOf<'date'>, day: CivilDay, now: CivilTime): string | undefined {
  const today = dayNumber(now);
  const from = boundDay(spec.from, now);
  const to = boundDay(spec.to, now);
  if (from !== undefined && dayNumber(day) < from) return dayNumber(day) < today ? 'past' : 'too-early';
  if (to !== undefined && dayNumber(day) > to) return 'too-late';
  if (spec.daysAhead !== undefined && dayNumber(day) > today + spec.daysAhead) return 'too-late';
  return absoluteFault(spec, day);
}

function boundDay(bound: string | undefined, now: CivilTime): number | undefined {
  if (bound === 'today') return dayNumber(now);
  if (bound === 'tomorrow') return dayNumber(addDays(now, 1));
  const day = parseIsoDate(bound);
  return day === undefined ? undefined : dayNumber(day);
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
