import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose, joinAlternatives } from '../reading.ts';
import type { Found, Judged } from '../reading.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { SlotValue } from '../slot-type.ts';
import { tokenise } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Values are whole minutes. Codes: `too-short`, `too-long`, `off-step`. */
export function durationSlot(spec: SpecOf<'duration'>, language: SlotLanguage): CheckedSlotType {
  const fault = (minutes: number): string | undefined => {
    if (minutes < spec.minMinutes) return 'too-short';
    if (minutes > spec.maxMinutes) return 'too-long';
    return spec.stepMinutes !== undefined && minutes % spec.stepMinutes !== 0 ? 'off-step' : undefined;
  };
  return {
    type: 'duration',
    expects: 'words',
    takesKeys: true,
    hotwords: [],
    schema: {
      type: 'integer',
      minimum: spec.minMinutes,
      maximum: spec.maxMinutes,
      ...(spec.stepMinutes === undefined ? {} : { multipleOf: spec.stepMinutes }),
      description: 'minutes',
    },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = joinAlternatives(tokens, language.findDurations(tokens), language.or);
      return choose(tokens, found, context, ({ values }) => {
        const united = values.some((value) => value.kind === 'minutes');
        const minutes = values.flatMap((value) =>
          value.kind === 'minutes' ? [value.minutes] : united ? [] : bareMinutes(value.count, spec.unit),
        );
        return within(minutes, fault);
      });
    },
    say: (value) => language.say.duration(Number(value)),
    accepts: (value): value is SlotValue => typeof value === 'number' && Number.isInteger(value) && fault(value) === undefined,
    fault: (value) => fault(Number(value)),
  };
}

/** "Two" are hours, "ninety" minutes, "ten" may be both. */
function bareMinutes(count: number, unit: 'minutes' | 'hours' | undefined): readonly number[] {
  const inMinutes = Math.round(count);
  const inHours = Math.round(count * 60);
  if (unit !== undefined) return [unit === 'minutes' ? inMinutes : inHours];
  if (count > 12) return [inMinutes];
  return count < 5 || !Number.isInteger(count) ? [inHours] : [inMinutes, inHours];
}

/** Values are numbers. Codes: `too-small`, `too-large`, `not-whole`. */
export function numberSlot(spec: SpecOf<'number'>, language: SlotLanguage): CheckedSlotType {
  const fault = (value: number): string | undefined =>
    spec.whole && !Number.isInteger(value) ? 'not-whole' : value < spec.min ? 'too-small' : value > spec.max ? 'too-large' : undefined;
  return {
    type: 'number',
    expects: 'words',
    takesKeys: true,
    hotwords: [],
    schema: { type: spec.whole ? 'integer' : 'number', minimum: spec.min, maximum: spec.max },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      return choose(
        tokens,
        alternatives(tokens, language.findNumbers(tokens, spec.units), language),
        context,
        ({ values }) => within(values, fault),
        'one',
      );
    },
    say: (value) => language.say.number(Number(value)),
    accepts: (value): value is SlotValue => typeof value === 'number' && Number.isFinite(value) && fault(value) === undefined,
    fault: (value) => fault(Number(value)),
  };
}

/** Values are whole numbers. Codes: `too-few`, `too-many`. */
export function countSlot(spec: SpecOf<'count'>, language: SlotLanguage): CheckedSlotType {
  const fault = (value: number): string | undefined =>
    value < spec.min ? 'too-few' : value > spec.max ? 'too-many' : Number.isInteger(value) ? undefined : 'not-whole';
  return {
    type: 'count',
    expects: 'words',
    takesKeys: true,
    hotwords: [],
    schema: { type: 'integer', minimum: spec.min, maximum: spec.max },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      return choose(
        tokens,
        alternatives(tokens, language.findCounts(tokens, spec.units), language),
        context,
        ({ values }) => within(values, fault),
        'one',
      );
    },
    say: (value) => sayCount(Number(value), spec, language),
    accepts: (value): value is SlotValue => typeof value === 'number' && fault(value) === undefined,
    fault: (value) => fault(Number(value)),
  };
}

