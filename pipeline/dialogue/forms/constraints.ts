import type { SlotValue } from '../slots/slot-type.ts';
import type { FormSlot, Values } from './form.ts';

/** What is said to a value that breaks a rule of the form; undefined: it breaks none. */
export function violated(slot: FormSlot, value: SlotValue, values: Values): string | undefined {
  for (const { after, before, not, says } of slot.declaration.constraints) {
    const than = (name: string | undefined): number | undefined => (name === undefined ? undefined : compare(value, values[name]));
    if ((than(after) ?? 1) <= 0 || (than(before) ?? -1) >= 0) return says;
    const forbidden = typeof not === 'string' ? [values[not]] : (not ?? []);
    if (forbidden.some((other) => same(other, value))) return says;
  }
  return undefined;
}

export function same(a: SlotValue | undefined, b: SlotValue | undefined): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.amount === b.amount && a.currency === b.currency;
  return a === b;
}

/** Below 0, 0 or above 0, as dates (`2026-03-01`), times (`09:30`), numbers and texts sort; undefined: they do not compare. */
function compare(a: SlotValue, b: SlotValue | undefined): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'object' && typeof b === 'object' && a.currency === b.currency) return a.amount - b.amount;
  return undefined;
}
