import { Application, createEncoder, Signal } from 'libopus-wasm';
import { OpusDecoder } from 'opus-decoder';
import { decodeLaw, encodeLaw } from '../../g711.ts';
import type { PeerCodec } from '../offer.ts';

/** What a WebRTC caller speaks and hears with: frames of 20 ms. */
export interface LineCodec {
  /** Rate of what is spoken. */
  readonly sampleRateHz: 8000 | 16000;
  encode(frame: Int16Array): Uint8Array;
  /** As 8 kHz samples; empty where the payload cannot be read. */
  decode(payload: Uint8Array): Int16Array;
  close(): void;
}

/** `lossPercent`: what the far side is said to lose, which decides how much goes into forward error correction. */
export async function createLineCodec(codec: PeerCodec, lossPercent: number): Promise<LineCodec> {
  return codec === 'opus' ? createOpus(lossPercent) : PCMU;
}

/** The decoder is another build of libopus than the app's, in a package of its own. */
async function createOpus(lossPercent: number): Promise<LineCodec> {
  const encoder = await createEncoder({
    sampleRate: 16000,
    channels: 1,
    frameSize: 320,
    application: Application.Voip,
    signal: Signal.Voice,
    bitrate: BITRATE,
    complexity: COMPLEXITY,
    fec: true,
    packetLossPercent: lossPercent,
  });
  const decoder = new OpusDecoder({ sampleRate: 8000, channels: 1, preSkip: 0 });
  await decoder.ready;
  return {
    sampleRateHz: 16000,
    encode: (frame) => encoder.encode(frame),
    decode: (payload) => {
      if (payload.length === 0) return new Int16Array(0);
      const { channelData } = decoder.decodeFrame(payload);
      return Int16Array.from(channelData[0] ?? [], (x) => Math.max(-32768, Math.min(32767, Math.round(x * 32768))));
    },
    close: () => {
      encoder.free();
      decoder.free();
    },
  };
}

const PCMU: LineCodec = {
  sampleRateHz: 8000,
  encode: (frame) => encodeLaw('pcmu', frame),
  decode: (payload) => decodeLaw('pcmu', payload),
  close: () => {},
};

/** What Chromium chooses for speech in mono. */
const BITRATE = 32_000;
const COMPLEXITY = 9;
