/**
 * The browser's clock against the server's `atMs`. A message is late by the way it took, never early, so the smallest difference seen is
 * nearest to the truth.
 */
export class ClockAlign {
  #offsetMs: number | undefined;

  /** A message stamped `serverMs` came at `localMs`. */
  seen(localMs: number, serverMs: number): void {
    const offsetMs = localMs - serverMs;
    if (this.#offsetMs === undefined || offsetMs < this.#offsetMs) this.#offsetMs = offsetMs;
  }

  /** On the server's clock; undefined before the first message. */
  toServerMs(localMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : localMs - this.#offsetMs;
  }
}
