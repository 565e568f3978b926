import type { Hz } from '#domain/units';
import type { G711Law } from './g711.ts';

/** What a codec's packets mean. The RTP clock and the sample rate are different things (G.722: 8000 and 16000). */
export interface CodecFacts {
  readonly name: G711Law;
  /** The static payload type; RFC 3551 table 4. */
  readonly payloadType: number;
  readonly rtpClockHz: number;
  readonly sampleRateHz: Hz;
}

export const CODECS: Readonly<Record<G711Law, CodecFacts>> = {
  PCMU: { name: 'PCMU', payloadType: 0, rtpClockHz: 8000, sampleRateHz: 8000 },
  PCMA: { name: 'PCMA', payloadType: 8, rtpClockHz: 8000, sampleRateHz: 8000 },
};

/** RFC 3389 section 4: the static type of comfort noise at 8 kHz. */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13;

/** Longest packet that is taken: 200 ms at 8 kHz, the most that RFC 3551 section 4.2 asks receivers to accept. */
export const MAX_PACKET_SAMPLES = 1600;
