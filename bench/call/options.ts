import { parseArgs } from 'node:util';
import { soundFolder } from '#bench/corpus/corpus';
import { isWebRtcAddress, parseWebRtcAddress } from '#callers/peer/address';
import type { PeerCodec } from '#callers/peer/offer';

export interface CallBenchOptions {
  readonly turns: number | undefined;
  /** Folder of WAV files; a corpus of the project is made when it is missing. */
  readonly audio: string;
  readonly tts: string | undefined;
  readonly interrupt: string | undefined;
  readonly backchannel: string | undefined;
  readonly noise: string | undefined;
  readonly snrDb: number;
  readonly to: string;
  readonly parallel: number;
  readonly http: string;
  readonly record: string | undefined;
  /** Of WebRTC calls: share of packets lost each way, 0 to 1. */
  readonly lossRatio: number;
  /** Of WebRTC calls. */
  readonly codec: PeerCodec;
}

export const CALL_USAGE = `bench call [--turns N] [--audio DIR] [--interrupt DIR] [--backchannel DIR] [--noise FILE --snr DB] [--tts URL]
           (DIR: a folder of WAV files; or questions, interruptions, backchannels, digits or words, which are synthesized at first use)
           [--to sip:bot@127.0.0.1:5060 | --to webrtc:bot[@http://127.0.0.1:3000] [--loss PERCENT] [--codec opus|PCMU]]
           [--parallel N] [--http http://127.0.0.1:3000] [--record DIR]`;

/** Throws an `Error` whose message says what would be right. */
export function parseCallOptions(args: readonly string[]): CallBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      turns: { type: 'string' },
      audio: { type: 'string' },
      interrupt: { type: 'string' },
      backchannel: { type: 'string' },
      noise: { type: 'string' },
      snr: { type: 'string' },
      to: { type: 'string' },
      parallel: { type: 'string' },
      http: { type: 'string' },
      tts: { type: 'string' },
      record: { type: 'string' },
      loss: { type: 'string' },
      codec: { type: 'string' },
    },
  });
  const to = values.to ?? 'sip:bot@127.0.0.1:5060';
  if (!isWebRtcAddress(to) && (values.loss ?? values.codec) !== undefined)
    throw new Error(`--loss and --codec are for WebRTC: with --to webrtc:bot, not ${to}`);
  if (isWebRtcAddress(to)) parseWebRtcAddress(to);
  return {
    turns: values.turns === undefined ? undefined : numberOption('turns', values.turns, 1, 10_000),
    audio: soundFolder(values.audio ?? 'questions'),
    tts: values.tts,
    interrupt: values.interrupt === undefined ? undefined : soundFolder(values.interrupt),
    backchannel: values.backchannel === undefined ? undefined : soundFolder(values.backchannel),
    noise: values.noise,
    snrDb: values.snr === undefined ? 15 : numberOption('snr', values.snr, -20, 80),
    to,
    parallel: values.parallel === undefined ? 1 : numberOption('parallel', values.parallel, 1, 200),
    http: values.http ?? process.env['PARLEY_HTTP_URL'] ?? 'http://127.0.0.1:3000',
    record: values.record,
    lossRatio: numberOption('loss', values.loss ?? '0', 0, 50) / 100,
    codec: codecOption(values.codec ?? 'opus'),
  };
}

export function codecOption(text: string): PeerCodec {
  if (text !== 'opus' && text !== 'PCMU') throw new Error(`--codec "${text}": must be opus or PCMU`);
  return text;
}

export function numberOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
    throw new Error(`--${name} "${text}": must be a number from ${least} to ${most}`);
  return value;
}
