/** Kokoro's voices for callers; none of them is the bot's. */
export const CALLER_VOICES: readonly string[] = [
  'am_michael',
  'af_bella',
  'bm_george',
  'bf_emma',
  'am_puck',
  'af_sarah',
  'am_fenrir',
  'bf_isabella',
];
