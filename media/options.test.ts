import { expect, it } from 'vitest';
import { mediaOptions } from './options.ts';

it('has a default for everything', () => {
  expect(mediaOptions.parse(undefined)).toMatchObject({
    ptimeMs: 20,
    workers: 1,
    ports: { first: 20000, last: 29999 },
    vad: { stopMs: 200 },
  });
});

it.each([
  [{ ports: { first: 20001 } }, 'must be even'],
  [{ ports: { first: 30000, last: 30000 } }, 'for one pair'],
  [{ vad: { startThreshold: 0.2 } }, 'vad.startThreshold'],
  [{ ptimeMs: 25 }, 'multiple'],
  [{ colour: 1 }, 'colour'],
])('refuses %j and says why', (options, why) => {
  expect(mediaOptions.safeParse(options).error?.message).toContain(why);
});
