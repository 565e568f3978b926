export interface Backlog<Event> {
  readonly capacity: number;
  /** What goes first when it is full; after that the oldest of all. */
  readonly mayGo: (event: Event) => boolean;
}

/** Any number of listeners to one kind of event. What comes while nobody listens is kept for the first who does, a bounded number of events. */
export class Listeners<Event> {
  readonly #backlog: Backlog<Event>;
  readonly #listeners = new Set<(event: Event) => void>();
  #kept: Event[] = [];

  constructor(backlog: Backlog<Event>) {
    this.#backlog = backlog;
  }

  /** What nobody has taken yet. */
  get kept(): readonly Event[] {
    return this.#kept;
  }

  /** Returns a function that removes the listener. */
  add(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    const kept = this.#kept;
    this.#kept = [];
    for (const event of kept) listener(event);
    return () => void this.#listeners.delete(listener);
  }

  /** What a listener throws goes to `failed` and keeps nothing from the others. */
  tell(event: Event, failed: (error: unknown) => void): void {
    if (this.#listeners.size === 0) return this.#keep(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        failed(error);
      }
    }
    return undefined;
  }

  #keep(event: Event): void {
    if (this.#kept.length >= this.#backlog.capacity) {
      const first = this.#kept.findIndex((kept) => this.#backlog.mayGo(kept));
      this.#kept.splice(Math.max(0, first), 1);
    }
    this.#kept.push(event);
  }
}
