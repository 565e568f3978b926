/** What a full queue does: drops its oldest item, or refuses the new one. */
export type FullPolicy = 'drop-oldest' | 'refuse';

/** A queue with a capacity, a policy for when it is full, and a count of what it lost. */
export class BoundedQueue<Item> {
  readonly capacity: number;
  readonly #policy: FullPolicy;
  readonly #items: Item[] = [];
  #dropped = 0;

  constructor(capacity: number, policy: FullPolicy) {
    this.capacity = capacity;
    this.#policy = policy;
  }

  /** False if an item was lost by this, the new one or the oldest. */
  push(item: Item): boolean {
    if (this.#items.length < this.capacity) {
      this.#items.push(item);
      return true;
    }
    this.#dropped += 1;
    if (this.#policy === 'drop-oldest') {
      this.#items.shift();
      this.#items.push(item);
    }
    return false;
  }

  shift(): Item | undefined {
    return this.#items.shift();
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items[Symbol.iterator]();
  }

  clear(): void {
    this.#items.length = 0;
  }

  get length(): number {
    return this.#items.length;
  }

  get isFull(): boolean {
    return this.#items.length >= this.capacity;
  }

  get dropped(): number {
    return this.#dropped;
  }
}
