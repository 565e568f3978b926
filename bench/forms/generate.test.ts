import { expect, test } from 'vitest';
import { generateScripts, KINDS } from './generate.ts';

const OPTIONS = { callers: 45, seed: 7, today: '2026-11-22', voices: ['am_michael', 'af_bella'] };

test('the same seed makes the same callers, another one others', () => {
  expect(generateScripts(OPTIONS)).toEqual(generateScripts(OPTIONS));
  expect(generateScripts({ ...OPTIONS, seed: 8 })).not.toEqual(generateScripts(OPTIONS));
});

test('each kind has its callers, and each begins somehow', () => {
  const scripts = generateScripts(OPTIONS);
  for (const kind of KINDS) expect(scripts.filter((script) => script.kind === kind)).toHaveLength(5);
  expect(scripts.every(({ steps }) => steps[0]?.asked === 'start')).toBe(true);
  expect(new Set(scripts.map(({ name }) => name)).size).toBe(45);
});

test.each([1, 2, 3, 4, 5])("bookings of one run do not stand in each other's way, and all are in the year ahead (seed %d)", (seed) => {
  const bookings = generateScripts({ ...OPTIONS, callers: 200, seed }).filter(({ form }) => form === 'book-meeting-room');
  const rooms = bookings.map(({ expected }) => `${String(expected['place'])} ${String(expected['date'])}`);
  expect(new Set(rooms).size).toBe(rooms.length);
  for (const { expected } of bookings) {
    expect(String(expected['date']) > '2026-12-22' && String(expected['date']) < '2027-11-20').toBe(true);
    const [hour = 0, minute = 0] = String(expected['time']).split(':').map(Number);
    expect(hour * 60 + minute + Number(expected['duration'])).toBeLessThanOrEqual(20 * 60);
  }
});

test('whoever says everything at once has two turns at least', () => {
  const script = generateScripts(OPTIONS).find(({ kind }) => kind === 'all-at-once');
  expect(script?.leastTurns).toBe(2);
  expect(script?.steps[0]?.say).toMatch(/^\w.*(Mountain View|Harbor View|Library) .*, .*, .*\.$/);
});
