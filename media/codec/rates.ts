/** Rate of a caller's line: what recognition gets, and what speech is told from. */
export type LineRateHz = 8000 | 16_000;
/** Rates that the bot's speech is made at. */
export type SpeechRateHz = 8000 | 16_000 | 24_000;
