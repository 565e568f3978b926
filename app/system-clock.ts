import type { Clock } from '#domain/clock';
import { ms, type Ms } from '#domain/units';

/** The only reader of time. `process.hrtime` counts from the same zero in every thread of the process. */
export const systemClock: Clock = {
  nowMs(): Ms {
    return ms(Number(process.hrtime.bigint() / 1000n) / 1000);
  },
  wallMs(): number {
    return Date.now();
  },
};
