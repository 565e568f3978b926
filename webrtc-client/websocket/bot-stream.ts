import type { TurnId } from '#domain/turn';
import { samples, samplesToMs, type Ms } from '#domain/units';

/** What leaves for the client, in order. */
export type BotFrame =
  | { readonly kind: 'audio-start' | 'audio-end' | 'audio-cancel'; readonly turnId: TurnId }
  | { readonly kind: 'audio'; readonly pcm: Int16Array };

/**
 * The seed's stream of bot audio (core): `audio_start`, audio, and `audio_end` or, where the turn was aborted, `audio_cancel`. A client makes
 * its player anew at each start, so a turn has one start, and another only after a cancel.
 */
export class BotStream {
  #open: TurnId | undefined;
  /** This turn and all earlier ones: what was on its way from the media when they were aborted must not be heard. */
  #abortedUpTo: TurnId = -1;
  #playedAtMs: Ms = 0;
  /** Pieces of aborted turns that were kept back. */
  stale = 0;

  audio(nowMs: Ms, turnId: TurnId, pcm: Int16Array): readonly BotFrame[] {
    if (turnId <= this.#abortedUpTo && turnId !== ECHO) {
      this.stale += 1;
      return [];
    }
    this.#playedAtMs = Math.max(this.#playedAtMs, nowMs) + samplesToMs(samples(pcm.length), 24_000);
    if (this.#open === turnId) return [{ kind: 'audio', pcm }];
    const before = this.#close('audio-end');
    this.#open = turnId;
    return [...before, { kind: 'audio-start', turnId }, { kind: 'audio', pcm }];
  }

  /** All audio of the turn has left. */
  finished(turnId: TurnId): readonly BotFrame[] {
    return this.#open === turnId ? this.#close('audio-end') : [];
  }

  aborted(nowMs: Ms, turnId: TurnId): readonly BotFrame[] {
    this.#abortedUpTo = Math.max(this.#abortedUpTo, turnId);
    if (this.#open === undefined || this.#open > turnId) return [];
    this.#playedAtMs = nowMs;
    return this.#close('audio-cancel');
  }

  /** The caller speaks: what the client has not played yet must not be heard now. A resumed turn sends it again, after another start. */
  paused(nowMs: Ms): readonly BotFrame[] {
    if (this.#open === undefined) return [];
    this.#playedAtMs = nowMs;
    return this.#close('audio-cancel');
  }

  /** The call is over: what is not finished will not be. */
  ended(): readonly BotFrame[] {
    return this.#close('audio-cancel');
  }

  /** When a client that plays as it comes has played everything. */
  get playedAtMs(): Ms {
    return this.#playedAtMs;
  }

  #close(kind: 'audio-end' | 'audio-cancel'): readonly BotFrame[] {
    const turnId = this.#open;
    this.#open = undefined;
    return turnId === undefined ? [] : [{ kind, turnId }];
  }
}

/** What plays the caller back belongs to no turn. */
const ECHO: TurnId = 0;

/** The text of a control frame, with the fields that the seed's clients read. */
export function controlFrame(frame: Exclude<BotFrame, { kind: 'audio' }>): string {
  const turnId = String(frame.turnId);
  if (frame.kind === 'audio-end') return JSON.stringify({ type: 'audio_end', turnId });
  if (frame.kind === 'audio-cancel') return JSON.stringify({ type: 'audio_cancel', turnId });
  return JSON.stringify({ type: 'audio_start', sampleRate: 24_000, channels: 1, format: 'pcm_s16le', turnId });
}
