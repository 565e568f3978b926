import { clockText, dayNumber, minutesOf, parseClock, parseIsoDate } from '../calendar.ts';
import type { TimeMeaning } from '../meanings.ts';
import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose, joinAlternatives } from '../reading.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { SlotContext, SlotValue } from '../slot-type.ts';
import { tokenise } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Where no opening hours are set, people rarely mean the night: 06:00 up to 22:59. */
const WAKING_MINUTES = { from: 360, to: 1379 };

/** Values are 'HH:MM' (24 h). Codes: `no-such-time`, `outside-hours`, `past`, `off-step`. */
export function timeSlot(spec: SpecOf<'time'>, language: SlotLanguage): CheckedSlotType {
  return {
    type: 'time',
    expects: 'words',
    takesKeys: true,
    hotwords: [],
    schema: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: '24-hour time, HH:MM' },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = joinAlternatives(tokens, language.findTimes(tokens), language.or);
      return choose(tokens, found, context, ({ values }) => {
        // "Two or three p.m.": what is said of the last one holds for all.
        const half = values
          .flatMap((value) => (value.kind === 'clock' && value.half !== undefined && value.half !== 'known' ? [value.half] : []))
          .at(-1);
        const minutes = values.flatMap((value) =>
          candidates(value.kind === 'clock' && value.half === undefined ? { ...value, half } : value, context),
        );
        if (minutes.length === 0) return { kind: 'invalid', code: 'no-such-time' };
        const possible = minutes.filter((each) => minuteFault(spec, each, context) === undefined);
        const [first] = minutes;
        // Of two that are both impossible, the one by day tells why.
        if (possible.length === 0)
          return {
            kind: 'invalid',
            code:
              minuteFault(spec, minutes.find((each) => minuteFault(spec, each, context) !== 'outside-hours') ?? first ?? 0, context) ??
              'no-such-time',
          };
        const likely =
          spec.hours === undefined && values.every((value) => value.kind === 'clock' && value.half === undefined)
            ? possible.filter(isWaking)
            : possible;
        return {
          kind: 'values',
          values: (likely.length > 0 ? likely : possible).map(clockText),
          confidence: minutes.length === 1 ? 1 : 0.85,
        };
      });
    },
    say: (value) => language.say.time(parseClock(value) ?? 0),
    accepts: (value): value is SlotValue => {
      const minutes = parseClock(value);
      return minutes !== undefined && settingsFault(spec, minutes) === undefined;
    },
    fault(value, context) {
      const minutes = parseClock(value);
      return minutes === undefined ? 'no-such-time' : minuteFault(spec, minutes, context);
    },
  };
}

function candidates(meaning: TimeMeaning, context: SlotContext): readonly number[] {
  if (meaning.kind === 'impossible') return [];
  if (meaning.kind === 'from-now') return [(minutesOf(context.now) + meaning.minutes) % 1440];
  if (meaning.half === 'known') return [meaning.minutes];
  const morning = meaning.minutes % 720;
  if (meaning.half !== undefined) return [meaning.half === 'am' ? morning : morning + 720];
  return [morning, morning + 720];
}

function settingsFault(spec: SpecOf<'time'>, minutes: number): string | undefined {
  if (spec.hours !== undefined && (minutes < (parseClock(spec.hours.from) ?? 0) || minutes > (parseClock(spec.hours.to) ?? 1440)))
    return 'outside-hours';
  return spec.stepMinutes !== undefined && minutes % spec.stepMinutes !== 0 ? 'off-step' : undefined;
}

function minuteFault(spec: SpecOf<'time'>, minutes: number, context: Pick<SlotContext, 'now' | 'known'>): string | undefined {
  const fault = settingsFault(spec, minutes);
  if (fault !== undefined) return fault;
  const date =
    spec.date === undefined ? Object.values(context.known).find((value) => parseIsoDate(value) !== undefined) : context.known[spec.date];
  const day = parseIsoDate(date);
  const isToday = day !== undefined && dayNumber(day) === dayNumber(context.now);
  return isToday && minutes < minutesOf(context.now) ? 'past' : undefined;
}

function isWaking(minutes: number): boolean {
  return minutes >= WAKING_MINUTES.from && minutes <= WAKING_MINUTES.to;
}
