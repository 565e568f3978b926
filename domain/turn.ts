import type { Ms } from './units.ts';

/** Counts the bot's turns of one call from 1; a later turn always has a greater id. */
export type TurnId = number & { readonly __turn?: never };
/** Counts the caller's talkspurts of one call from 1. */
export type SpurtId = number & { readonly __spurt?: never };
/** Counts the pieces of speech within one bot turn from 0. */
export type PieceId = number & { readonly __piece?: never };

/** How a bot turn came to its end. */
export type TurnOutcome = 'completed' | 'interrupted' | 'failed' | 'abandoned';

/** Where an answer came from. */
export type AnswerSource = 'greeting' | 'knowledge' | 'llm' | 'dialogue' | 'fault' | 'echo';

/**
 * When each stage of one turn was done; milliseconds after the caller's last sound. Absent: it did not happen.
 * Negative values are possible where work was done ahead (speculation).
 */
export interface TurnStages {
  readonly vadStopMs?: Ms;
  readonly transcriptMs?: Ms;
  readonly turnProbabilityMs?: Ms;
  readonly turnEndMs?: Ms;
  readonly answerMs?: Ms;
  readonly firstPcmMs?: Ms;
  readonly firstPacketMs?: Ms;
}
