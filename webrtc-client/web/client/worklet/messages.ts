/** What passes between the page and its AudioWorklet. */
export const CAPTURE_PROCESSOR = 'parley-capture';
export const PLAYBACK_PROCESSOR = 'parley-playback';

export interface CaptureOptions {
  readonly rateHz: number;
  readonly frameSamples: number;
}

export interface PlaybackOptions {
  readonly rateHz: number;
}

/** To the playback: `pcm` is PCM16, and its buffer goes along. */
export type PlaybackCommand =
  | { readonly kind: 'audio'; readonly pcm: Int16Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'cancel' };

/** From the playback, twice a second while it plays. */
export interface PlaybackReport {
  readonly bufferedMs: number;
  readonly gaps: number;
  readonly refused: number;
}
