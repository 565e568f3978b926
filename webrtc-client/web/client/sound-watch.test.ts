import { describe, expect, it } from 'vitest';
import { SoundWatch, type SoundSample } from './sound-watch.ts';

const WELL: SoundSample = { received: 1, state: 'listening', callerDbov: -50, isMuted: false };

/** Looks every two seconds; returns what was told, with the time. */
function watch(samples: readonly Partial<SoundSample>[]): readonly string[] {
  const sound = new SoundWatch(0);
  return samples.flatMap((sample, index) =>
    sound.look((index + 1) * 2_000, { ...WELL, ...sample }).map(({ code }) => `${(index + 1) * 2} ${code}`),
  );
}

describe('sound that is missing', () => {
  it('from the bot is told after some seconds, once', () => {
    expect(watch(Array.from({ length: 8 }, () => ({ received: 0 })))).toEqual(['6 NO_AUDIO']);
  });

  it('in a pause of the bot is none', () => {
    expect(watch(Array.from({ length: 20 }, () => ({ received: 10 })))).toEqual([]);
  });

  it('while the bot speaks is told, and again the next time', () => {
    const stuck = (received: number): Partial<SoundSample> => ({ received, state: 'speaking' });
    expect(watch([stuck(10), stuck(10), stuck(10), stuck(10), stuck(20), stuck(20), stuck(20), stuck(20)])).toEqual([
      '8 NO_AUDIO',
      '16 NO_AUDIO',
    ]);
  });

  it('from a microphone that never gave any is told; muted or unmeasured it is not', () => {
    const dead = { callerDbov: -127 };
    expect(watch(Array.from({ length: 10 }, () => dead))).toEqual(['12 MICROPHONE_SILENT']);
    expect(watch(Array.from({ length: 10 }, () => ({ ...dead, isMuted: true })))).toEqual([]);
    expect(watch(Array.from({ length: 10 }, () => ({ callerDbov: undefined })))).toEqual([]);
    expect(watch([{}, ...Array.from({ length: 10 }, () => dead)])).toEqual([]);
  });
});
