import { CODECS, type AudioCodec } from './codecs.ts';

export const CODEC_NAMES = Object.keys(CODECS) as readonly AudioCodec[];

/** The codec of an `a=rtpmap`; names are compared without regard to case (RFC 8866 section 6.6). */
export function codecOfRtpmap(name: string, clockHz: number, channels: number): AudioCodec | undefined {
  const wanted = name.toLowerCase();
  return CODEC_NAMES.find((codec) => {
    const row = CODECS[codec];
    return codec.toLowerCase() === wanted && row.clockHz === clockHz && row.channels === channels;
  });
}

/** The value of `a=rtpmap` after the payload type. */
export function rtpmapOf(codec: AudioCodec): string {
  const { clockHz, channels } = CODECS[codec];
  return `${codec}/${clockHz}${channels === 1 ? '' : `/${channels}`}`;
}
