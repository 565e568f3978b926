import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { TrunkPing } from './trunk-ping.ts';

/** One answer for each time that the trunk is asked; 0: none. */
function states(...answers: readonly number[]): readonly string[] {
  const ping = new TrunkPing(60_000);
  const seen: string[] = [];
  answers.forEach((status, round) => {
    for (const action of ping.wake(ms(round * 60_000))) {
      if (action.kind === 'changed') seen.push(action.state);
      else
        for (const change of status === 0 ? [] : ping.answered(action.id, status)) if (change.kind === 'changed') seen.push(change.state);
    }
  });
  return seen;
}

it.each([
  ['answers', [200, 200], ['up']],
  ['answers that it does not like us, and is there', [403, 405, 404], ['up']],
  ['never answers', [408, 408], ['down']],
  ['is out of service', [503], ['down']],
  ['misses one', [200, 408, 200], ['up']],
  ['goes and comes back', [200, 408, 408, 408, 200], ['up', 'down', 'up']],
  ['gets no report at all, not even that it failed', [200, 0, 0, 0, 200], ['up', 'down', 'up']],
  ['only rings', [100, 0], ['down']],
])('a trunk that %s', (_name, answers, expected) => {
  expect(states(...answers)).toEqual(expected);
});

it('is asked at its interval, and a late answer counts for nothing', () => {
  const ping = new TrunkPing(60_000);
  const [first] = ping.wake(ms(0));
  expect(first).toEqual({ kind: 'ask', id: 1 });
  expect([ping.wakeAtMs, ping.wake(ms(59_999)).length]).toEqual([60_000, 0]);
  ping.wake(ms(60_000));
  expect(ping.answered(1, 200)).toEqual([]);
  expect(ping.state).toBe('down');
});
