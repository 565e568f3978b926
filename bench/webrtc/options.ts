import { parseArgs } from 'node:util';
import { codecOption, numberOption } from '#bench/call/options';
import type { PeerCodec } from '#callers/peer/offer';

export interface WebRtcBenchOptions {
  readonly peers: number;
  readonly seconds: number;
  /** Share of packets that the network loses each way, 0 to 1. */
  readonly lossRatio: number;
  readonly codec: PeerCodec;
  /** Of the bot's encoder; absent: by load, as the app does it. */
  readonly complexity: number | undefined;
  readonly vad: 'on' | 'off';
  /** What carries the legs: our own ICE-lite, DTLS and SRTP, or libdatachannel, for comparison. */
  readonly transport: 'own' | 'libdatachannel';
  /** Whether the most peers that are held are looked for. */
  readonly ramp: 'on' | 'off';
}

export const WEBRTC_USAGE = `bench webrtc [--peers N] [--seconds S] [--loss PERCENT] [--codec opus|PCMU] [--complexity 0-10] [--vad on|off] [--ramp on|off] [--transport own|libdatachannel]`;

/** Throws an `Error` whose message says what would be right. */
export function parseWebRtcOptions(args: readonly string[]): WebRtcBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      peers: { type: 'string' },
      seconds: { type: 'string' },
      loss: { type: 'string' },
      codec: { type: 'string' },
      complexity: { type: 'string' },
      vad: { type: 'string' },
      ramp: { type: 'string' },
      transport: { type: 'string' },
    },
  });
  return {
    peers: whole('peers', values.peers ?? '50', 1, 1000),
    seconds: numberOption('seconds', values.seconds ?? '10', 1, 600),
    lossRatio: numberOption('loss', values.loss ?? '0', 0, 50) / 100,
    codec: codecOption(values.codec ?? 'opus'),
    complexity: values.complexity === undefined ? undefined : whole('complexity', values.complexity, 0, 10),
    vad: onOff('vad', values.vad ?? 'off'),
    ramp: onOff('ramp', values.ramp ?? 'on'),
    transport: transportOption(values.transport ?? 'own'),
  };
}

function transportOption(text: string): 'own' | 'libdatachannel' {
  if (text !== 'own' && text !== 'libdatachannel') throw new Error(`--transport "${text}": own or libdatachannel is wanted`);
  return text;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = numberOption(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`--${name} "${text}": must be a whole number from ${least} to ${most}`);
  return value;
}

function onOff(name: string, text: string): 'on' | 'off' {
  if (text !== 'on' && text !== 'off') throw new Error(`--${name} "${text}": must be on or off`);
  return text;
}
