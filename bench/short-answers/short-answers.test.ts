import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAnswers, verdictOf, VOICES, withVoices, type AnswerVerdict, type ShortAnswer, type SpokenAnswer } from './answers.ts';
import { lineWith } from './line.ts';
import { parseShortAnswersOptions } from './options.ts';
import { tally, type HeardAnswer } from './tally.ts';

const answer = (say: string, ...also: string[]): ShortAnswer => ({ kind: 'any', say, also });

test.each<[ShortAnswer, string, AnswerVerdict]>([
  [answer('Two.'), '2', 'right'],
  [answer('Two.'), '2 2', 'doubled'],
  [answer('Eight.'), '8 8 8', 'doubled'],
  [answer('Nine thirty.', '9:30', '930'), '9:30', 'right'],
  [answer('Nine thirty.', '9:30', '930'), '9.30', 'right'],
  [answer('Nine thirty.', '9:30', '930'), '930 930', 'doubled'],
  [answer('Twenty two.'), 'Twenty-two.', 'right'],
  [answer("Eight o'clock.", '8:00', '8'), "8 o'clock", 'right'],
  [answer('Help.'), 'Help it', 'lengthened'],
  [answer('No.'), 'Now', 'other'],
  [answer('Nope.', 'no'), 'Note', 'other'],
  [answer('Nope.', 'no'), 'No.', 'right'],
  [answer('Three p.m.', '3 pm'), '3 p.m.', 'right'],
  [answer('Half past seven.', '7:30'), '7:30', 'right'],
  [answer('Tomorrow.'), "Tomorrow's", 'other'],
  [answer('Tomorrow.'), '', 'empty'],
  [answer('Tomorrow.'), '...', 'empty'],
])('%o heard as %j', (said, heard, verdict) => {
  expect(verdictOf(said, heard)).toBe(verdict);
});

test('the answers are at least 200 in at least 20 voices, a part of which nothing is tuned on', () => {
  const answers = withVoices(readAnswers(readFileSync(join(import.meta.dirname, 'answers.yaml'), 'utf8')), 2);
  expect(answers.length).toBeGreaterThanOrEqual(200);
  expect(new Set(answers.map(({ voice }) => voice)).size).toBeGreaterThanOrEqual(20);
  expect(VOICES.tune.filter((voice) => (VOICES.report as readonly string[]).includes(voice))).toEqual([]);
  for (const { say, also } of answers) expect(verdictOf(answer(say, ...also), say)).toBe('right');
});

test('a file of answers that is not right is refused', () => {
  expect(() => readAnswers('number: [{ say: "Two.", als: [x] }]')).toThrow(/als/);
  expect(() => readAnswers('number: []')).toThrow();
});

test('the line has the answer a second after its beginning, silent, hissing or noisy', () => {
  const speech = Int16Array.from({ length: 1600 }, (_, at) => 8000 * Math.sin(at / 3));
  const power = (pcm: Int16Array): number => pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length;
  const [silent, hissing] = [0, 1].map((seed) => lineWith(speech, { seed }));
  expect(silent).toHaveLength(17_600);
  expect(power(silent!.subarray(0, 8000))).toBe(0);
  expect(power(hissing!.subarray(0, 8000))).toBeGreaterThan(0);
  const noisy = lineWith(speech, { seed: 0, snrDb: 15 });
  const snrDb = 10 * Math.log10(power(speech) / power(noisy.subarray(0, 8000)));
  expect(snrDb).toBeGreaterThan(14);
  expect(snrDb).toBeLessThan(16);
  expect(noisy).toEqual(lineWith(speech, { seed: 0, snrDb: 15 }));
});

test('parts are counted apart', () => {
  const row = (part: SpokenAnswer['part'], verdict: AnswerVerdict): HeardAnswer => ({
    answer: { ...answer('Two.'), voice: 'x', part },
    heard: '',
    verdict,
    decodeMs: 100,
  });
  expect(tally([row('tune', 'doubled'), row('report', 'right'), row('report', 'empty'), row('report', 'other')])).toMatchObject({
    tune: { answers: 1, wrong: 1, wrongPercent: 100, doubled: 1, empty: 0 },
    report: { answers: 3, wrong: 2, wrongPercent: 66.7, empty: 1, other: 1, wrongByKind: { any: '2 of 3' }, decodeMs: { n: 3 } },
  });
});

test('options have defaults, and say what would be right', () => {
  expect(parseShortAnswersOptions([])).toMatchObject({ voices: 2, snrDb: undefined, hotwords: '' });
  expect(parseShortAnswersOptions(['--snr', '15'])).toMatchObject({ snrDb: 15 });
  expect(() => parseShortAnswersOptions(['--voices', '0'])).toThrow(/voices/);
  expect(() => parseShortAnswersOptions(['--noise', 'x.wav'])).toThrow(/--snr/);
});
