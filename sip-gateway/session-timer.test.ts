import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSessionTimer } from './session-timer.ts';

const choose = (sessionExpires: string | undefined, supported = 'timer, 100rel', require?: string) =>
  chooseSessionTimer({ sessionExpires, supported, require });

describe('chooseSessionTimer', () => {
  it.each(['1800', '1800;refresher=uac', ' 1800 ; refresher=UAC'])('%s: the caller refreshes', (value) => {
    expect(choose(value)).toEqual({
      kind: 'timed',
      giveUpMs: (1800 - 32) * 1000,
      headers: { 'Session-Expires': '1800;refresher=uac', Require: 'timer' },
    });
  });

  it('gives up a third before the end of a short interval', () => {
    expect(choose('90')).toMatchObject({ giveUpMs: 60_000 });
  });

  it('asks for more when the interval is too small', () => {
    expect(choose('89')).toEqual({ kind: 'too-small', headers: { 'Min-SE': '90' } });
  });

  it.each([
    ['nobody asks', undefined, 'timer'],
    ['the caller does not know timers', '1800', '100rel'],
    ['we are to refresh', '1800;refresher=uas', 'timer'],
    ['nonsense', 'soon', 'timer'],
  ])('none when %s', (_name, value, supported) => {
    expect(choose(value, supported)).toEqual({ kind: 'none' });
  });

  it('counts Require as support', () => {
    expect(choose('300', '', 'timer').kind).toBe('timed');
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const timer = choose(value);
        if (timer.kind === 'timed') expect(timer.giveUpMs).toBeGreaterThan(0);
      }),
    );
    expect(choose('999999999')).toMatchObject({ kind: 'timed', giveUpMs: (86_400 - 32) * 1000 });
  });
});
