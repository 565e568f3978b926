/**
 * Core: rows that a store could not take, because its file is locked or its disk is full, in their order; they are tried again. Bounded: what
 * does not fit any more is lost, the oldest first, and counted.
 */
export class Unwritten<Row> {
  readonly #rows: Row[] = [];
  #lost = 0;
  #retryAtMs = 0;

  get length(): number {
    return this.#rows.length;
  }

  /** Rows that were lost since this was asked last. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  push(row: Row): void {
    if (this.#rows.length >= MAX_ROWS) {
      this.#rows.shift();
      this.#lost += 1;
    }
    this.#rows.push(row);
  }

  /** Whether it is time to try; a clock that was set back is no reason to wait. */
  isDue(wallMs: number): boolean {
    return wallMs >= this.#retryAtMs || wallMs < this.#retryAtMs - RETRY_AFTER_MS;
  }

  /** Writes what waits, as far as it goes. Throws what `write` throws: the row that `mayWait` stays, any other is let go. */
  writeAll(wallMs: number, write: (row: Row) => void, mayWait: (error: unknown) => boolean): void {
    for (let row = this.#rows[0]; row !== undefined; row = this.#rows[0]) {
      try {
        write(row);
      } catch (error) {
        if (mayWait(error)) this.#retryAtMs = wallMs + RETRY_AFTER_MS;
        else this.#rows.shift();
        throw error;
      }
      this.#rows.shift();
    }
    this.#retryAtMs = 0;
  }
}

/** Some hundred calls; with a kilobyte each, 10 MB. A guess. */
export const MAX_ROWS = 10_000;
/** Each try may wait for the lock, and the calls with it. */
export const RETRY_AFTER_MS = 1_000;
