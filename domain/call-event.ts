import type { CallFacts, CallId } from './call.ts';
import type { EndReason } from './end-reason.ts';
import type { LegMediaStats } from './leg-media.ts';
import type { Tone, ToneSource, VoiceChange } from './tone.ts';
import type { AnswerSource, TurnId, TurnOutcome, TurnStages } from './turn.ts';
import type { Ms, Ratio } from './units.ts';

/**
 * Everything that can be observed about a call. Cores and shells emit these; `app/telemetry` turns them into log
 * lines, metrics and spans, `app/store` into rows. Text fields are what people said: `app/telemetry/log-lines.ts` lists what may be logged.
 */
export type CallEvent = { readonly callId: CallId; readonly atMs: Ms } & CallEventBody;

export type CallEventBody =
  | { readonly kind: 'call-started'; readonly facts: CallFacts; readonly persona: string }
  | { readonly kind: 'call-answered'; readonly setupMs: Ms }
  | { readonly kind: 'call-ended'; readonly reason: EndReason; readonly stats?: LegMediaStats }
  | { readonly kind: 'media-stats'; readonly stats: LegMediaStats }
  | { readonly kind: 'caller-partial'; readonly text: string }
  | { readonly kind: 'caller-final'; readonly text: string; readonly confidence: Ratio; readonly audioMs: Ms; readonly decodeMs: Ms }
  /** A guess at how the caller sounded in the turn that `turnId` answers. `late`: known only when that was being answered, so it counts for the next. */
  | {
      readonly kind: 'caller-tone';
      readonly turnId: TurnId;
      readonly tone: Tone;
      readonly confidence: Ratio;
      readonly basis: readonly ToneSource[];
      readonly voice?: VoiceChange;
      readonly late?: boolean;
    }
  | { readonly kind: 'turn-opened'; readonly turnId: TurnId; readonly source: AnswerSource; readonly callerText: string }
  /** Part of the bot's text that has now been heard. */
  | { readonly kind: 'bot-heard'; readonly turnId: TurnId; readonly text: string }
  | {
      readonly kind: 'turn-closed';
      readonly turnId: TurnId;
      readonly source: AnswerSource;
      readonly outcome: TurnOutcome;
      readonly callerText: string;
      readonly botText: string;
      readonly heardText: string;
      readonly stages: TurnStages;
      /** Matched knowledge entry, model name, fault code, turn-end rule: whatever explains the turn. */
      readonly detail?: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'barge-in';
      readonly turnId: TurnId;
      readonly decision: 'abort' | 'resume';
      readonly why: string;
      readonly decidedMs: Ms;
    }
  /** Somebody spoke and recognition found no words. `answered`: they were told so. */
  | { readonly kind: 'speech-without-words'; readonly voicedMs: Ms; readonly answered: boolean }
  | { readonly kind: 'dtmf'; readonly digit: string }
  | { readonly kind: 'speculation-dropped'; readonly why: string }
  | { readonly kind: 'fault'; readonly service: 'stt' | 'llm' | 'tts' | 'embedding' | 'media'; readonly code: string }
  | { readonly kind: 'queue-wait'; readonly queue: string; readonly waitMs: Ms }
  | { readonly kind: 'dropped'; readonly queue: string; readonly count: number }
  | { readonly kind: 'message-taken'; readonly text: string }
  /** Something is being done for the caller. Secret arguments are masked, in the authority's words too. */
  | {
      readonly kind: 'action-started';
      readonly actionId: number;
      readonly name: string;
      readonly args: ActionValues;
      readonly authority: ActionAuthority;
    }
  /** What came of it; a second one of the same `actionId`, marked `late`, tells what was learned after its time-out. */
  | {
      readonly kind: 'action-ended';
      readonly actionId: number;
      readonly name: string;
      readonly outcome: 'done' | 'refused' | 'failed';
      /** Why it was refused or failed. */
      readonly code?: string;
      readonly values?: ActionValues;
      /** It failed, and yet what it asks for may have happened. */
      readonly mayHaveHappened?: boolean;
      readonly late?: boolean;
      readonly tookMs: Ms;
    };

/** Arguments or results of an action, by name: plain JSON. */
export type ActionValues = Readonly<Record<string, string | number | boolean | { readonly amount: number; readonly currency: string }>>;

/** Who said that it may be done: the caller, in `answer` to `readBack`, or the persona's declaration. */
export type ActionAuthority =
  | { readonly by: 'caller'; readonly readBack: string; readonly answer: string }
  | { readonly by: 'declaration' };
