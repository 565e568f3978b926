import { ms, type Ms } from '#domain/units';

interface Entry<Owner> {
  readonly owner: Owner;
  dueMs: Ms;
  index: number;
}

/**
 * One deadline an owner, for many owners: setting, moving and taking cost O(log n). Binary min-heap with positions,
 * so that nothing cancelled stays behind.
 */
export class DeadlineHeap<Owner> {
  readonly #heap: Entry<Owner>[] = [];
  readonly #entries = new Map<Owner, Entry<Owner>>();

  /** `undefined` removes the owner's deadline. */
  set(owner: Owner, dueMs: Ms | undefined): void {
    const entry = this.#entries.get(owner);
    if (dueMs === undefined) {
      if (entry !== undefined) this.#remove(entry);
    } else if (entry === undefined) {
      const added: Entry<Owner> = { owner, dueMs, index: this.#heap.length };
      this.#heap.push(added);
      this.#entries.set(owner, added);
      this.#up(added.index);
    } else if (entry.dueMs !== dueMs) {
      entry.dueMs = dueMs;
      this.#up(entry.index);
      this.#down(entry.index);
    }
  }

  get size(): number {
    return this.#heap.length;
  }

  get earliestMs(): Ms | undefined {
    return this.#heap[0]?.dueMs;
  }

  /** Removes and returns the owner with the earliest deadline that is due at `nowMs`. */
  takeDue(nowMs: Ms): Owner | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > nowMs) return undefined;
    this.#remove(first);
    return first.owner;
  }

  #remove(entry: Entry<Owner>): void {
    const last = this.#heap.pop() as Entry<Owner>;
    this.#entries.delete(entry.owner);
    if (last === entry) return;
    last.index = entry.index;
    this.#heap[entry.index] = last;
    this.#up(last.index);
    this.#down(last.index);
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#due(parent) <= this.#due(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #down(from: number): void {
    let index = from;
    for (;;) {
      const left = index * 2 + 1;
      const smaller = this.#due(left + 1) < this.#due(left) ? left + 1 : left;
      if (this.#due(smaller) >= this.#due(index)) return;
      this.#swap(smaller, index);
      index = smaller;
    }
  }

  #due(index: number): Ms {
    return this.#heap[index]?.dueMs ?? ms(Infinity);
  }

  #swap(a: number, b: number): void {
    const first = this.#heap[a] as Entry<Owner>;
    const second = this.#heap[b] as Entry<Owner>;
    this.#heap[a] = second;
    this.#heap[b] = first;
    second.index = a;
    first.index = b;
  }
}
