/** After so long without a frame the bot was silent; the next one begins anew. */
const PAUSE_MS = 1_000;

/** How unevenly frames of sound arrive against how long they play, as RFC 3550 section 6.4.1 counts it (gain 1/16), ms. */
export class ArrivalJitter {
  #jitterMs = 0;
  #before: { readonly atMs: number; readonly durationMs: number } | undefined;

  get jitterMs(): number {
    return this.#jitterMs;
  }

  arrived(nowMs: number, durationMs: number): void {
    const before = this.#before;
    this.#before = { atMs: nowMs, durationMs };
    if (before === undefined || nowMs - before.atMs > PAUSE_MS) return;
    const deviationMs = Math.abs(nowMs - before.atMs - before.durationMs);
    this.#jitterMs += (deviationMs - this.#jitterMs) / 16;
  }
}
