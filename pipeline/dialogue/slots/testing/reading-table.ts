import { expect, it } from 'vitest';
import { createSlotType } from '../create-slot-type.ts';
import { english } from '../../../language/english/slots/english.ts';
import type { CheckedSlotType } from '../create-slot-type.ts';
import { slotSpec } from '../slot-spec.ts';
import type { SlotSpecInput } from '../slot-spec.ts';
import type { CivilTime, SlotContext, SlotValue } from '../slot-type.ts';

/** Wednesday, 18 November 2026, 10:20. */
export const NOW: CivilTime = { year: 2026, month: 11, day: 18, hour: 10, minute: 20, weekday: 3 };

/** What a wording shall be read as: a value, `which(...)`, `wrong(code)` or `nothing`. */
export type Expected =
  | { readonly is: 'value'; readonly value: SlotValue }
  | { readonly is: 'which'; readonly values: readonly SlotValue[] }
  | { readonly is: 'wrong'; readonly code: string }
  | { readonly is: 'nothing' };
export type Row = readonly [utterance: string, expected: SlotValue | Expected];

export const nothing: Expected = { is: 'nothing' };
export const which = (...values: readonly SlotValue[]): Expected => ({ is: 'which', values });
export const wrong = (code: string): Expected => ({ is: 'wrong', code });

export function slotOf(spec: SlotSpecInput): CheckedSlotType {
  return createSlotType(slotSpec.parse(spec), english);
}

/** One test for each wording. */
export function readingTable(spec: SlotSpecInput, context: Partial<SlotContext>, rows: readonly Row[]): void {
  const type = slotOf(spec);
  const whole: SlotContext = { now: NOW, asked: true, known: {}, ...context };
  for (const [utterance, expected] of rows) {
    it(`${whole.asked ? 'asked' : 'unasked'}: "${utterance}" is ${describeExpected(expected)}`, () => {
      const reading = type.read(utterance, whole);
      const said =
        reading.kind === 'value'
          ? { is: 'value', value: reading.value }
          : reading.kind === 'ambiguous'
            ? { is: 'which', values: reading.values }
            : reading.kind === 'invalid'
              ? { is: 'wrong', code: reading.code }
              : { is: 'nothing' };
      expect(said).toEqual(isExpected(expected) ? expected : { is: 'value', value: expected });
      if (reading.kind === 'value') expect(type.accepts(reading.value)).toBe(true);
      if (reading.kind !== 'none') {
        const [from, to] = reading.span;
        expect(from >= 0 && from < to && to <= utterance.length).toBe(true);
      }
    });
  }
}

function isExpected(expected: SlotValue | Expected): expected is Expected {
  return typeof expected === 'object' && 'is' in expected;
}

function describeExpected(expected: SlotValue | Expected): string {
  return isExpected(expected) ? `${expected.is} ${JSON.stringify({ ...expected, is: undefined })}` : JSON.stringify(expected);
}
