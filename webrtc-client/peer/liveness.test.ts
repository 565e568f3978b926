import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { Liveness } from './liveness.ts';

describe('liveness of a peer', () => {
  it('fails when the connection does not come through in time, whatever was seen', () => {
    const liveness = new Liveness(ms(1000), ms(500), ms(100));
    liveness.seen(ms(1490));
    expect(liveness.wakeAtMs).toBe(1500);
    expect(liveness.verdict(ms(1499))).toBe('alive');
    expect(liveness.verdict(ms(1500))).toBe('failed');
  });

  it('is gone when nothing has come for the time given', () => {
    const liveness = new Liveness(ms(1000), ms(500), ms(100));
    liveness.connected(ms(1100));
    expect(liveness.verdict(ms(1199))).toBe('alive');
    liveness.seen(ms(1199));
    expect(liveness.wakeAtMs).toBe(1299);
    expect(liveness.verdict(ms(1298))).toBe('alive');
    expect(liveness.verdict(ms(1299))).toBe('gone');
  });
});
