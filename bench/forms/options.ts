import { parseArgs } from 'node:util';
import { numberOption } from '#bench/call/options';
import { isWebRtcAddress, parseWebRtcAddress } from '#callers/peer/address';

export interface FormsBenchOptions {
  readonly callers: number;
  readonly parallel: number;
  /** Undefined: drawn anew each time, so that bookings of one run do not stand in the way of the next. */
  readonly seed: number | undefined;
  readonly audio: string | undefined;
  readonly noise: string | undefined;
  readonly snrDb: number;
  /** Undefined: the app that runs from this folder. */
  readonly to: string | undefined;
  readonly http: string | undefined;
  /** The service that gives the callers their voices; undefined: that of the running app. */
  readonly tts: string | undefined;
  readonly record: string | undefined;
}

export const FORMS_USAGE = `bench forms [--callers N] [--parallel P] [--seed S] [--audio DIR] [--noise FILE --snr DB]
           [--to sip:bot@127.0.0.1:5060 | --to webrtc:bot] [--http http://127.0.0.1:3000] [--tts http://127.0.0.1:7002] [--record DIR]`;

/** Throws an `Error` whose message says what would be right. */
export function parseFormsOptions(args: readonly string[]): FormsBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      callers: { type: 'string' },
      parallel: { type: 'string' },
      seed: { type: 'string' },
      audio: { type: 'string' },
      noise: { type: 'string' },
      snr: { type: 'string' },
      to: { type: 'string' },
      http: { type: 'string' },
      tts: { type: 'string' },
      record: { type: 'string' },
    },
  });
  if (values.to !== undefined && isWebRtcAddress(values.to)) parseWebRtcAddress(values.to);
  return {
    callers: Math.round(numberOption('callers', values.callers ?? '45', 1, 900)),
    parallel: Math.round(numberOption('parallel', values.parallel ?? '1', 1, 50)),
    seed: values.seed === undefined ? undefined : Math.round(numberOption('seed', values.seed, 0, 2 ** 32 - 1)),
    audio: values.audio,
    noise: values.noise,
    snrDb: values.snr === undefined ? 15 : numberOption('snr', values.snr, -20, 80),
    to: values.to,
    http: values.http,
    tts: values.tts,
    record: values.record,
  };
}
