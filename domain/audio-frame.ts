import type { Hz } from './units.ts';

/**
 * Decoded mono samples, signed 16-bit. `pcm` is a view that stays valid only until its source reuses it:
 * whoever stores a frame copies it, and says so.
 */
export interface AudioFrame<Rate extends Hz = Hz> {
  readonly sampleRateHz: Rate;
  readonly pcm: Int16Array;
}
