import { expect, test } from 'vitest';
import { distribution, formatTable } from './report.ts';

test('nearest-rank percentiles', () => {
  const d = distribution(Array.from({ length: 100 }, (_, i) => 100 - i));
  expect(d).toEqual({ n: 100, p50: 50, p90: 90, p95: 95, p99: 99, max: 100 });
  expect(distribution([])).toEqual({ n: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 });
});

test('nested distributions and figures are shown, rows are not', () => {
  const table = formatTable({
    turns: 3,
    firstSoundMs: distribution([1]),
    stagesMs: { vadStopMs: distribution([2]) },
    rows: [{ secret: 1 }],
  });
  expect(table).toContain('stagesMs.vadStopMs');
  expect(table).toMatch(/turns\s+3/);
  expect(table).not.toContain('secret');
});
