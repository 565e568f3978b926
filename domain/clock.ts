import type { Ms } from './units.ts';

/**
 * The only way to learn the time. `nowMs` never goes backwards and counts the same milliseconds in every
 * thread of the process (its zero is arbitrary); `wallMs` is Unix time, for records and logs only.
 */
export interface Clock {
  nowMs(): Ms;
  wallMs(): number;
}
