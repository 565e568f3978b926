import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Running } from '#app/running-file';
import { resample, type Sound } from '#callers/wav';

/** Clients of the running speech services, for callers made by script; apart from `pipeline/io` so that they can catch its faults. */
export interface SpeechServices {
  readonly sttUrl: string;
  readonly ttsUrl: string;
  readonly key?: string;
}

export const DEFAULT_SERVICES: SpeechServices = { sttUrl: 'ws://127.0.0.1:7003/ws/stt', ttsUrl: 'http://127.0.0.1:7002' };

/** Those of the running app, or where they usually are; `PARLEY_SERVICES_KEY` goes over its key. */
export function servicesOf(
  running: Running | undefined,
  given: { readonly stt?: string | undefined; readonly tts?: string | undefined } = {},
): SpeechServices {
  const key = process.env['PARLEY_SERVICES_KEY']?.trim() || running?.servicesKey;
  return {
    sttUrl: given.stt ?? running?.sttUrl ?? DEFAULT_SERVICES.sttUrl,
    ttsUrl: given.tts ?? running?.ttsUrl ?? DEFAULT_SERVICES.ttsUrl,
    ...(key === undefined ? {} : { key }),
  };
}

function bearer({ key }: SpeechServices): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** A caller's voice: not the bot's own. */
export const CALLER_VOICE = 'am_michael';

/** Text as 8 kHz speech. */
export async function synthesize(
  services: SpeechServices,
  text: string,
  voice = CALLER_VOICE,
  engine: 'kokoro' | 'hibari' = 'kokoro',
): Promise<Int16Array> {
  return resample(await speak(services, text, voice, engine), 8000);
}

/** Text as speech of the service's own rate, 24 kHz. */
export async function speak(
  services: SpeechServices,
  text: string,
  voice = CALLER_VOICE,
  engine: 'kokoro' | 'hibari' = 'kokoro',
  speed = 1,
): Promise<Sound> {
  const response = await fetch(`${services.ttsUrl}/tts/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(services) },
    body: JSON.stringify({ text, voice, engine, speed }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`the tts service answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const rateHz = Number(response.headers.get('x-sample-rate') ?? 24000);
  const chunks: Buffer[] = [];
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const length = bytes.readUInt32LE(offset);
    if (length === 0) break;
    chunks.push(bytes.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  return { sampleRateHz: rateHz, pcm: pcmOf(Buffer.concat(chunks)) };
}

export interface Recognised {
  readonly text: string;
  readonly decodeMs: number;
}

/** What the STT service makes of a sound, at most some 25 s long. */
export async function transcribe(services: SpeechServices, sound: Sound): Promise<string> {
  return (await recognise(services, sound)).text;
}

/** The same with the time that it took. `config`: more of the session's settings, such as hot words. */
export async function recognise(
  services: SpeechServices,
  sound: Sound,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Recognised> {
  const pcm = resample(sound, 16000);
  const socket = new WebSocket(services.sttUrl, { handshakeTimeout: 5000, headers: bearer(services) });
  const { promise, resolve, reject } = Promise.withResolvers<Recognised>();
  const timeout = setTimeout(() => reject(new Error('the stt service did not answer within 60 s')), 60_000);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { type?: string; text?: string; decodeMs?: number; message?: string };
    if (message.type === 'final') resolve({ text: message.text ?? '', decodeMs: message.decodeMs ?? 0 });
    if (message.type === 'error') reject(new Error(`the stt service refused: ${message.message ?? ''}`));
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the stt service closed the session')));
  try {
    await Promise.race([once(socket, 'open'), promise]);
    socket.send(JSON.stringify({ config: { partials: false, turn: false, ...config } }));
    const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    for (let offset = 0; offset < bytes.length; offset += 32_000) socket.send(bytes.subarray(offset, offset + 32_000));
    socket.send(JSON.stringify({ silence: true }));
    return await promise;
  } finally {
    clearTimeout(timeout);
    promise.catch(() => {});
    socket.close();
  }
}

/** Transcribes speech of any length: cut where it is quiet, into pieces of at most 20 s. */
export async function transcribeLong(services: SpeechServices, pcm8k: Int16Array): Promise<string> {
  const texts: string[] = [];
  for (const piece of talkspurts(pcm8k)) texts.push(await transcribe(services, { sampleRateHz: 8000, pcm: piece }));
  return texts.filter((text) => text !== '').join(' ');
}

/** Parts with speech, each with 200 ms around it, joined over pauses of less than 900 ms. */
function talkspurts(pcm8k: Int16Array): Int16Array[] {
  const frame = 160;
  const loud = (index: number) => pcm8k.subarray(index * frame, (index + 1) * frame).some((x) => Math.abs(x) > 800);
  const pieces: [number, number][] = [];
  for (let i = 0; i * frame < pcm8k.length; i++) {
    if (!loud(i)) continue;
    const last = pieces.at(-1);
    const joins = last !== undefined && i - last[1] < 45 && i - last[0] < 1000;
    if (joins) last[1] = i;
    else pieces.push([i, i]);
  }
  return pieces.map(([from, to]) => pcm8k.slice(Math.max(0, from - 10) * frame, (to + 11) * frame));
}

function pcmOf(bytes: Buffer): Int16Array {
  const pcm = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < pcm.length; i++) pcm[i] = bytes.readInt16LE(i * 2);
  return pcm;
}
