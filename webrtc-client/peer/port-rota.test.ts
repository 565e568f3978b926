import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { PortRota } from './port-rota.ts';

it('gives each port to one call, the longest unused first, and lets it rest before it is given again', () => {
  const rota = new PortRota(5000, 5001, ms(100));
  expect([rota.take(ms(0)), rota.take(ms(0)), rota.take(ms(0))]).toEqual([5000, 5001, undefined]);
  rota.release(ms(10), 5001);
  rota.release(ms(20), 5000);
  rota.release(ms(20), 5000);
  expect(rota.take(ms(109))).toBeUndefined();
  expect(rota.take(ms(110))).toBe(5001);
  expect(rota.take(ms(110))).toBeUndefined();
  expect(rota.used).toBe(1);
  expect(rota.take(ms(120))).toBe(5000);
});
