import { parseArgs } from 'node:util';
import { numberOption } from '#bench/call/options';

export interface ToneBenchOptions {
  /** Which lines: those for figures, or those that thresholds may be chosen by. */
  readonly part: 'report' | 'tune';
  /** Lines that are spoken as well; 0: words only. */
  readonly spoken: number;
  /** Speech services that run already; without all three the bench starts its own. */
  readonly stt: string | undefined;
  readonly tts: string | undefined;
  readonly embedding: string | undefined;
}

export const TONE_USAGE = `bench tone [--part report|tune] [--spoken N]
           [--stt ws://127.0.0.1:7003/ws/stt --tts http://127.0.0.1:7002 --embedding http://127.0.0.1:8000]`;

/** Throws an `Error` whose message says what would be right. */
export function parseToneOptions(args: readonly string[]): ToneBenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: { part: text, spoken: text, stt: text, tts: text, embedding: text },
  });
  const part = values.part ?? 'report';
  if (part !== 'report' && part !== 'tune') throw new Error(`--part ${part}: must be report or tune`);
  const { stt, tts, embedding } = values;
  const given = [stt, tts, embedding].filter((url) => url !== undefined).length;
  if (given > 0 && given < 3)
    throw new Error('--stt, --tts and --embedding belong together: give all three; or none, and the bench starts its own services');
  return { part, spoken: Math.round(numberOption('spoken', values.spoken ?? '40', 0, 1_000)), stt, tts, embedding };
}
