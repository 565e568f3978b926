export { createSlotType } from './create-slot-type.ts';
