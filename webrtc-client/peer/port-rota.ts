import { ms, type Ms } from '#domain/units';

/**
 * UDP ports, one for each call (core). A released port rests for `restMs`, so that late packets of the old call reach
 * nobody; the longest unused is given out first.
 */
export class PortRota {
  readonly #restMs: Ms;
  readonly #free: number[] = [];
  readonly #resting: { readonly port: number; readonly readyAtMs: Ms }[] = [];
  readonly #used = new Set<number>();

  /** Inclusive. */
  constructor(first: number, last: number, restMs: Ms) {
    this.#restMs = restMs;
    for (let port = first; port <= last; port += 1) this.#free.push(port);
  }

  /** Undefined: all are in use or rest. */
  take(nowMs: Ms): number | undefined {
    while (this.#resting.length > 0 && this.#resting[0]!.readyAtMs <= nowMs) this.#free.push(this.#resting.shift()!.port);
    const port = this.#free.shift();
    if (port !== undefined) this.#used.add(port);
    return port;
  }

  /** Also for a port that somebody outside holds: it is tried again later. */
  release(nowMs: Ms, port: number): void {
    if (this.#used.delete(port)) this.#resting.push({ port, readyAtMs: ms(nowMs + this.#restMs) });
  }

  get used(): number {
    return this.#used.size;
  }
}
