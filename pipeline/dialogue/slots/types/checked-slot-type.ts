import type { SlotContext, SlotType, SlotValue } from '../slot-type.ts';

/** A slot type that can also tell whether a value is possible now, for arguments that did not come from speech. */
export interface CheckedSlotType extends SlotType {
  /** The code of what forbids an accepted value at this moment, such as `past`; undefined when nothing does. */
  fault(value: SlotValue, context: Pick<SlotContext, 'now' | 'known'>): string | undefined;
}
