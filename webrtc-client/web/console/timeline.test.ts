import { describe, expect, it } from 'vitest';
import { firstSoundFigures } from './figures.ts';
import type { ServerMessage } from './messages.ts';
import { END_MS, scriptLevels, scriptSteps } from './testing/script.ts';
import { binLoudness, describeTimeline, timelineOf } from './timeline.ts';
import { EMPTY_TRANSCRIPT, reduceTranscript } from './transcript.ts';

const MESSAGES = scriptSteps().flatMap(({ message }) => message ?? []);
const LEVELS = Array.from({ length: END_MS / 50 }, (_, index) => ({ atMs: index * 50, ...scriptLevels(index * 50) }));

describe('timelineOf', () => {
  const timeline = timelineOf(MESSAGES, LEVELS);

  it('holds both voices, all turns, interruptions and keys', () => {
    expect(timeline.durationS).toBe(42.6);
    expect(timeline.turns).toHaveLength(7);
    expect(timeline.turns[2]).toMatchObject({ fromS: 13.79, toS: 17.76, outcome: 'interrupted', firstSoundMs: 512 });
    expect(timeline.bargeIns.map(({ decision }) => decision)).toEqual(['abort', 'resume']);
    expect(timeline.digits).toEqual([{ atS: 26, digits: '12#' }]);
    expect(timeline.loudness.every(({ caller, bot }) => caller >= 0 && caller <= 1 && bot >= 0 && bot <= 1)).toBe(true);
  });

  it('draws each wait from the caller’s last sound to the bot’s first, and none for the greeting', () => {
    expect(timeline.gaps).toHaveLength(6);
    expect(timeline.gaps[0]?.fromS).toBeCloseTo(6.095);
    expect(timeline.gaps[0]?.toS).toBeCloseTo(6.481);
  });

  it('draws no more than the picture has room for, and no peak gets lost', () => {
    const binned = binLoudness(timeline, 100);
    expect(binned.length).toBeLessThanOrEqual(100);
    expect(Math.max(...binned.map(({ bot }) => bot))).toBe(Math.max(...timeline.loudness.map(({ bot }) => bot)));
  });

  it('is told in a sentence, and of a call without anything too', () => {
    expect(describeTimeline(timeline)).toBe(
      'The call over 43 seconds: 7 bot turns, 2 interruptions. The table below has the same figures.',
    );
    expect(timelineOf([], [])).toEqual({ durationS: 0, loudness: [], turns: [], bargeIns: [], digits: [], gaps: [] });
  });
});

describe('firstSoundFigures', () => {
  it('counts answers, not the greeting', () => {
    const transcript = MESSAGES.reduce((before, message: ServerMessage) => reduceTranscript(before, message), EMPTY_TRANSCRIPT);
    expect(firstSoundFigures(transcript)).toEqual({ turns: 6, p50Ms: 386, p95Ms: 716 });
    expect(firstSoundFigures(EMPTY_TRANSCRIPT)).toEqual({ turns: 0, p50Ms: undefined, p95Ms: undefined });
  });
});
