import { describe, expect, it } from 'vitest';
import { SLOT_TYPES, slotSpec } from './slot-spec.ts';
import { slotOf } from './testing/reading-table.ts';

function fault(spec: unknown): string {
  const parsed = slotSpec.safeParse(spec);
  return parsed.success ? '' : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

describe('settings of slots', () => {
  it('tells what would be right', () => {
    expect(fault({ type: 'dat' })).toContain('a type of slot: date, time, duration');
    expect(fault({ type: 'date', from: 'yesterday' })).toContain("from: 'today', 'tomorrow' or a date such as '2026-03-21'");
    expect(fault({ type: 'time', hours: { from: '8', to: '18:00' } })).toContain("hours.from: a 24-hour time in quotes such as '08:30'");
    expect(fault({ type: 'time', hours: { from: '18:00', to: '08:00' } })).toContain('`from` must be before `to`');
    expect(fault({ type: 'choice', choices: [] })).toContain('choices');
    expect(fault({ type: 'choice', choices: ['a', 'a'] })).toContain('each value once');
    expect(fault({ type: 'choice', choices: [3] })).toContain('a word, or { value, label, also: [...] }');
    expect(fault({ type: 'count', min: 5, max: 2 })).toContain('min: must not be over max (2)');
    expect(fault({ type: 'money', currency: 'dollars' })).toContain('a currency by ISO 4217 such as USD');
    expect(fault({ type: 'phone', country: 'usa' })).toContain('a country by ISO 3166 such as US; did you mean US?');
    expect(fault({ type: 'phone', country: 'UK' })).toContain('did you mean GB?');
    expect(fault({ type: 'phone', country: 'XX' })).toBe('country: a country by ISO 3166 such as US');
    expect(fault({ type: 'money', currency: 'ABC' })).toBe('currency: a currency by ISO 4217 such as USD');
    expect(fault({ type: 'money', currency: 'EURO' })).toContain('did you mean EUR?');
    expect(fault({ type: 'date', from: '2026-05-01', to: '2026-04-30' })).toContain('from: must not be after to (2026-04-30)');
    expect(fault({ type: 'date', from: 'tomorrow', to: 'today' })).toContain('must not be after to');
    expect([
      fault({ type: 'date', from: 'today', to: '2026-04-30' }),
      fault({ type: 'date', from: '2026-04-30', to: '2026-04-30' }),
      fault({ type: 'phone', country: 'GB' }),
    ]).toEqual(['', '', '']);
    expect(fault({ type: 'count', maximum: 3 })).toContain('maximum');
  });

  it('makes every type, with a JSON Schema', () => {
    for (const type of SLOT_TYPES) {
      const slot = slotOf(type === 'choice' ? { type, choices: ['a'] } : { type });
      expect(slot.type).toBe(type);
      expect(typeof slot.schema['type']).toBe('string');
      for (const value of [undefined, null, [], {}, Number.NaN, Symbol.iterator]) expect(slot.accepts(value)).toBe(false);
    }
  });
});
