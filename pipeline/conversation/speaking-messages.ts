import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import type { AnswerSource, TurnOutcome } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { DeclaredAction } from '../dialogue/actions/declared-action.ts';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import type { CivilTime } from '../dialogue/slots/slot-type.ts';
import type { PipelineOptions } from '../options.ts';
import type { Persona } from '../persona.ts';
import type { ToneReader } from '../ports.ts';
import type { BotTurn } from './bot-turn.ts';
import type { CallerTurn } from './listening.ts';
import type { ConversationAction, ConversationInput } from './messages.ts';

/** A turn of the bot is over. */
export interface ClosedTurn {
  readonly turn: BotTurn;
  readonly outcome: TurnOutcome;
}

export type SpeakingOutput = { readonly action: ConversationAction } | { readonly closed: ClosedTurn };

export interface SpeakingContext {
  readonly persona: Persona;
  readonly options: PipelineOptions;
  readonly llmCapable: boolean;
  /** Whether the audio of a text is ready. */
  readonly hasPhrase: (text: string) => boolean;
  /** Makes the keys of its actions. */
  readonly callId: string;
  /** Actions that a capable LLM may use as tools. */
  readonly tools?: readonly DeclaredAction[];
  /** The clock on the wall where the persona lives. */
  readonly civilTime: () => CivilTime;
  /** Absent where tones are not looked at, or the language's words tell none. */
  readonly toneReader?: ToneReader;
}

/** What the bot says of its own accord, or about a turn of the caller without thinking about it. */
export interface Saying {
  readonly source: AnswerSource;
  readonly callerText?: string;
  readonly anchorMs?: Ms;
  readonly endReason?: EndReason;
  /** It is said because this failed. */
  readonly failure?: string;
  readonly caller?: CallerTurn;
  /** Where it was planned, so that what follows from it happens. */
  readonly plan?: SayPlan;
}

type SayPlan = Extract<ReplyPlan, { kind: 'say' }>;

export type WorkInput = Extract<
  ConversationInput,
  { kind: 'matched' | 'match-failed' | 'llm-text' | 'llm-done' | 'llm-calls' | 'llm-failed' | 'pcm' | 'piece-made' | 'piece-failed' }
>;
export type ActionInput = Extract<ConversationInput, { kind: 'action-result' | 'press-keys' }>;
export type PlayoutEvent = Extract<LegMediaEvent, { kind: 'playout-started' | 'playout-progress' | 'playout-queue' | 'playout-finished' }>;
export type Service = Extract<CallEventBody, { kind: 'fault' }>['service'];
