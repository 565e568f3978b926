import * as z from 'zod';
import { countryFault, currencyFault } from '../known-codes.ts';
import { parseIsoDate } from './calendar.ts';

const bound = z
  .string({ error: "'today', 'tomorrow' or a date such as '2026-03-21'" })
  .refine(
    (text) => text === 'today' || text === 'tomorrow' || parseIsoDate(text) !== undefined,
    "'today', 'tomorrow' or a date such as '2026-03-21'",
  );
const clock = z
  .string({ error: "a time in quotes such as '08:30'" })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a 24-hour time in quotes such as '08:30'");
const weekday = z.enum(['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'], { error: 'a day such as monday' });
const word = z.string().trim().min(1).max(80);
const length = z.number().int().min(1).max(40);
const currency = z.string().refine((code) => currencyFault(code) === undefined, { error: ({ input }) => currencyFault(String(input)) });

const dateSpec = z.strictObject({
  type: z.literal('date'),
  from: bound.optional().describe('The first day allowed; `today` for no past dates'),
  to: bound.optional().describe('The last day allowed'),
  daysAhead: z.number().int().min(0).max(3660).optional().describe('How many days from today on are allowed'),
  weekdays: z.array(weekday).min(1).max(7).optional().describe('The days of the week allowed'),
  order: z.enum(['month-day', 'day-month']).default('month-day').describe('How 3/4 is read'),
});

const timeSpec = z.strictObject({
  type: z.literal('time'),
  hours: z
    .strictObject({ from: clock, to: clock })
    .refine((hours) => hours.from < hours.to, '`from` must be before `to`')
    .optional()
    .describe('Opening hours; they also decide between morning and evening'),
  stepMinutes: z.number().int().min(1).max(720).optional().describe('Times start at multiples of this, such as 15'),
  date: z.string().min(1).max(60).optional().describe('The slot with the date of this time; times that are over today are refused'),
});

const durationSpec = z.strictObject({
  type: z.literal('duration'),
  minMinutes: z.number().int().min(1).max(525_600).default(1),
  maxMinutes: z.number().int().min(1).max(525_600).default(525_600),
  stepMinutes: z.number().int().min(1).max(1440).optional(),
  unit: z.enum(['minutes', 'hours']).optional().describe('What a bare number means; both are possible without it'),
});

const numberSpec = z.strictObject({
  type: z.literal('number'),
  min: z.number().min(-1e12).max(1e12).default(-1e12),
  max: z.number().min(-1e12).max(1e12).default(1e12),
  whole: z.boolean().default(false).describe('No fractions'),
  units: z.array(word).max(40).default([]).describe('Words that follow the number, such as miles; with one it counts unasked'),
});

const countSpec = z.strictObject({
  type: z.literal('count'),
  min: z.number().int().min(0).max(1_000_000).default(1),
  max: z.number().int().min(0).max(1_000_000).default(1_000_000),
  units: z.array(word).max(40).default([]).describe('What is counted, such as [room, rooms]; people when absent'),
});

const moneySpec = z.strictObject({
  type: z.literal('money'),
  currency: currency.default('USD').describe('Of amounts said without one'),
  min: z.number().min(0).max(1e9).default(0),
  max: z.number().min(0).max(1e9).default(1e9),
});

const choiceSpec = z.strictObject({
  type: z.literal('choice'),
  choices: z
    .array(
      z.union(
        [
          word.transform((value): { value: string; label?: string | undefined; also: string[] } => ({ value, also: [] })),
          z.strictObject({
            value: word,
            label: word.optional().describe('As it is said; the value when absent'),
            also: z.array(word).max(40).default([]).describe('Other names for it'),
          }),
        ],
        { error: 'a word, or { value, label, also: [...] }' },
      ),
    )
    .min(1)
    .max(200)
    .refine((choices) => new Set(choices.map((choice) => choice.value)).size === choices.length, 'must have each value once'),
});

const phoneSpec = z.strictObject({
  type: z.literal('phone'),
  country: z
    .string()
    .refine((code) => countryFault(code) === undefined, { error: ({ input }) => countryFault(String(input)) })
    .default('US')
    .describe('Of numbers said without a country code'),
});

const digitsSpec = z.strictObject({
  type: z.literal('digits'),
  length: length.optional().describe('Exactly so many digits'),
  minLength: length.default(1),
  maxLength: length.default(40),
  leads: z.array(word).max(20).default([]).describe('Words before the digits, such as `order number`; with one they count unasked'),
});

const nameSpec = z.strictObject({ type: z.literal('name'), maxWords: z.number().int().min(1).max(8).default(4) });
const emailSpec = z.strictObject({ type: z.literal('email') });
const yesNoSpec = z.strictObject({ type: z.literal('yes-no') });
const textSpec = z.strictObject({
  type: z.literal('text'),
  minLength: z.number().int().min(1).max(2000).default(1).describe('In characters'),
  maxLength: z.number().int().min(1).max(2000).default(1000).describe('In characters'),
  leads: z.array(word).max(20).default([]).describe('Words before the text that make it count unasked, such as `it is about`'),
});

const SPECS = [
  dateSpec,
  timeSpec,
  durationSpec,
  numberSpec,
  countSpec,
  moneySpec,
  yesNoSpec,
  choiceSpec,
  phoneSpec,
  digitsSpec,
  nameSpec,
  emailSpec,
  textSpec,
] as const;
export const SLOT_TYPES = SPECS.map(({ shape }) => shape.type.value);

/** One slot's type and its settings, as a persona's form writes them. */
export const slotSpec = z
  .discriminatedUnion('type', SPECS, {
    error: (issue) => (issue.code === 'invalid_union' ? `a type of slot: ${SLOT_TYPES.join(', ')}` : undefined),
  })
  .superRefine((spec, report) => {
    for (const [low, high] of [
      ['min', 'max'],
      ['minMinutes', 'maxMinutes'],
      ['minLength', 'maxLength'],
    ] as const) {
      const settings: Readonly<Record<string, unknown>> = spec;
      if (Number(settings[low]) > Number(settings[high]))
        report.addIssue({ code: 'custom', path: [low], message: `must not be over ${high} (${String(settings[high])})` });
    }
    if (spec.type === 'date' && isAfter(spec.from, spec.to))
      report.addIssue({ code: 'custom', path: ['from'], message: `must not be after to (${spec.to})` });
  });

/** Where the calendar does not decide: two dates, or two days relative to the call. */
function isAfter(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const areDates = [from, to].every((bound) => parseIsoDate(bound) !== undefined);
  return areDates ? from > to : from === 'tomorrow' && to === 'today';
}

export type SlotSpec = z.infer<typeof slotSpec>;
/** As written, before defaults. */
export type SlotSpecInput = z.input<typeof slotSpec>;
export type SpecOf<Type extends SlotSpec['type']> = Extract<SlotSpec, { readonly type: Type }>;
