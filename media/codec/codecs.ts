import type { Codec } from './codec.ts';
import { PCMA, PCMU } from './g711.ts';
import { G722 } from './g722.ts';
import { OPUS } from './opus.ts';

/** Every codec there is, by its name in `a=rtpmap`. */
const ROWS = { PCMU, PCMA, G722, opus: OPUS } satisfies Record<string, Codec>;

export type AudioCodec = keyof typeof ROWS;

export const CODECS: Readonly<Record<AudioCodec, Codec>> = ROWS;
