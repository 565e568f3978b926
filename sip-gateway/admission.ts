import type { RefusalReason } from '#domain/call-leg';
import { addressRanges } from '#kit/ip/address-ranges';

export interface AdmissionOptions {
  /** Address ranges that may call; already validated. */
  readonly allow: readonly string[];
  /** Most calls at the same time, those still ringing included. */
  readonly maxCalls: number;
}

/**
 * Who may call, and how many at a time. Counts the calls that it let in until they are released; the queue policy
 * is `refuse`.
 */
export class Admission {
  readonly #isAllowed: (address: string) => boolean;
  readonly #maxCalls: number;
  #active = 0;
  #draining = false;

  constructor(options: AdmissionOptions) {
    this.#isAllowed = addressRanges(options.allow);
    this.#maxCalls = options.maxCalls;
  }

  get activeCalls(): number {
    return this.#active;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** No call is let in from now on; there is no way back. */
  drain(): void {
    this.#draining = true;
  }

  /** Whether this source may speak to us at all. */
  isAllowed(peerAddress: string): boolean {
    return this.#isAllowed(peerAddress);
  }

  /** Takes a place if there is one; whoever got `undefined` must call `release` once. `isOfLine`: by an account or trunk, wherever from. */
  enter(peerAddress: string, isOfLine = false): RefusalReason | undefined {
    if (!isOfLine && !this.isAllowed(peerAddress)) return { by: 'refused', code: 'not-allowed' };
    if (this.#draining) return { by: 'refused', code: 'shutting-down' };
    if (this.#active >= this.#maxCalls) return { by: 'refused', code: 'too-many-calls' };
    this.#active += 1;
    return undefined;
  }

  release(): void {
    this.#active = Math.max(0, this.#active - 1);
  }
}
