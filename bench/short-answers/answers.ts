import { parse } from 'yaml';
import * as z from 'zod';
import { normalisedWords } from '#bench/call/word-errors';

export interface ShortAnswer {
  readonly kind: string;
  readonly say: string;
  /** Other texts that mean the same. */
  readonly also: readonly string[];
}

export interface SpokenAnswer extends ShortAnswer {
  readonly voice: string;
  readonly part: 'tune' | 'report';
}

const file = z.record(z.string(), z.array(z.strictObject({ say: z.string().min(2), also: z.array(z.string()).default([]) })).min(1));

export function readAnswers(yaml: string): readonly ShortAnswer[] {
  return Object.entries(file.parse(parse(yaml))).flatMap(([kind, answers]) => answers.map((answer) => ({ kind, ...answer })));
}

/** Each answer in `voices` voices of either part, every voice about as often as the others; always the same. */
export function withVoices(answers: readonly ShortAnswer[], voices: number): readonly SpokenAnswer[] {
  return answers.flatMap((answer, at) =>
    (['tune', 'report'] as const).flatMap((part) =>
      Array.from({ length: Math.min(voices, VOICES[part].length) }, (_, i) => {
        const voice = VOICES[part][(at * voices + i) % VOICES[part].length] as string;
        return { ...answer, voice, part };
      }),
    ),
  );
}

/** What is wrong with a text, if anything: `doubled` "2 2", `lengthened` "Help it" (what was said, and more), `other` "Note" for "Nope". */
export type AnswerVerdict = 'right' | 'empty' | 'doubled' | 'lengthened' | 'other';

export function verdictOf({ say, also }: ShortAnswer, heard: string): AnswerVerdict {
  const words = meaningWords(heard);
  if (words.length === 0) return 'empty';
  const text = words.join(' ');
  const meanings = [say, ...also].map((meaning) => meaningWords(meaning).join(' '));
  if (meanings.includes(text)) return 'right';
  if (words.length > 1 && (isWholeTwice(words) || meanings.some((meaning) => text.split(meaning).length > 2))) return 'doubled';
  return meanings.some((meaning) => text.startsWith(`${meaning} `)) ? 'lengthened' : 'other';
}

function meaningWords(text: string): string[] {
  // "Twenty-two" and "9.30" are as good as "22" and "9:30".
  return normalisedWords(text.replaceAll(/(\d)[.-](\d)/g, '$1:$2').replace(/^\s*(um+|uh+|oh|ah)\b,?/i, '')).flatMap(
    (word) => SAME[word] ?? [word],
  );
}

function isWholeTwice(words: readonly string[]): boolean {
  for (let size = 1; size <= words.length / 2; size += 1) {
    if (words.length % size === 0 && words.every((word, at) => word === words[at % size])) return true;
  }
  return false;
}

const SAME: Readonly<Record<string, readonly string[]>> = {
  "o'clock": ['oclock'],
  "that's": ['that', 'is'],
  pm: ['p', 'm'],
  am: ['a', 'm'],
};

/** Kokoro's English voices without the bot's own. Those of `report` are never looked at while something is tuned. */
export const VOICES = {
  tune: [
    'af_alloy',
    'am_adam',
    'bf_alice',
    'bm_daniel',
    'af_aoede',
    'am_echo',
    'af_bella',
    'am_eric',
    'bf_emma',
    'bm_fable',
    'af_jessica',
    'am_fenrir',
    'af_kore',
    'am_liam',
  ],
  report: [
    'af_nicole',
    'am_michael',
    'bf_isabella',
    'bm_george',
    'af_nova',
    'am_onyx',
    'af_river',
    'am_puck',
    'bf_lily',
    'bm_lewis',
    'af_sarah',
    'am_santa',
    'af_sky',
  ],
} as const;
