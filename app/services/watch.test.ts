import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { ServiceWatch, type WatchOptions } from './watch.ts';

const OPTIONS: WatchOptions = {
  healthIntervalMs: ms(2000), misses: 3, startTimeoutMs: ms(60_000), backoffMs: ms(500), maxBackoffMs: ms(4000), stableMs: ms(30_000), stopGraceMs: ms(5000), managed: true,
};

function readyWatch(options: Partial<WatchOptions> = {}): ServiceWatch {
  const watch = new ServiceWatch({ ...OPTIONS, ...options });
  watch.handle(ms(0), { kind: 'start' });
  watch.handle(ms(1000), { kind: 'healthy' });
  return watch;
}

it('starts a service and calls it ready once it says so', () => {
  const watch = new ServiceWatch(OPTIONS);
  expect(watch.handle(ms(0), { kind: 'start' }).map((action) => action.kind)).toEqual(['spawn', 'changed']);
  expect(watch.handle(ms(300), { kind: 'wake' })).toEqual([{ kind: 'probe' }]);
  expect(watch.handle(ms(310), { kind: 'unhealthy', reason: 'loading' })).toEqual([]);
  expect(watch.handle(ms(900), { kind: 'healthy' })).toEqual([{ kind: 'changed', state: 'ready' }]);
});

it('starts a service that died again, a little later each time', () => {
  const watch = readyWatch();
  watch.handle(ms(2000), { kind: 'exited', reason: 'SIGKILL' });
  expect(watch.state).toBe('failed');
  expect(watch.wakeAtMs).toBe(2500);
  expect(watch.handle(ms(2500), { kind: 'wake' })[0]).toEqual({ kind: 'spawn' });
  watch.handle(ms(2600), { kind: 'exited', reason: 'code 1' });
  expect(watch.wakeAtMs).toBe(3600);
});

it('begins with the shortest pause again after a stable while', () => {
  const watch = readyWatch();
  watch.handle(ms(2000), { kind: 'exited', reason: 'x' });
  watch.handle(ms(2500), { kind: 'wake' });
  watch.handle(ms(3000), { kind: 'healthy' });
  watch.handle(ms(33_000), { kind: 'wake' });
  watch.handle(ms(40_000), { kind: 'exited', reason: 'x' });
  expect(watch.wakeAtMs).toBe(40_500);
});

it('ends a service that no longer answers, and kills it when it will not go', () => {
  const watch = readyWatch();
  expect([1, 2, 3].map((n) => watch.handle(ms(1000 + n * 2000), { kind: 'unhealthy', reason: 'no answer' }).map((a) => a.kind))).toEqual([[], [], ['changed', 'kill']]);
  expect(watch.handle(ms(12_000), { kind: 'wake' })).toEqual([{ kind: 'kill', signal: 'SIGKILL' }]);
});

it('a service that never becomes ready is started anew', () => {
  const watch = new ServiceWatch(OPTIONS);
  watch.handle(ms(0), { kind: 'start' });
  watch.handle(ms(300), { kind: 'wake' });
  expect(watch.handle(ms(60_000), { kind: 'wake' }).map((a) => a.kind)).toEqual(['changed', 'kill']);
});

it('stops without starting again', () => {
  const watch = readyWatch();
  expect(watch.handle(ms(5000), { kind: 'stop' })).toEqual([{ kind: 'kill', signal: 'SIGTERM' }]);
  expect(watch.handle(ms(5100), { kind: 'exited', reason: 'code 0' })).toEqual([{ kind: 'changed', state: 'stopped' }]);
  expect(watch.wakeAtMs).toBeUndefined();
});

it('only looks at a service that somebody else runs, and sees it come back', () => {
  const watch = readyWatch({ managed: false });
  for (const n of [1, 2, 3]) watch.handle(ms(1000 + n * 2000), { kind: 'unhealthy', reason: 'no answer' });
  expect(watch.state).toBe('failed');
  expect(watch.handle(ms(9000), { kind: 'wake' })).toEqual([{ kind: 'probe' }]);
  watch.handle(ms(9100), { kind: 'healthy' });
  expect(watch.state).toBe('ready');
});
