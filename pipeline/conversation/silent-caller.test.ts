import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { pipelineOptions } from '../options.ts';
import { PressedDigits } from './pressed-digits.ts';
import { SilentCaller } from './silent-caller.ts';

describe('a silent caller', () => {
  const silent = () => new SilentCaller(pipelineOptions.parse({}).silence);

  it('is asked twice, then let go', () => {
    const core = silent();
    core.botFinished(ms(0));
    expect(core.wake(ms(7_999), false)).toBeUndefined();
    expect(core.wake(ms(8_000), false)).toEqual({ kind: 'ask', question: 0 });
    core.botFinished(ms(10_000));
    expect(core.wake(ms(17_000), false)).toEqual({ kind: 'ask', question: 1 });
    core.botFinished(ms(20_000));
    expect(core.wake(ms(27_000), false)).toEqual({ kind: 'let-go' });
  });

  it('has all the time again once something was said', () => {
    const core = silent();
    core.botFinished(ms(0));
    core.wake(ms(8_000), false);
    core.callerSpoke();
    expect(core.wakeAtMs).toBeUndefined();
    core.botFinished(ms(20_000));
    expect(core.wakeAtMs).toBe(28_000);
  });

  it('who has asked for a moment is given longer, once', () => {
    const core = silent();
    core.botFinished(ms(0), true);
    expect(core.wakeAtMs).toBe(25_000);
    expect(core.wake(ms(25_000), false)).toEqual({ kind: 'ask', question: 0 });
    core.botFinished(ms(27_000));
    expect(core.wakeAtMs).toBe(34_000);
  });

  it('who only makes noise is asked when the noise is over', () => {
    const core = silent();
    core.botFinished(ms(0));
    expect(core.wake(ms(8_000), true)).toBeUndefined();
    core.wasNoise(ms(8_500));
    expect(core.wake(ms(9_100), false)).toEqual({ kind: 'ask', question: 0 });
  });

  it('whose microphone is off is left alone for minutes, and is given all the time anew once it is on', () => {
    const core = silent();
    core.botFinished(ms(0));
    core.muted(ms(7_000), true);
    expect(core.wake(ms(60_000), false)).toBeUndefined();
    core.muted(ms(60_000), false);
    core.muted(ms(61_000), false);
    expect(core.wakeAtMs).toBe(68_000);
    expect(core.wake(ms(68_000), false)).toEqual({ kind: 'ask', question: 0 });
  });

  it('who mutes while the bot speaks is waited for only from unmuting on, and not at all while the bot still speaks', () => {
    const core = silent();
    core.botBegan();
    core.muted(ms(0), true);
    core.muted(ms(500), false);
    expect(core.wakeAtMs).toBeUndefined();
    core.muted(ms(1_000), true);
    core.botFinished(ms(2_000));
    expect(core.wake(ms(29_000), false)).toBeUndefined();
    core.muted(ms(30_000), false);
    expect(core.wakeAtMs).toBe(38_000);
  });

  it('who mutes and goes away is asked after minutes and let go soon after: calls were held for an hour that way', () => {
    const core = silent();
    core.muted(ms(0), true);
    core.botFinished(ms(1_000));
    expect(core.wakeAtMs).toBe(181_000);
    expect(core.wake(ms(181_000), false)).toEqual({ kind: 'ask', question: 0 });
    core.botFinished(ms(183_000));
    expect(core.wake(ms(190_000), false)).toEqual({ kind: 'ask', question: 1 });
    core.botFinished(ms(192_000));
    expect(core.wake(ms(199_000), false)).toEqual({ kind: 'let-go' });
  });

  it('who only switches the microphone on and off says nothing by it', () => {
    const core = silent();
    core.botFinished(ms(0));
    let nowMs = 0;
    let asked = false;
    while (!asked && nowMs < 600_000) {
      nowMs += 5_000;
      core.muted(ms(nowMs), nowMs % 10_000 !== 0);
      asked = core.wake(ms(nowMs), false) !== undefined;
    }
    expect(nowMs).toBeLessThanOrEqual(190_000);
  });

  it('who types while muted is there', () => {
    const core = silent();
    core.muted(ms(0), true);
    core.botFinished(ms(1_000));
    core.callerSpoke();
    core.botFinished(ms(100_000));
    expect(core.wakeAtMs).toBe(280_000);
  });
});

describe('pressed digits', () => {
  it('are complete after a pause, at #, or when there are very many', () => {
    const digits = new PressedDigits(ms(1_500));
    expect(digits.press(ms(0), '1')).toBeUndefined();
    expect(digits.press(ms(1_000), '2')).toBeUndefined();
    expect(digits.wake(ms(2_400))).toBeUndefined();
    expect(digits.wake(ms(2_500))).toBe('12');
    expect(digits.wakeAtMs).toBeUndefined();
    expect(digits.press(ms(3_000), '#')).toBeUndefined();
    digits.press(ms(4_000), '7');
    digits.press(ms(4_100), '?');
    expect(digits.press(ms(4_200), '#')).toBe('7');
    const many = Array.from({ length: 32 }, (_, index) => digits.press(ms(5_000 + index), '9'));
    expect(many.at(-1)).toBe('9'.repeat(32));
  });
});
