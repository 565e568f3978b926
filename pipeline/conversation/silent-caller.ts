import { ms, type Ms } from '#domain/units';
import type { PipelineOptions } from '../options.ts';

export type SilenceStep = { readonly kind: 'ask'; readonly question: 0 | 1 } | { readonly kind: 'let-go' };

/**
 * Core: a caller who says nothing is asked twice and then let go. Noise does not count as saying something; it only
 * puts the next step off while it lasts.
 */
export class SilentCaller {
  readonly #options: PipelineOptions['silence'];
  #asked = 0;
  #dueMs: Ms | undefined;
  #overdue = false;

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
    this.#dueMs = ms(nowMs + (holds ? holdMs : this.#asked === 0 ? firstMs : againMs));
  }

  /** The caller has said something. */
  callerSpoke(): void {
    this.#asked = 0;
    this.#overdue = false;
    this.#dueMs = undefined;
  }

  botBegan(): void {
    this.#dueMs = undefined;
  }

  /** What sounded like the caller was nothing. */
  wasNoise(nowMs: Ms): void {
    if (this.#overdue) this.#dueMs = ms(nowMs + AFTER_NOISE_MS);
    this.#overdue = false;
  }

  /** `busy`: somebody speaks, or may be speaking. */
  wake(nowMs: Ms, busy: boolean): SilenceStep | undefined {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return undefined;
    this.#dueMs = undefined;
    if (busy) {
      this.#overdue = true;
      return undefined;
    }
    this.#asked += 1;
    return this.#asked > 2 ? { kind: 'let-go' } : { kind: 'ask', question: this.#asked === 1 ? 0 : 1 };
  }
}

/** Long enough that the question does not fall on the tail of the noise; a guess. */
const AFTER_NOISE_MS = 600;
