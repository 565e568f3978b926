import type { Ms } from '#domain/units';

/** Something that is due again and again; `dueMs` is whole milliseconds and moves on when it is run. */
export interface WheelItem {
  readonly dueMs: Ms;
}

/**
 * A timing wheel with slots of 1 ms (core): the packets of all legs of a thread, one timer. Finding what is due costs nothing
 * for each leg that is not.
 */
export class Wheel<Item extends WheelItem> {
  readonly #slots: Item[][] = Array.from({ length: SLOTS }, () => []);
  readonly #items = new Set<Item>();
  readonly #phases = new Uint32Array(PHASES);
  readonly #phaseOf = new Map<Item, number>();
  #spare: Item[] = [];
  #cursorMs = -1;

  /** A start for a new item such that legs are spread evenly over time. */
  startMs(nowMs: Ms): Ms {
    let best = 0;
    for (let i = 1; i < PHASES; i += 1) if (this.#phases[i]! < this.#phases[best]!) best = i;
    const base = Math.ceil(nowMs);
    return base + ((best - (base % PHASES) + PHASES) % PHASES);
  }

  add(item: Item): void {
    if (this.#items.size === 0) this.#cursorMs = item.dueMs - 1;
    this.#cursorMs = Math.min(this.#cursorMs, item.dueMs - 1);
    this.#items.add(item);
    const phase = item.dueMs % PHASES;
    this.#phases[phase]! += 1;
    this.#phaseOf.set(item, phase);
    this.#slots[item.dueMs % SLOTS]!.push(item);
  }

  remove(item: Item): void {
    if (!this.#items.delete(item)) return;
    this.#phases[this.#phaseOf.get(item)!]! -= 1;
    this.#phaseOf.delete(item);
  }

  /** Runs what is due; `run` has to move the item's `dueMs` on. */
  advance(nowMs: Ms, run: (item: Item) => void): void {
    const until = Math.floor(nowMs);
    // After a stall of more than a revolution every slot is looked at once.
    const from = Math.max(this.#cursorMs + 1, until - SLOTS + 1);
    for (let at = from; at <= until; at += 1) this.#runSlot(at % SLOTS, nowMs, run);
    if (until > this.#cursorMs) this.#cursorMs = until;
  }

  /** The next millisecond with something in its slot; undefined when the wheel is empty. */
  get nextMs(): Ms | undefined {
    if (this.#items.size === 0) return undefined;
    for (let at = this.#cursorMs + 1; at <= this.#cursorMs + SLOTS; at += 1) if (this.#slots[at % SLOTS]!.length > 0) return at;
    return this.#cursorMs + SLOTS;
  }

  get size(): number {
    return this.#items.size;
  }

  #runSlot(slot: number, nowMs: Ms, run: (item: Item) => void): void {
    const due = this.#slots[slot]!;
    if (due.length === 0) return;
    this.#slots[slot] = this.#spare;
    for (const item of due) {
      if (!this.#items.has(item)) continue;
      if (item.dueMs <= nowMs) run(item);
      if (this.#items.has(item)) this.#slots[Math.max(item.dueMs, 0) % SLOTS]!.push(item);
    }
    due.length = 0;
    this.#spare = due;
  }
}

/** More than the longest packet time, 60 ms. */
const SLOTS = 128;
/** The usual packet time; legs are spread over it. */
const PHASES = 20;
