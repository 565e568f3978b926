import { parseArgs } from 'node:util';
import { numberOption } from '#bench/call/options';

export interface ShortAnswersOptions {
  /** Voices of either part that say each answer. */
  readonly voices: number;
  /** Only so many answers, for a quick look. */
  readonly answers: number;
  /** Undefined: a quiet line. */
  readonly snrDb: number | undefined;
  readonly noise: string | undefined;
  readonly hotwords: string;
  readonly prompt: string;
  /** Folder for what recognition was sent, to be decoded elsewhere. */
  readonly keep: string | undefined;
  readonly stt: string | undefined;
  readonly tts: string | undefined;
}

export const SHORT_ANSWERS_USAGE = `bench short-answers [--voices N] [--answers N] [--snr DB [--noise FILE]] [--hotwords TEXT] [--prompt TEXT] [--keep FOLDER]
           [--stt ws://127.0.0.1:7003/ws/stt] [--tts http://127.0.0.1:7002]`;

/** Throws an `Error` whose message says what would be right. */
export function parseShortAnswersOptions(args: readonly string[]): ShortAnswersOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: { voices: text, answers: text, snr: text, noise: text, hotwords: text, prompt: text, keep: text, stt: text, tts: text },
  });
  if (values.noise !== undefined && values.snr === undefined)
    throw new Error('--noise FILE needs --snr DB: how far the noise lies below the speech');
  return {
    voices: Math.round(numberOption('voices', values.voices ?? '2', 1, 13)),
    answers: Math.round(numberOption('answers', values.answers ?? '1000', 1, 1000)),
    snrDb: values.snr === undefined ? undefined : numberOption('snr', values.snr, -20, 80),
    noise: values.noise,
    hotwords: values.hotwords ?? '',
    prompt: values.prompt ?? '',
    keep: values.keep,
    stt: values.stt,
    tts: values.tts,
  };
}
