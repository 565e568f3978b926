import type { AnswerSource } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { Wait } from '../language/turn-language.ts';
import type { FormRun, FormState } from './forms/form-state.ts';

export type Detail = Readonly<Record<string, string | number | boolean>>;

/** How a turn of the caller is answered. Making a plan changes nothing, so that it can be made on speculation. */
export type ReplyPlan =
  | {
      readonly kind: 'say';
      readonly texts: readonly string[];
      readonly source: AnswerSource;
      readonly followUp: 'go-on' | 'hang-up' | 'take-message';
      /** Entries that the caller is asked to choose between. */
      readonly expecting: readonly string[];
      /** The caller's words are a message for somebody. */
      readonly message?: string;
      /** It answers nothing: what was asked, and what can be said again, stays as it was. */
      readonly aside?: Wait;
      /** The form as it is once this is said; without a state it is over. Absent: it stays as it is. */
      readonly form?: FormChange;
      /** The entry that a "yes" is answered with. */
      readonly offers?: string;
      /** Spoken slowly: the caller did not understand it before. */
      readonly pace?: 'slow';
      /** The persona had no answer. */
      readonly isLost?: true;
      readonly detail: Detail;
    }
  | ActPlan
  /** `whenFinal`: not worth asking about a partial text. */
  | { readonly kind: 'match'; readonly expecting: readonly string[]; readonly whenFinal?: boolean }
  | { readonly kind: 'llm'; readonly facts: readonly string[]; readonly detail: Detail };

/** An action is run; its result brings what is said. */
export interface ActPlan {
  readonly kind: 'act';
  readonly run: FormRun;
  /** Said when it takes long. */
  readonly filler: string;
  readonly timeoutMs: Ms;
  readonly form: FormChange;
  readonly detail: Detail;
}

export interface FormChange {
  readonly state: FormState | undefined;
}

export type SayPlan = Extract<ReplyPlan, { kind: 'say' }>;

export function say(
  texts: readonly string[],
  source: AnswerSource,
  more: Partial<Pick<SayPlan, 'followUp' | 'expecting' | 'message' | 'aside' | 'form' | 'offers' | 'pace' | 'isLost' | 'detail'>> = {},
): SayPlan {
  return { kind: 'say', texts, source, followUp: 'go-on', expecting: [], detail: {}, ...more };
}
