import type { Ratio } from '#domain/units';
import type { ActionResult } from '../actions/action.ts';
import type { SlotValue } from '../slots/slot-type.ts';
import type { Values } from './form.ts';

/** What the bot is waiting to hear. */
export type Question =
  | { readonly kind: 'slot'; readonly slot: string }
  /** One of several values: what was said had two meanings, or the action has offered them. `heard`: the ambiguous words. */
  | { readonly kind: 'which'; readonly slot: string; readonly values: readonly SlotValue[]; readonly heard: string }
  /** Recognition was not sure. */
  | { readonly kind: 'did-you-say'; readonly slot: string; readonly value: SlotValue }
  /** `text` is what the caller heard, and what a yes agrees to. */
  | { readonly kind: 'read-back'; readonly text: string }
  | { readonly kind: 'change' }
  /** Whether to take a message instead, as `slot` was not understood. */
  | { readonly kind: 'message'; readonly slot: string }
  | { readonly kind: 'acting' };

/** A form being filled in. Never changed: each step makes another. */
export interface FormState {
  readonly formId: string;
  readonly values: Values;
  /** Slots in the order in which the caller gave them. */
  readonly given: readonly string[];
  /** Optional slots that the caller was asked for and left empty. */
  readonly skipped: readonly string[];
  readonly question: Question;
  /** Failed tries at this question. */
  readonly misses: number;
  /** Everything the caller did since the form began: so that it comes to an end. */
  readonly steps: number;
  readonly refusals: number;
}

export type FormInput =
  /** The caller asked for it, perhaps with values in the same sentence. */
  /** `proposed`: values that somebody else than the caller thinks are meant; the read-back tells the caller. */
  | { readonly kind: 'start'; readonly text: string; readonly proposed?: Values }
  | {
      readonly kind: 'said';
      readonly text: string;
      readonly confidence: Ratio;
      /** Pressed on the keypad. */
      readonly keys: boolean;
      /** It reads like a question: what only answers ours by chance is left to the knowledge. */
      readonly asQuestion?: boolean;
      /** The caller has heard what was read back, or most of it. */
      readonly heardReadBack: boolean;
    }
  /** Neither the form nor the knowledge understood it. */
  | { readonly kind: 'missed'; readonly why?: string }
  /** Something else was answered in between. */
  | { readonly kind: 'resumed' }
  | { readonly kind: 'result'; readonly result: ActionResult };

export type FormOutput =
  | { readonly kind: 'say'; readonly text: string }
  /** The form made nothing of it, and is as it was. */
  | { readonly kind: 'not-understood' }
  | { readonly kind: 'run'; readonly run: FormRun }
  | { readonly kind: 'ended'; readonly outcome: FormOutcome; readonly followUp: 'go-on' | 'take-message' | 'hang-up' };

export type FormOutcome = 'done' | 'cancelled' | 'gave-up' | 'failed';

/** The action that a complete form asks for. `agreed`: what was read back, and the caller's answer to it. */
export interface FormRun {
  readonly action: string;
  readonly args: Values;
  readonly agreed?: { readonly readBack: string; readonly answer: string };
}

export interface FormStep {
  /** Undefined: the form is over. */
  readonly state: FormState | undefined;
  readonly outputs: readonly FormOutput[];
}
