import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { languageOf } from '#pipeline';
import { measureSpeech } from '#media';
import { figuresOf } from './confusion.ts';
import { pickLines, readLines } from './lines.ts';
import { parseToneOptions } from './options.ts';
import { byTelephone, MANNERS, synthesisSpeed, type Manner } from './spoken.ts';

const YAML = readFileSync(new URL('lines.yaml', import.meta.url), 'utf8');
const EXAMPLES = Object.values(languageOf('en')?.tone?.examples ?? {}).flat();

describe('the lines of the bench', () => {
  it.each(['tune', 'report'] as const)('of the part %s are none of the examples', (part) => {
    expect(readLines(YAML, part, EXAMPLES).length).toBeGreaterThanOrEqual(part === 'report' ? 100 : 50);
  });

  it('that are examples are refused by name', () => {
    expect(() => readLines(YAML, 'report', [...EXAMPLES, 'i am HEARTBROKEN', "I'm heartbroken!"])).toThrow(/heartbroken.*is an example/);
  });

  it('are picked tone by tone', () => {
    const picked = pickLines(readLines(YAML, 'report', EXAMPLES), 12);
    expect(picked).toHaveLength(12);
    expect(new Set(picked.map(({ tone }) => tone)).size).toBe(5);
    expect(picked.some(({ isAdversarial }) => isAdversarial)).toBe(true);
  });
});

describe('figures', () => {
  it('count neutral taken for anything else, and the mean of the others', () => {
    const judged = [
      ...Array.from({ length: 49 }, () => ({ tone: 'neutral', guessed: 'neutral' }) as const),
      { tone: 'neutral', guessed: 'sad' } as const,
      { tone: 'happy', guessed: 'happy' } as const,
      { tone: 'happy', guessed: 'neutral' } as const,
      { tone: 'upset', guessed: 'upset' } as const,
      { tone: 'upset', guessed: 'upset' } as const,
    ];
    expect(figuresOf(judged)).toMatchObject({
      trials: 54,
      falseAlarmPercent: 2,
      recallPercent: 75,
      confusion: { neutral: '       49        0        1        0        0' },
    });
  });
});

describe('a manner of speaking', () => {
  /** 1.5 s of a voice at 24 kHz with 150 Hz. */
  const voice = {
    sampleRateHz: 24_000,
    pcm: Int16Array.from({ length: 36_000 }, (_, i) =>
      [1, 2, 3].reduce((sum, n) => sum + 1500 * Math.cos((2 * Math.PI * 150 * n * i) / 24_000), 0),
    ),
  };
  const said = (name: string) => {
    const manner = MANNERS.find((each) => each.name === name) as Manner;
    return { manner, pcm: byTelephone(voice, manner), spurt: measureSpeech(byTelephone(voice, manner))[0] };
  };

  it('changes level, pitch and length as it says', () => {
    const [plain, louder, raised] = [said('plain'), said('louder'), said('raised')];
    expect((louder.spurt?.sound?.levelDbov ?? 0) - (plain.spurt?.sound?.levelDbov ?? 0)).toBeCloseTo(9, 0);
    expect((raised.spurt?.sound?.pitchHz ?? 0) / (plain.spurt?.sound?.pitchHz ?? 1)).toBeCloseTo(1.17, 1);
    expect(raised.pcm.length / plain.pcm.length).toBeCloseTo(1 / 1.17, 2);
    expect(synthesisSpeed(raised.manner) * raised.manner.pitch).toBeCloseTo(1.12);
  });
});

describe('options', () => {
  it('say what would be right', () => {
    expect(parseToneOptions([])).toMatchObject({ part: 'report', spoken: 40 });
    expect(() => parseToneOptions(['--part', 'all'])).toThrow('--part all: must be report or tune');
    expect(() => parseToneOptions(['--stt', 'ws://127.0.0.1:1'])).toThrow('belong together');
  });
});
