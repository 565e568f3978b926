import type { Codec } from './codec.ts';
import { WaveformDecoder, type Decode } from './waveform-decoder.ts';
import { WaveformSender, type Encode } from './waveform-sender.ts';

export interface WaveformFacts extends Pick<Codec, 'payloadType' | 'clockHz' | 'sampleRateHz'> {
  /** Bytes for a sample: 1 in G.711, a half in G.722. */
  readonly bytesPerSample: number;
  /** Each is made anew for each stream, so that it may have a state. */
  readonly createDecode: () => Decode;
  readonly createEncode: () => Encode;
}

/**
 * A codec that codes sample by sample at a fixed rate and knows neither frames nor pauses: any length of packet is right, lost audio is concealed by the
 * line, silence is coded like sound or left out for comfort noise.
 */
export function waveformCodec(facts: WaveformFacts): Codec {
  const { bytesPerSample, createDecode, createEncode, sampleRateHz } = facts;
  return {
    ...(facts.payloadType !== undefined && { payloadType: facts.payloadType }),
    clockHz: facts.clockHz,
    channels: 1,
    sampleRateHz,
    speechRateHz: sampleRateHz,
    ptimesMs: [10, 20, 30, 40, 50, 60],
    hasComfortNoise: true,
    hasFec: false,
    createDecoder: ({ concealer }) => new WaveformDecoder(createDecode(), concealer),
    createSender: (setup) =>
      new WaveformSender(setup, createEncode(), {
        bytesPerSample,
        samplesPerMs: sampleRateHz / 1000,
        ticksPerSample: facts.clockHz / sampleRateHz,
      }),
  };
}
