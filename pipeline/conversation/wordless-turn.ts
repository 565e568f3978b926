import { ms, type Ms } from '#domain/units';
import type { TurnEndRule } from '../turn/turn-end.ts';
import { CallerUtterance } from '../text/utterance.ts';
import type { CallerTurn } from './listening.ts';

/** A turn of the caller that was not spoken: digits pressed, or words typed. Nothing of it can be misheard, and nothing more follows. */
export function wordlessTurn(nowMs: Ms, anchorMs: Ms, text: string, rule: Extract<TurnEndRule, 'digits' | 'typed'>): CallerTurn {
  const utterance = new CallerUtterance({ atMs: anchorMs, overBot: false });
  utterance.confidence = 1;
  utterance.partial(text);
  const sinceMs = ms(Math.max(0, nowMs - anchorMs));
  return { text, utterance, anchorMs, rule, stages: { turnEndMs: sinceMs }, silenceMs: sinceMs };
}

/** What a caller typed as one line; empty where it cannot be a turn: nothing in it, or more than anybody says at once. */
export function typedLine(text: string): string {
  if (text.length > MAX_TYPED_CHARS) return '';
  // Control characters and line breaks have no sound, and no place in a prompt.
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

/** Twice what a page lets people type; a guess at where a text stops being something said to a bot on the telephone. */
const MAX_TYPED_CHARS = 1_000;
