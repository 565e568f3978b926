import { ms, type Ms } from '#domain/units';
import type { PipelineOptions } from '../options.ts';

export type SilenceStep = { readonly kind: 'ask'; readonly question: 0 | 1 } | { readonly kind: 'let-go' };

/**
 * Core: a caller who says nothing is asked twice and then let go. Noise does not count as saying something; it only
 * puts the next step off while it lasts, and the last one for `noisyMs` at most. A caller who has said that their microphone is off is waited for longer, but not for ever: anybody can say so.
 */
export class SilentCaller {
  readonly #options: PipelineOptions['silence'];
  #asked = 0;
  #dueMs: Ms | undefined;
  /** It is the caller's turn, and so long is waited for them. */
  #patienceMs: Ms | undefined;
  /** Since when. */
  #sinceMs: Ms = ms(0);
  #overdue = false;
  #muted = false;
  #held = false;
  /** The last sound that was nothing, and since when the caller was not let go for such sounds. */
  #noiseAtMs: Ms | undefined;
  #noisySinceMs: Ms | undefined;

  constructor(options: PipelineOptions['silence']) {
    this.#options = options;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#dueMs;
  }

  /** The bot has finished speaking: it is the caller's turn. `holds`: who asked for a moment, and is given longer. */
  botFinished(nowMs: Ms, holds = false): void {
    this.#overdue = false;
    const { firstMs, againMs, holdMs } = this.#options;
    this.#patienceMs = ms(holds ? holdMs : this.#asked === 0 ? firstMs : againMs);
    this.#sinceMs = nowMs;
    this.#wait(nowMs);
  }

  /** The caller has said something. */
  callerSpoke(): void {
    this.#asked = 0;
    this.#overdue = false;
    this.#noiseAtMs = undefined;
    this.#noisySinceMs = undefined;
    this.botBegan();
  }

  botBegan(): void {
    this.#patienceMs = undefined;
    this.#dueMs = undefined;
  }

  /** The caller's microphone is off: their silence is meant. Once it is on again they are waited for anew; switching it often gains nothing more. */
  muted(nowMs: Ms, on: boolean): void {
    if (this.#muted === on) return;
    this.#muted = on;
    this.#overdue = false;
    this.#wait(nowMs);
  }

  /** The caller has put the bot on hold, and hears no question: after that they are waited for anew. */
  held(nowMs: Ms, on: boolean): void {
    if (this.#held === on) return;
    this.#held = on;
    this.#overdue = false;
    this.#sinceMs = nowMs;
    this.#wait(nowMs);
  }

  get isMuted(): boolean {
    return this.#muted;
  }

  /** What sounded like the caller was nothing. */
  wasNoise(nowMs: Ms): void {
    this.#noiseAtMs = nowMs;
    if (this.#overdue) this.#dueMs = ms(nowMs + AFTER_NOISE_MS);
    this.#overdue = false;
  }

  /** Sound goes on that was nothing so far. */
  noiseGoesOn(nowMs: Ms): void {
    this.#noiseAtMs = nowMs;
  }

  /** `busy`: somebody speaks, or may be speaking. */
  wake(nowMs: Ms, busy: boolean): SilenceStep | undefined {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return undefined;
    this.#dueMs = undefined;
    if (busy) {
      this.#overdue = true;
      return undefined;
    }
    const quietAtMs = this.#asked < 2 ? undefined : this.#quietAtMs(nowMs);
    if (quietAtMs !== undefined) {
      this.#dueMs = quietAtMs;
      return undefined;
    }
    this.#patienceMs = undefined;
    this.#asked += 1;
    return this.#asked > 2 ? { kind: 'let-go' } : { kind: 'ask', question: this.#asked === 1 ? 0 : 1 };
  }

  /** A line that is not quiet, with music or a television on it, is not let go: somebody has put the bot on hold, and will be back. When it would be quiet. */
  #quietAtMs(nowMs: Ms): Ms | undefined {
    const { againMs, noisyMs } = this.#options;
    if (this.#noiseAtMs === undefined || nowMs >= this.#noiseAtMs + againMs) return undefined;
    this.#noisySinceMs ??= nowMs;
    return nowMs >= this.#noisySinceMs + noisyMs ? undefined : ms(this.#noiseAtMs + againMs);
  }

  #wait(nowMs: Ms): void {
    const patienceMs = this.#patienceMs;
    if (patienceMs === undefined || this.#held) {
      this.#dueMs = undefined;
      return;
    }
    // Who was asked has heard it, microphone or not.
    const mutedUntilMs = this.#sinceMs + (this.#asked === 0 ? this.#options.mutedMs : patienceMs);
    this.#dueMs = ms(this.#muted ? mutedUntilMs : Math.min(nowMs + patienceMs, mutedUntilMs + patienceMs));
  }
}

/** Long enough that the question does not fall on the tail of the noise; a guess. */
const AFTER_NOISE_MS = 600;
