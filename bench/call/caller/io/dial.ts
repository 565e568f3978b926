import { readRunning, runningFile } from '#app/running-file';
import { join } from 'node:path';
import { isWebRtcAddress, parseWebRtcAddress } from '#bench/webrtc/peer/address';
import type { PeerCodec } from '#bench/webrtc/peer/offer';
import type { Talker } from '../talker.ts';
import { Caller } from './caller.ts';
import { assertListening } from './reachable.ts';

export interface LineOptions {
  /** Background noise under all that is sent; a loop at 8 kHz. */
  readonly noise?: Int16Array | undefined;
  /** The rest is for WebRTC. Share of packets lost each way, 0 to 1. */
  readonly lossRatio?: number;
  /** Which packets are lost. */
  readonly seed?: number;
  readonly codec?: PeerCodec;
}

/** Calls `sip:...` or `webrtc:...`. */
export async function dial(to: string, rootDir: string, options: LineOptions = {}): Promise<Talker> {
  const noise = options.noise === undefined ? {} : { noise: options.noise };
  if (!isWebRtcAddress(to)) return Caller.dial(to, noise);
  // Loaded when asked for: a native library that a caller by SIP does not need.
  const { WebRtcCaller } = await import('./webrtc-caller.ts');
  const token = process.env['PARLEY_CALL_TOKEN'];
  const { lossRatio, seed, codec } = options;
  return WebRtcCaller.dial({
    baseUrl: baseUrlOf(to, rootDir),
    persona: parseWebRtcAddress(to).persona,
    ...noise,
    ...(lossRatio === undefined ? {} : { lossRatio }),
    ...(seed === undefined ? {} : { seed }),
    ...(codec === undefined ? {} : { codec }),
    ...(token === undefined ? {} : { token }),
  });
}

/** Throws, in words, when nothing is there to be called. */
export async function assertReachable(to: string, rootDir: string): Promise<void> {
  if (!isWebRtcAddress(to)) return assertListening(to);
  const url = baseUrlOf(to, rootDir);
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000) });
  } catch (error) {
    throw new Error(`nothing answers at ${url}: is the app running? Start it with \`npm start\` and wait for its "Ready" line.`, { cause: error });
  }
}

/** The address's own, else that of the app that runs from this folder, else the usual one. */
function baseUrlOf(to: string, rootDir: string): string {
  return parseWebRtcAddress(to).baseUrl ?? readRunning(runningFile(join(rootDir, 'data', 'api-token')))?.httpUrl ?? 'http://127.0.0.1:3000';
}
