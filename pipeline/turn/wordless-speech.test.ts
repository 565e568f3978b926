import { describe, expect, it } from 'vitest';
import type { SpurtSound } from '#domain/leg-media';
import { ms, ratio } from '#domain/units';
import { notSpeech, type NotSpeech, type WordlessSound } from './wordless-speech.ts';

const VOICE: SpurtSound = { levelDbov: -27, pitchHz: 130, speechRatio: 0.93, pitchedRatio: 0.6, pitchSpreadSemitones: 4 };
const said = (more: Partial<WordlessSound> = {}, sound: Partial<SpurtSound> = {}): WordlessSound => ({
  voicedMs: ms(700),
  overBot: false,
  noSpeech: ratio(0.1),
  sound: { ...VOICE, ...sound },
  ...more,
});
const flat = { pitchSpreadSemitones: 0.05 };
const unpitched = (levelDbov: number, speechRatio: number, pitchedRatio = 0.1): WordlessSound['sound'] => ({
  levelDbov,
  speechRatio,
  pitchedRatio,
});

interface Row {
  readonly what: string;
  readonly sound: WordlessSound;
  readonly isNot?: NotSpeech;
}

/** Measures are as these sounds have them on a line; none is from a recording. */
const SPEECH: readonly Row[] = [
  { what: 'a sentence', sound: said({ voicedMs: ms(2_400) }) },
  { what: 'a short "no"', sound: said({ voicedMs: ms(230) }, { pitchSpreadSemitones: 1 }) },
  { what: 'a mumbled answer that recognition takes for silence', sound: said({ noSpeech: ratio(0.8) }) },
  { what: 'a child', sound: said({}, { pitchHz: 360, pitchSpreadSemitones: 9 }) },
  { what: 'a bass voice', sound: said({}, { pitchHz: 74, pitchSpreadSemitones: 2 }) },
  { what: 'somebody hoarse, with little pitch', sound: said({}, { pitchedRatio: 0.2 }) },
  { what: 'somebody monotonous', sound: said({}, { pitchSpreadSemitones: 0.2 }) },
  { what: 'somebody far from the telephone', sound: said({}, { levelDbov: -48 }) },
  { what: 'somebody in traffic, of whom the detector is not sure', sound: said({}, { speechRatio: 0.66 }) },
];
const NOISE: readonly Row[] = [
  { what: 'a click', sound: said({ voicedMs: ms(90), sound: undefined }), isNot: 'too-short' },
  { what: 'two clicks', sound: said({ voicedMs: ms(170) }), isNot: 'too-short' },
  { what: 'a cough', sound: said({ voicedMs: ms(300), noSpeech: ratio(0.3), sound: unpitched(-20, 0.8) }), isNot: 'unlike-speech' },
  { what: 'a long cough', sound: said({ voicedMs: ms(900), noSpeech: ratio(0.7), sound: unpitched(-18, 0.8) }), isNot: 'unlike-speech' },
  { what: 'breath on the microphone', sound: said({ voicedMs: ms(600), sound: unpitched(-38, 0.6) }), isNot: 'unlike-speech' },
  { what: 'a door', sound: said({ voicedMs: ms(260), sound: unpitched(-22, 0.55) }), isNot: 'unlike-speech' },
  { what: 'a keyboard', sound: said({ voicedMs: ms(500), sound: unpitched(-40, 0.55) }), isNot: 'unlike-speech' },
  {
    what: 'a steady hum',
    sound: said({ voicedMs: ms(4_000), noSpeech: ratio(0.7) }, { ...flat, pitchHz: 100, pitchedRatio: 1, speechRatio: 0.6 }),
    isNot: 'unlike-speech',
  },
  { what: 'a hum that the detector is sure of', sound: said({ noSpeech: ratio(0.7) }, flat), isNot: 'unlike-speech' },
  { what: 'a dial tone', sound: said({ voicedMs: ms(3_000) }, { ...flat, pitchHz: 400, pitchedRatio: 1 }), isNot: 'unlike-speech' },
  { what: 'a barking dog', sound: said({ voicedMs: ms(400), sound: unpitched(-18, 0.6) }), isNot: 'unlike-speech' },
  {
    what: 'a howling dog',
    sound: said({ noSpeech: ratio(0.7) }, { pitchHz: 395, pitchSpreadSemitones: 8, speechRatio: 0.6 }),
    isNot: 'unlike-speech',
  },
  {
    what: 'hold music, in short pieces',
    sound: said({ voicedMs: ms(2_000), noSpeech: ratio(0.8) }, { speechRatio: 0.62, pitchSpreadSemitones: 17 }),
    isNot: 'unlike-speech',
  },
  { what: 'hold music without end', sound: said({ voicedMs: ms(25_000) }), isNot: 'too-long' },
  {
    what: 'a television in the next room',
    sound: said({ noSpeech: ratio(0.7) }, { levelDbov: -50, speechRatio: 0.7 }),
    isNot: 'unlike-speech',
  },
  { what: "the bot's own echo", sound: said({ overBot: true }), isNot: 'echo' },
  { what: 'a sound of which nothing was measured but its length', sound: said({ sound: { levelDbov: -27 } }), isNot: 'unlike-speech' },
];

describe('a sound without words', () => {
  it.each([...SPEECH, ...NOISE])('$what', ({ sound, isNot }) => {
    expect(notSpeech(sound)).toBe(isNot);
  });

  it('is never judged by one measure alone: no single one that is bad makes noise of a voice', () => {
    const bad: readonly Partial<SpurtSound>[] = [
      { levelDbov: -70 },
      { pitchHz: 900 },
      { speechRatio: 0.5 },
      { pitchedRatio: 0 },
      { pitchSpreadSemitones: 0 },
    ];
    for (const one of bad) expect(notSpeech(said({}, one))).toBeUndefined();
    for (const one of bad)
      for (const other of bad)
        if (one !== other && !('pitchHz' in one && 'pitchedRatio' in other) && !('pitchedRatio' in one && 'pitchHz' in other))
          expect(notSpeech(said({}, { ...one, ...other }))).toBe('unlike-speech');
  });
});
