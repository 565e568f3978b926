import { parseArgs } from 'node:util';

export interface CallBenchOptions {
  readonly turns: number | undefined;
  readonly audio: string | undefined;
  readonly interrupt: string | undefined;
  readonly backchannel: string | undefined;
  readonly noise: string | undefined;
  readonly snrDb: number;
  readonly to: string;
  readonly parallel: number;
  readonly http: string;
  readonly record: string | undefined;
}

export const CALL_USAGE = `bench call [--turns N] [--audio DIR] [--interrupt DIR] [--backchannel DIR] [--noise FILE --snr DB]
           [--to sip:bot@127.0.0.1:5060] [--parallel N] [--http http://127.0.0.1:3000] [--record DIR]`;

/** Throws an `Error` whose message says what would be right. */
export function parseCallOptions(args: readonly string[]): CallBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      turns: { type: 'string' }, audio: { type: 'string' }, interrupt: { type: 'string' }, backchannel: { type: 'string' },
      noise: { type: 'string' }, snr: { type: 'string' }, to: { type: 'string' }, parallel: { type: 'string' },
      http: { type: 'string' }, record: { type: 'string' },
    },
  });
  return {
    turns: values.turns === undefined ? undefined : numberOption('turns', values.turns, 1, 10_000),
    audio: values.audio,
    interrupt: values.interrupt,
    backchannel: values.backchannel,
    noise: values.noise,
    snrDb: values.snr === undefined ? 15 : numberOption('snr', values.snr, -20, 80),
    to: values.to ?? 'sip:bot@127.0.0.1:5060',
    parallel: values.parallel === undefined ? 1 : numberOption('parallel', values.parallel, 1, 200),
    http: values.http ?? process.env['PARLEY_HTTP_URL'] ?? 'http://127.0.0.1:3000',
    record: values.record,
  };
}

export function numberOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) throw new Error(`--${name} "${text}": a number from ${least} to ${most} is wanted`);
  return value;
}
