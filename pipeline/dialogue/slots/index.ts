export { createSlotType, readYesNo } from './create-slot-type.ts';
export type { CheckedSlotType } from './create-slot-type.ts';
export { readCorrection } from './corrections.ts';
export type { Correction } from './corrections.ts';
export { SLOT_TYPES, slotSpec } from './slot-spec.ts';
export type { SlotSpec, SlotSpecInput } from './slot-spec.ts';
export type { CivilTime, SlotContext, SlotReading, SlotType, SlotValue, Span } from './slot-type.ts';
