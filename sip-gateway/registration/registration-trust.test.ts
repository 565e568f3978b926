import { describe, expect, it } from 'vitest';
import { Bench, CHALLENGE } from './io/test-bench.ts';

describe('answers to challenges', () => {
  it.each([
    ['500', (bench: Bench) => void bench.answer(500)],
    ['503', (bench: Bench) => void bench.answer(503, { 'Retry-After': '1' })],
    ['408', (bench: Bench) => void bench.answer(408)],
    ['302', (bench: Bench) => void bench.answer(302)],
    ['nothing', (bench: Bench) => void bench.wait()],
    ['no connection', (bench: Bench) => bench.feed({ kind: 'not-sent', id: bench.last.id })],
  ])('an answer to a challenge that leads to %s is not given again for minutes: a thief of the address gathers few', (_name, end) => {
    const bench = new Bench().start();
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      bench.answer(401, { 'WWW-Authenticate': CHALLENGE.replace('n1', `n${round}`) });
      end(bench);
      waits.push(bench.wait() / 60_000);
    }
    expect(waits).toEqual([2, 4, 8, 15, 15]);
    bench.accept();
    bench.wait();
    bench.answer(503);
    expect(bench.wait()).toBe(2_500);
  });

  it('the same where the next registrar is asked in between', () => {
    const bench = new Bench({ registrars: ['thief.example', 'b.example'] }).start();
    bench.answer(401, { 'WWW-Authenticate': CHALLENGE }).answer(500);
    expect(bench.last.nextHop).toBe('sip:b.example');
    bench.answer(503);
    expect(bench.wait()).toBe(120_000);
    expect(bench.last.nextHop).toBe('sip:thief.example');
    // Neither asked this time.
    bench.answer(503).answer(503);
    expect(bench.wait()).toBe(2_500);
  });
});

describe('the address of a registrar', () => {
  it('is known as long as the registration holds, and a little longer for what is on its way', () => {
    const bench = new Bench().start().accept(600);
    const { nowMs } = bench;
    for (const [afterS, isKnown] of [
      [599, true],
      [631, true],
      [632, false],
      [86_400, false],
    ] as const) {
      bench.nowMs = nowMs + afterS * 1_000;
      expect(bench.knows('192.0.2.9')).toBe(isKnown);
    }
  });

  it('that has moved is forgotten: who is given the old one a day later could call in', () => {
    const bench = new Bench().start().accept(600);
    bench.wait();
    bench.answer(200, { Expires: '600' }, '192.0.2.10');
    expect([bench.knows('192.0.2.9'), bench.knows('192.0.2.10')]).toEqual([true, true]);
    bench.wait();
    bench.answer(200, { Expires: '600' }, '192.0.2.10');
    expect([bench.knows('192.0.2.9'), bench.knows('192.0.2.10')]).toEqual([false, true]);
  });

  it.each([
    ['refused', (bench: Bench) => void bench.answer(403)],
    ['asked in vain for the password', (bench: Bench) => void bench.answer(401, {})],
  ])('is forgotten once it is %s', (_name, refuse) => {
    const bench = new Bench().start().accept();
    bench.wait();
    refuse(bench);
    expect(bench.knows('192.0.2.9')).toBe(false);
  });

  it('is forgotten once the registration is taken back, and not by a server that is busy', () => {
    const bench = new Bench().start().accept();
    bench.wait();
    bench.answer(503);
    expect(bench.knows('192.0.2.9')).toBe(true);
    bench.feed({ kind: 'stop' });
    bench.answer(200);
    expect([bench.isStopped, bench.knows('192.0.2.9')]).toEqual([true, false]);
  });
});
