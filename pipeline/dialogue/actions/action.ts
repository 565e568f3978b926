import type { Ms } from '#domain/units';
import type { SlotValue } from '../slots/slot-type.ts';

export type ActionArguments = Readonly<Record<string, SlotValue>>;

/** What came of an action. `values` may be used by the templates of what is said next: `{room}`. */
export type ActionResult =
  | { readonly kind: 'done'; readonly values: Readonly<Record<string, SlotValue>> }
  /** The world said no, in a way that the caller can do something about: `taken`, with the nearest free times. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly values: Readonly<Record<string, SlotValue>>;
      readonly slot?: string;
      readonly offers?: readonly SlotValue[];
    }
  /** It did not work: time-out, dead server, broken answer. `mayHaveHappened`: the request had left. */
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string; readonly mayHaveHappened: boolean };

/** Who said that it may be done. An action marked `confirm` runs only with `caller`. */
export type Authority =
  /** The caller's own yes to a read-back that the form made of exactly these arguments. */
  | { readonly by: 'caller'; readonly readBack: string; readonly answer: string }
  /** Declared as not needing one. */
  | { readonly by: 'declaration' };

/** One started action, from start to end; becomes part of the call's record. Secret arguments are masked in records and logs. */
export interface ActionRequest {
  /** Counts the actions of a call from 1. */
  readonly actionId: number;
  readonly name: string;
  readonly args: ActionArguments;
  readonly authority: Authority;
  /** The same for every repetition of this very action, so that it happens once. */
  readonly idempotencyKey: string;
}

/** Performs declared actions; made by the shell. Never throws: what goes wrong is a `failed` result. */
export interface ActionRunner {
  run(request: ActionRequest, signal: AbortSignal): Promise<ActionResult>;
  readonly timeoutMs: (name: string) => Ms;
}
