import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import type { PieceId, TurnId } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { ActionRequest, ActionResult } from '../dialogue/actions/action.ts';
import type { ExpectedSpeech } from '../dialogue/forms/active-form.ts';
import type { ToneShares } from '#domain/tone';
import type { Manner } from '../tone/manner.ts';
import type { ChatMessage, KnowledgeMatch, SttEvent, ToolCall, ToolSpec } from '../ports.ts';

/** Everything a conversation learns. Answers name the turn they belong to; those of a turn that is gone are ignored. */
export type ConversationInput =
  | { readonly kind: 'answered' }
  | { readonly kind: 'media'; readonly event: LegMediaEvent }
  | { readonly kind: 'stt'; readonly event: SttEvent }
  | { readonly kind: 'matched'; readonly turnId: TurnId; readonly match: KnowledgeMatch; readonly tone?: ToneShares }
  /** The tone in a text by its meaning. */
  | { readonly kind: 'tone-read'; readonly text: string; readonly tone: ToneShares }
  | { readonly kind: 'match-failed'; readonly turnId: TurnId; readonly code: string }
  | { readonly kind: 'llm-text'; readonly turnId: TurnId; readonly delta: string }
  | { readonly kind: 'llm-done'; readonly turnId: TurnId }
  /** The reply has ended, and asks for this. */
  | { readonly kind: 'llm-calls'; readonly turnId: TurnId; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'llm-failed'; readonly turnId: TurnId; readonly code: string }
  /** Speech of one piece at 24 kHz; the conversation owns the array. */
  | { readonly kind: 'pcm'; readonly turnId: TurnId; readonly pieceId: PieceId; readonly pcm: Int16Array }
  | { readonly kind: 'piece-made'; readonly turnId: TurnId; readonly pieceId: PieceId }
  | { readonly kind: 'piece-failed'; readonly turnId: TurnId; readonly pieceId: PieceId; readonly code: string }
  | { readonly kind: 'action-result'; readonly actionId: number; readonly result: ActionResult }
  /** Press keys, as part of what is being said; `name` stands for them in records. */
  | { readonly kind: 'press-keys'; readonly name: string }
  /** Say this, then end the call for this reason. */
  | { readonly kind: 'say-goodbye'; readonly text: string; readonly reason: EndReason }
  | { readonly kind: 'leg-ended' }
  | { readonly kind: 'wake' };

/** Everything a conversation asks for. */
export type ConversationAction =
  | { readonly kind: 'media'; readonly command: LegMediaCommand }
  | { readonly kind: 'open-stt' }
  | { readonly kind: 'stt-audio'; readonly pcm: Int16Array }
  | { readonly kind: 'stt-pause'; readonly pause: number }
  | { readonly kind: 'stt-judge'; readonly pause: number; readonly silenceMs: Ms }
  | { readonly kind: 'stt-reset' }
  /** Words that are likely from here on, instead of the persona's own. */
  | { readonly kind: 'stt-expect'; readonly speech: ExpectedSpeech }
  | { readonly kind: 'match'; readonly turnId: TurnId; readonly text: string; readonly expecting: readonly string[] }
  | { readonly kind: 'ask-llm'; readonly turnId: TurnId; readonly messages: readonly ChatMessage[]; readonly tools: readonly ToolSpec[] }
  /** Fixed phrases come from the phrase cache, everything else from TTS. */
  | {
      readonly kind: 'speak';
      readonly turnId: TurnId;
      readonly pieceId: PieceId;
      readonly text: string;
      readonly deadlineMs: Ms;
      readonly first: boolean;
      readonly last: boolean;
      readonly manner?: Manner;
      /** More slowly than the phrases that are ready. */
      readonly pace?: 'slow';
    }
  /** Guess at the tone in these words; nobody waits for it. */
  | { readonly kind: 'read-tone'; readonly text: string }
  /** No more words are wanted; speech goes on. */
  | { readonly kind: 'stop-llm'; readonly turnId: TurnId }
  /** Stop all work that runs for this turn. */
  | { readonly kind: 'cancel-turn'; readonly turnId: TurnId }
  /** Goes on whatever becomes of the turn that it was begun in; exactly one `action-result` follows while the call lasts. */
  | { readonly kind: 'run-action'; readonly request: ActionRequest }
  | { readonly kind: 'emit'; readonly event: CallEventBody }
  | { readonly kind: 'end-leg'; readonly reason: EndReason };
