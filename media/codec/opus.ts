import { AppError } from '#domain/errors';
import type { Codec, CodecParameters } from './codec.ts';
import { OPUS_CLOCK_HZ, OPUS_LINE_HZ, OPUS_SPEECH_HZ, type OpusLibrary } from './opus-library.ts';
import { OpusLineDecoder } from './opus-decoder.ts';
import { OpusSender } from './opus-sender.ts';

/** RFC 6716, carried as RFC 7587 says. */
export const OPUS: Codec = {
  clockHz: OPUS_CLOCK_HZ,
  channels: 2,
  sampleRateHz: OPUS_LINE_HZ,
  speechRateHz: OPUS_SPEECH_HZ,
  ptimesMs: [10, 20, 40, 60],
  hasComfortNoise: false,
  hasFec: true,
  /** RFC 7587 section 6.1: what we want to be sent. Speech is recognised at 16 kHz, so more would be paid for by nothing. */
  fmtp: (asked) =>
    `minptime=10;useinbandfec=1;maxplaybackrate=16000;maxaveragebitrate=32000;stereo=0${asked?.['usedtx'] === '1' ? ';usedtx=1' : ''}`,
  createDecoder: ({ opus }) => new OpusLineDecoder(needed(opus).createDecoder()),
  createSender: ({ stream, payloadType, parameters, opus, opusOptions }) =>
    new OpusSender(
      stream,
      needed(opus).createEncoder({
        bitrate: Math.min(opusOptions.bitrateBps, maxAverageBitrate(parameters)),
        complexity: opusOptions.complexity,
        inbandFec: parameters['useinbandfec'] === '1',
        packetLossPercent: 0,
      }),
      payloadType,
    ),
};

/** RFC 7587 section 6.1. What is out of range counts as not said. */
function maxAverageBitrate({ maxaveragebitrate = '' }: CodecParameters): number {
  const bitrate = /^\d{4,6}$/.test(maxaveragebitrate) ? Number(maxaveragebitrate) : 0;
  return bitrate >= MIN_BITRATE && bitrate <= MAX_BITRATE ? bitrate : Number.POSITIVE_INFINITY;
}

function needed(opus: OpusLibrary | undefined): OpusLibrary {
  if (opus === undefined) throw new AppError('NO_OPUS', 'this media thread was started without the Opus library');
  return opus;
}

const MIN_BITRATE = 6_000;
const MAX_BITRATE = 510_000;
