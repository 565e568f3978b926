import type { Ms } from './units.ts';

/**
 * All deadlines of one core, by name. A name is armed at most once; arming it again moves it. The shell keeps
 * one real timer for `earliestMs` and feeds a `wake` input when it is reached.
 */
export class TimerTable<Name extends string> {
  readonly #dueMs = new Map<Name, Ms>();

  arm(name: Name, dueMs: Ms): void {
    this.#dueMs.set(name, dueMs);
  }

  cancel(name: Name): void {
    this.#dueMs.delete(name);
  }

  cancelAll(): void {
    this.#dueMs.clear();
  }

  isArmed(name: Name): boolean {
    return this.#dueMs.has(name);
  }

  dueMs(name: Name): Ms | undefined {
    return this.#dueMs.get(name);
  }

  get earliestMs(): Ms | undefined {
    let earliest: Ms | undefined;
    for (const due of this.#dueMs.values()) {
      if (earliest === undefined || due < earliest) earliest = due;
    }
    return earliest;
  }

  /** Removes and returns the names that are due at `nowMs`, earliest first. */
  takeDue(nowMs: Ms): readonly Name[] {
    const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= nowMs).sort((a, b) => a[1] - b[1]);
    for (const [name] of due) this.#dueMs.delete(name);
    return due.map(([name]) => name);
  }
}
