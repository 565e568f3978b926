import { ms, type Ms } from '#domain/units';

export interface PortPoolOptions {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
  /** 2: pairs for RTP (even, as `first` has to be) and RTCP (odd), of which both lie in the range. */
  readonly portsEach: 1 | 2;
  /** How long a released port is given to nobody, so that late packets of the old call reach nobody. */
  readonly restMs: Ms;
}

/** UDP ports, one or one pair for each call (core). They are given out in turn, the longest unused first. A pair is named by its even port. */
export class PortPool {
  readonly #restMs: Ms;
  readonly #free: number[] = [];
  readonly #resting: { readonly port: number; readonly readyAtMs: Ms }[] = [];
  readonly #used = new Set<number>();

  constructor({ first, last, portsEach, restMs }: PortPoolOptions) {
    this.#restMs = restMs;
    for (let port = first; port + portsEach - 1 <= last; port += portsEach) this.#free.push(port);
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

  get free(): number {
    return this.#free.length;
  }

  get resting(): number {
    return this.#resting.length;
  }
}
