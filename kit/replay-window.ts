/**
 * Which of the last `SIZE` numbers have been seen (RFC 3711 section 3.3.2, RFC 6347 section 4.1.2.6). `mayAccept` before
 * the packet is authentic, `accept` after: a forged packet must not move the window.
 */
export class ReplayWindow {
  /** Bit of number n: word (n / 32) mod WORDS. */
  readonly #words = new Uint32Array(WORDS);
  #highest = -1;

  /** False: seen, or too old to tell. `index` is a non-negative integer below 2^53. */
  mayAccept(index: number): boolean {
    if (index > this.#highest) return true;
    if (index <= this.#highest - SIZE) return false;
    return (this.#words[wordOf(index)]! & bitOf(index)) === 0;
  }

  accept(index: number): void {
    if (index > this.#highest) {
      const from = Math.floor(this.#highest / 32) + 1;
      const to = Math.floor(index / 32);
      if (to - from >= WORDS) this.#words.fill(0);
      else for (let word = from; word <= to; word += 1) this.#words[word % WORDS] = 0;
      this.#highest = index;
    }
    this.#words[wordOf(index)]! |= bitOf(index);
  }

  /** -1: nothing yet. */
  get highest(): number {
    return this.#highest;
  }
}

function wordOf(index: number): number {
  return Math.floor(index / 32) % WORDS;
}

function bitOf(index: number): number {
  return 1 << (index % 32);
}

/** One word more than the window: the newest word is only partly in use. */
const WORDS = 9;
/** Eight seconds at 20 ms would be 400; 256 packets hold any reordering that a jitter buffer can still use. RFC 3711 asks for 64 at least. */
const SIZE = 256;
