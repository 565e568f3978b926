import { parseArgs } from 'node:util';
import { numberOption } from '#bench/call/options';

export interface HotwordsBenchOptions {
  /** Persona of `config/personas` and its form. */
  readonly persona: string;
  readonly form: string;
  /** Phrases for each slot. */
  readonly phrases: number;
  readonly seed: number;
  readonly noise: string | undefined;
  readonly snrDb: number;
  readonly stt: string | undefined;
  readonly tts: string | undefined;
}

export const HOTWORDS_USAGE = `bench hotwords [--persona bot] [--form book-meeting-room] [--phrases N] [--seed S] [--noise FILE --snr DB]
           [--stt ws://127.0.0.1:7003/ws/stt] [--tts http://127.0.0.1:7002]`;

/** Throws an `Error` whose message says what would be right. */
export function parseHotwordsOptions(args: readonly string[]): HotwordsBenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: { persona: text, form: text, phrases: text, seed: text, noise: text, snr: text, stt: text, tts: text },
  });
  return {
    persona: values.persona ?? 'bot',
    form: values.form ?? 'book-meeting-room',
    phrases: Math.round(numberOption('phrases', values.phrases ?? '24', 1, 500)),
    seed: Math.round(numberOption('seed', values.seed ?? '1', 0, 2 ** 32 - 1)),
    noise: values.noise,
    snrDb: values.snr === undefined ? 15 : numberOption('snr', values.snr, -20, 80),
    stt: values.stt,
    tts: values.tts,
  };
}
