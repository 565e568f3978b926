import { describe, expect, it } from 'vitest';
import { moduleResult } from './module-result.ts';

describe('moduleResult', () => {
  it.each<[unknown, object]>([
    [
      { kind: 'done', values: { a: 1, b: { amount: 2, currency: 'USD' }, c: undefined, d: [], 'e f': 1, g: NaN, h: 'x'.repeat(400) } },
      { kind: 'done', values: { a: 1, b: { amount: 2, currency: 'USD' }, h: `${'x'.repeat(299)}…` } },
    ],
    [{ kind: 'done' }, { kind: 'done', values: {} }],
    [
      { kind: 'refused', code: 'taken', slot: 'time', offers: ['14:00', {}, 3, 'a', 'b', 'c'] },
      { kind: 'refused', code: 'taken', values: {}, slot: 'time', offers: ['14:00', 3, 'a', 'b'] },
    ],
    [
      { kind: 'refused', code: 'No!' },
      { kind: 'failed', code: 'bad-answer', mayHaveHappened: false },
    ],
    [undefined, { kind: 'failed', code: 'bad-answer', mayHaveHappened: true }],
    ['done', { kind: 'failed', code: 'bad-answer' }],
    [
      { kind: 'failed', mayHaveHappened: false },
      { kind: 'failed', code: 'bad-answer', mayHaveHappened: true },
    ],
  ])('reads %j', (given, result) => {
    expect(moduleResult(given)).toMatchObject(result);
  });
});
