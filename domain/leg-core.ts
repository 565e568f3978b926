import type { EndReason } from './end-reason.ts';
import type { Ms } from './units.ts';

/** The life of one leg, as its gateway decides it. The first end reason wins: `ended` comes once, whatever crosses it. */
export interface LegCore<Input, Action> {
  readonly wakeAtMs: Ms | undefined;
  handle(nowMs: Ms, input: Input | CommonLegInput): readonly (Action | CommonLegAction)[];
}

/** What the core of any leg is told. */
export type CommonLegInput =
  | { readonly kind: 'media-opened' }
  | { readonly kind: 'media-failed'; readonly reason: EndReason }
  /** Our own side wants to end. */
  | { readonly kind: 'end'; readonly reason: EndReason }
  | { readonly kind: 'wake' };

/** What the core of any leg has done. */
export type CommonLegAction =
  | { readonly kind: 'open-media' }
  /** Once for media that were opened, at the end or after it; also where the end came while they opened. */
  | { readonly kind: 'close-media' }
  /** The conversation may begin. */
  | { readonly kind: 'answered' }
  /** Once a call: the reason is settled. `wasAnswered` says whether `answered` came before. */
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly wasAnswered: boolean };
