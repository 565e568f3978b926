import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { pipelineOptions } from '../options.ts';
import { OwnVoice, type TurnSound } from './own-voice.ts';

const options = pipelineOptions.parse({}).tone;
const TEXT = 'I am calling about the booking of last week';
const said = (levelDbov: number, pitchHz?: number, voicedMs = 2_000): TurnSound => ({
  levelDbov,
  voicedMs: ms(voicedMs),
  ...(pitchHz !== undefined && { pitchHz }),
});

function after(...turns: readonly TurnSound[]): OwnVoice {
  const voice = new OwnVoice(options);
  for (const turn of turns) voice.remember(turn, TEXT);
  return voice;
}

describe("a voice against the caller's own first turns", () => {
  it('is not compared before there is one', () => {
    expect(after().compare(said(-10, 300), TEXT)).toBeUndefined();
  });

  it.each([
    ['6 dB louder', said(-24, 180), true],
    ['4 dB louder and 3 semitones higher', said(-26, 214), true],
    ['4 dB louder at the same pitch', said(-26, 180), false],
    ['higher alone', said(-30, 240), false],
    ['the same', said(-30, 180), false],
    ['quieter', said(-38, 170), false],
  ])('%s', (_, turn, raised) => {
    expect(after(said(-30, 180)).compare(turn, TEXT)?.raised).toBe(raised);
  });

  it('means nothing on a line that is loud from the start', () => {
    expect(after(said(-8, 320)).compare(said(-9, 310), TEXT)?.raised).toBe(false);
  });

  it('does not get used to shouting: a turn that is out of line is no first turn', () => {
    const voice = after(said(-30, 180), said(-15, 260), said(-15, 260), said(-15, 260));
    expect(voice.compare(said(-20, 180), TEXT)).toMatchObject({ raised: true, levelDb: 10 });
  });

  it('gets used to how the first three turns were, and to no later ones', () => {
    const voice = after(said(-30), said(-28), said(-26), said(-22), said(-22));
    expect(voice.compare(said(-21), TEXT)?.levelDb).toBeCloseTo(7);
  });

  it('tells the rate where there are enough syllables', () => {
    const voice = after(said(-30, 180, 3_000));
    expect(voice.compare(said(-30, 180, 2_000), TEXT)?.rateRatio).toBeCloseTo(1.5);
    expect(voice.compare(said(-30, 180, 2_000), 'yes')).not.toHaveProperty('rateRatio');
  });

  it('does not measure a word', () => {
    expect(after(said(-30)).compare(said(-10, 300, 300), 'No!')).toBeUndefined();
    expect(after(said(-10, 300, 300)).compare(said(-10, 300), TEXT)).toBeUndefined();
  });
});
