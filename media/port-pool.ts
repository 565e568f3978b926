import type { Ms } from '#domain/units';

/**
 * Pairs of ports for RTP (even) and RTCP (odd) (core). A released pair rests for `drainMs` before it is given out again,
 * so that late packets of the old call reach nobody. Pairs are given out in turn, the longest unused first.
 */
export class PortPool {
  readonly #drainMs: Ms;
  readonly #free: number[] = [];
  readonly #draining: { port: number; readyAtMs: Ms }[] = [];
  readonly #used = new Set<number>();

  /** `first` is even; `last` is inclusive. */
  constructor(first: number, last: number, drainMs: Ms) {
    this.#drainMs = drainMs;
    for (let port = first; port + 1 <= last; port += 2) this.#free.push(port);
  }

  /** The even port of a pair; undefined when all are in use or rest. */
  take(nowMs: Ms): number | undefined {
    while (this.#draining.length > 0 && this.#draining[0]!.readyAtMs <= nowMs) this.#free.push(this.#draining.shift()!.port);
    const port = this.#free.shift();
    if (port !== undefined) this.#used.add(port);
    return port;
  }

  /** Also for a pair that somebody outside holds: it is tried again later. */
  release(nowMs: Ms, port: number): void {
    if (!this.#used.delete(port)) return;
    this.#draining.push({ port, readyAtMs: nowMs + this.#drainMs });
  }

  get usedPairs(): number {
    return this.#used.size;
  }

  get freePairs(): number {
    return this.#free.length;
  }

  get drainingPairs(): number {
    return this.#draining.length;
  }
}
