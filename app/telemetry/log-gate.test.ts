import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { GATE, LogGate } from './log-gate.ts';

/** What is written when reasons come every so often, as [second, count]; 0 stands for a line of its own. */
function written(
  gate: LogGate<string>,
  reasons: (at: number) => readonly string[],
  everyMs: number,
  forMs: number,
): [number, string, number][] {
  const lines: [number, string, number][] = [];
  for (let at = 0; at <= forMs; at += everyMs) {
    for (const { line, count } of gate.due(ms(at))) lines.push([at / 1000, line, count]);
    for (const reason of reasons(at)) if (gate.take(ms(at), reason, reason) === 'whole') lines.push([at / 1000, reason, 0]);
  }
  return lines;
}

// An INVITE flood from a stranger wrote a thousand lines a second: 14 GB a day.
describe('lines that strangers cause', () => {
  it('are written whole at first, then summed up ever more seldom', () => {
    const lines = written(new LogGate(), () => ['refused'], 10, 20_000);
    expect(lines.map(([at, , count]) => [Math.round(at), count])).toEqual(
      [
        [0, 0],
        [1, 100],
        [3, 200],
        [7, 400],
        [15, 800],
      ].map(([at, count]) => [at, expect.closeTo(count ?? 0, -1)]),
    );
  });

  it('cost less than a hundred lines an hour, however they are timed', () => {
    for (const everyMs of [1, 100, 1_001, 1_999, 7_000, 61_000, 119_000, 121_000]) {
      expect(written(new LogGate(), () => ['refused'], everyMs, 3_600_000).length, `every ${everyMs} ms`).toBeLessThan(100);
    }
  });

  it('have a bounded number of reasons; the others share one count, and none is lost', () => {
    const gate = new LogGate<string>();
    let asked = 0;
    const lines = written(gate, (at) => ((asked += 1), [`reason ${at}`]), 10, 600_000);
    expect(lines.length).toBeLessThan(GATE.mostReasons * 10);
    const rest = gate.due(ms(600_001), true).reduce((sum, { count }) => sum + count, 0);
    expect(lines.reduce((sum, [, , count]) => sum + Math.max(1, count), 0) + rest).toBe(asked);
  });

  it('are written whole again after a quiet time, and those of other reasons meanwhile', () => {
    const gate = new LogGate<string>();
    const take = (at: number, reason = 'a') => gate.take(ms(at), reason, reason);
    expect([take(0), take(10), take(20, 'b'), take(30, 'b')]).toEqual(['whole', 'counted', 'whole', 'counted']);
    expect(gate.wakeAtMs).toBe(1000);
    expect(gate.due(ms(2000)).map(({ line, count }) => [line, count])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(gate.wakeAtMs).toBeUndefined();
    expect(take(2000 + GATE.quietMs)).toBe('whole');
    expect(take(4000 + GATE.quietMs)).toBe('whole');
  });
});
