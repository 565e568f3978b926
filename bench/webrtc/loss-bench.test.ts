import { expect, test } from 'vitest';
import { parseLossArgs, pointsMore } from './loss-bench.ts';

test('takes the loss out of the options and leaves the rest to the call bench', () => {
  expect(parseLossArgs(['--loss', '10', '--turns', '5', '--audio', 'x', '--to', 'webrtc:chat'])).toEqual({
    lossPercent: 10,
    callArgs: ['--turns', '5', '--audio', 'x', '--to', 'webrtc:chat'],
  });
  const usual = parseLossArgs([]);
  expect(usual.lossPercent).toBe(5);
  expect(usual.callArgs.slice(0, 3)).toEqual(['--to', 'webrtc:bot', '--audio']);
  expect(() => parseLossArgs(['--loss'])).toThrow('--loss');
});

test('says points, not shares', () => {
  expect(pointsMore(0.0263, 0.0331)).toBe(0.68);
  expect(pointsMore(null, 0.1)).toBeNull();
});
