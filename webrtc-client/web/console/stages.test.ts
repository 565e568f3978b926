import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBar, stageBar } from './stages.ts';

describe('stageBar', () => {
  it('gives each stage the time by which it moved the end: speculation costs nothing', () => {
    const bar = stageBar(
      { vadStopMs: 204, transcriptMs: 309, turnProbabilityMs: 252, turnEndMs: 365, answerMs: 283, firstPcmMs: -40, firstPacketMs: 386 },
      30,
    );
    expect(bar).toEqual({
      segments: [
        { kind: 'pause', ms: 204 + 56 },
        { kind: 'recognition', ms: 105 },
        { kind: 'voice', ms: 21 },
        { kind: 'network', ms: 30 },
      ],
      firstSoundMs: 386,
      totalMs: 416,
    });
  });

  it('shows a slow language model as thinking', () => {
    const bar = stageBar({ vadStopMs: 200, transcriptMs: 300, turnEndMs: 400, answerMs: 900, firstPcmMs: 950, firstPacketMs: 960 });
    expect(bar?.segments).toContainEqual({ kind: 'thinking', ms: 500 });
  });

  it('has no bar where nothing was sent, or before anybody spoke', () => {
    expect(stageBar({})).toBeUndefined();
    expect(stageBar({ vadStopMs: 200, answerMs: 300 })).toBeUndefined();
    expect(stageBar({ firstPacketMs: -5 })).toBeUndefined();
    expect(stageBar({ firstPacketMs: Number.NaN })).toBeUndefined();
  });

  it('adds up to the first sound whatever the stages say', () => {
    const stage = fc.option(fc.integer({ min: -2_000, max: 10_000 }), { nil: undefined });
    const names = ['vadStopMs', 'transcriptMs', 'turnProbabilityMs', 'turnEndMs', 'answerMs', 'firstPcmMs'] as const;
    fc.assert(
      fc.property(
        fc.tuple(...names.map(() => stage)),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: -10, max: 500 }),
        (values, firstPacketMs, roundTripMs) => {
          const stages = Object.fromEntries(names.map((name, index) => [name, values[index]]).filter(([, value]) => value !== undefined));
          const bar = stageBar({ ...stages, firstPacketMs }, roundTripMs);
          const sum = bar?.segments.reduce((total, { ms }) => total + ms, 0);
          expect(sum).toBe(firstPacketMs + Math.max(0, roundTripMs));
          expect(bar?.totalMs).toBe(sum);
          expect(bar?.segments.every(({ ms }) => ms > 0)).toBe(true);
        },
      ),
    );
  });

  it('can be told in words', () => {
    const bar = stageBar({ vadStopMs: 200.4, transcriptMs: 300, firstPacketMs: 310 });
    expect(bar && describeBar(bar)).toBe('First sound after 310 milliseconds: pause 200, recognition 100, voice 10.');
  });
});
