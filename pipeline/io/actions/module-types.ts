import type { CallId } from '#domain/call';
import type { ActionArguments } from '../../dialogue/actions/action.ts';
import type { SlotSpec } from '../../dialogue/slots/slot-spec.ts';
import type { CivilTime, SlotValue } from '../../dialogue/slots/slot-type.ts';

/** What a function beside the persona gets besides its arguments. */
export interface ModuleContext {
  /** As the calendar and the clock on the wall show it where the persona lives. */
  readonly now: CivilTime;
  readonly callId: CallId;
  /** The same for every repetition of this very action: whoever keeps it does nothing twice. */
  readonly idempotencyKey: string;
  /** `settings` of the declaration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A folder of its own, which exists. */
  readonly dataDir: string;
  /** Numbers and names in `fields`; what people said does not belong in a log. */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** What such a function answers; everything else that it throws or gives is a failure. */
export type ModuleResult =
  | { readonly kind: 'done'; readonly values?: Readonly<Record<string, SlotValue>> }
  /** No, in a way that the caller can do something about: `slot` is asked for again, `offers` are values that would do. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly values?: Readonly<Record<string, SlotValue>>;
      readonly slot?: string;
      readonly offers?: readonly SlotValue[];
    };

/** What a persona's module exports under the name that its declaration gives. */
export interface ActionModule {
  /** The type of each argument, so that a declaration which does not fit is refused at the start. */
  readonly arguments: Readonly<Record<string, SlotSpec['type']>>;
  /** Arguments that may be missing. */
  readonly optional?: readonly string[];
  /** `signal` is aborted at the time-out: whatever has not happened by then should not happen any more. */
  run(args: ActionArguments, context: ModuleContext, signal: AbortSignal): ModuleResult | Promise<ModuleResult>;
}