/** With the unit as it is counted: the first is for one, the second for several. */
function sayCount(count: number, spec: SpecOf<'count'>, language: SlotLanguage): string {
  if (spec.units.length === 0) return language.say.people(count);
  return `${language.say.number(count)} ${(count === 1 ? spec.units[0] : (spec.units[1] ?? spec.units[0])) ?? ''}`;
}

/** Values are { amount, currency }. Codes: `too-little`, `too-much`, `other-currency`. */
export function moneySlot(spec: SpecOf<'money'>, language: SlotLanguage): CheckedSlotType {
  const fault = (amount: number): string | undefined => (amount < spec.min ? 'too-little' : amount > spec.max ? 'too-much' : undefined);
  return {
    type: 'money',
    expects: 'words',
    takesKeys: true,
    hotwords: [],
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['amount', 'currency'],
      properties: {
        amount: { type: 'number', minimum: spec.min, maximum: spec.max, multipleOf: 0.01 },
        currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      },
    },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = joinAlternatives(
        tokens,
        language.findAmounts(tokens),
        language.or,
        (low, high) => language.isRange(tokens, low, high) && rises(low.values[0]?.amount, high.values[0]?.amount),
      );
      return choose(
        tokens,
        found,
        context,
        ({ values }) => {
          const said = values.flatMap((value) => (value.currency === undefined ? [] : [value.currency])).at(-1);
          const amounts = values
            .filter((value) => fault(value.amount) === undefined)
            .map(({ amount, currency }) => ({ amount, currency: currencyOf(currency ?? said, spec.currency) }));
          const [first] = values;
          return amounts.length > 0
            ? { kind: 'values', values: amounts }
            : { kind: 'invalid', code: fault(first?.amount ?? 0) ?? 'too-little' };
        },
        'one',
      );
    },
    say: (value) => (typeof value === 'object' ? language.say.money(value.amount, value.currency) : String(value)),
    accepts: (value): value is SlotValue => isMoney(value) && fault(value.amount) === undefined,
    fault: (value) => (isMoney(value) ? fault(value.amount) : 'too-little'),
  };
}

/** Dollars are those of the slot's own country. */
function currencyOf(said: string | undefined, own: string): string {
  return said === undefined || (said === 'USD' && ['CAD', 'AUD', 'NZD', 'HKD', 'SGD'].includes(own)) ? own : said;
}

function isMoney(value: unknown): value is { readonly amount: number; readonly currency: string } {
  if (typeof value !== 'object' || value === null || !('amount' in value) || !('currency' in value)) return false;
  const { amount, currency } = value;
  return (
    typeof amount === 'number' &&
    Number.isFinite(amount) &&
    Math.abs(amount * 100 - Math.round(amount * 100)) < 1e-6 &&
    typeof currency === 'string' &&
    /^[A-Z]{3}$/.test(currency)
  );
}

/** "Two or three", "ten to twelve". "4-3 people" is no range: that is "for three people" as recognition writes it. */
function alternatives(tokens: readonly Token[], found: readonly Found<number>[], language: SlotLanguage): readonly Found<number>[] {
  return joinAlternatives(
    tokens,
    found,
    language.or,
    (low, high) => language.isRange(tokens, low, high) && rises(low.values[0], high.values[0]),
  );
}

function rises(low: number | undefined, high: number | undefined): boolean {
  return low !== undefined && high !== undefined && low < high;
}

function within(values: readonly number[], fault: (value: number) => string | undefined): Judged {
  const possible = values.filter((value) => fault(value) === undefined);
  const [first] = values;
  if (possible.length > 0 || first === undefined) return { kind: 'values', values: possible };
  return { kind: 'invalid', code: fault(first) ?? 'impossible' };
}
