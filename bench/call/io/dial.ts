import { readRunning, runningFile } from '#app/running-file';
import { join } from 'node:path';
import { isWebRtcAddress, parseWebRtcAddress } from '#callers/peer/address';
import type { PeerCodec } from '#callers/peer/offer';
import { findApiToken } from './app-records.ts';
import type { Talker } from '#callers/talker';
import { Caller } from '#callers/io/caller';
import { assertListening } from '#callers/io/reachable';

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
  const { WebRtcCaller } = await import('#callers/io/webrtc-caller');
  const baseUrl = baseUrlOf(to, rootDir);
  const { persona } = parseWebRtcAddress(to);
  const token = await callToken(baseUrl, persona, rootDir);
  const { lossRatio, seed, codec } = options;
  return WebRtcCaller.dial({
    baseUrl,
    persona,
    ...noise,
    ...(lossRatio === undefined ? {} : { lossRatio }),
    ...(seed === undefined ? {} : { seed }),
    ...(codec === undefined ? {} : { codec }),
    ...(token === undefined ? {} : { token }),
  });
}

/** Where the app wants a call token it is asked for one with the API token, as the server of an embedding site would. */
async function callToken(baseUrl: string, persona: string, rootDir: string): Promise<string | undefined> {
  const config = (await json(await fetch(`${baseUrl}/webrtc/config`, { signal: AbortSignal.timeout(5000) }))) as {
    tokenRequired?: boolean;
  };
  if (config.tokenRequired !== true) return undefined;
  const apiToken = findApiToken(rootDir);
  if (apiToken === undefined)
    throw new Error(`${baseUrl} wants a call token for each call: set PARLEY_API_TOKEN, so that one can be asked for`);
  const issued = (await json(
    await fetch(`${baseUrl}/v1/call-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ persona }),
      signal: AbortSignal.timeout(5000),
    }),
  )) as { token?: string };
  return issued.token;
}

async function json(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return response.json();
}

/** Throws, in words, when nothing is there to be called. */
export async function assertReachable(to: string, rootDir: string): Promise<void> {
  if (!isWebRtcAddress(to)) return assertListening(to);
  const url = baseUrlOf(to, rootDir);
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000) });
  } catch (error) {
    throw new Error(`nothing answers at ${url}: is the app running? Start it with \`npm start\` and wait for its "Ready" line.`, {
      cause: error,
    });
  }
}

/** The address's own, else that of the app that runs from this folder, else the usual one. */
function baseUrlOf(to: string, rootDir: string): string {
  return parseWebRtcAddress(to).baseUrl ?? readRunning(runningFile(join(rootDir, 'data', 'api-token')))?.httpUrl ?? 'http://127.0.0.1:3000';
}
