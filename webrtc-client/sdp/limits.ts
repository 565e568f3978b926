import type { SdpLimits } from '#sdp';

/** Chromium's offer of audio, video and data has about 250 lines, the longest below 500 characters. The bytes are bounded by the route. */
export const LIMITS: SdpLimits = { characters: Infinity, lines: 2_000, lineCharacters: 2_048, media: 32 };
