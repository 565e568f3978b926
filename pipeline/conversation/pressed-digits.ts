import { ms, type Ms } from '#domain/units';

/** Core: digits pressed on the keypad, collected until a pause or `#`. */
export class PressedDigits {
  readonly #pauseMs: Ms;
  #digits = '';
  #dueMs: Ms | undefined;
  #lastAtMs: Ms = 0;

  constructor(pauseMs: Ms) {
    this.#pauseMs = pauseMs;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#dueMs;
  }

  get lastAtMs(): Ms {
    return this.#lastAtMs;
  }

  /** Returns the digits if they are complete by this one. */
  press(nowMs: Ms, digit: string): string | undefined {
    this.#lastAtMs = nowMs;
    if (digit === '#') return this.#complete();
    if (/^[0-9*A-D]$/.test(digit)) this.#digits += digit;
    if (this.#digits.length >= MAX_DIGITS) return this.#complete();
    this.#dueMs = ms(nowMs + this.#pauseMs);
    return undefined;
  }

  /** What was pressed so far is no answer any more: something else was given instead. */
  drop(): void {
    this.#complete();
  }

  wake(nowMs: Ms): string | undefined {
    return this.#dueMs !== undefined && nowMs >= this.#dueMs ? this.#complete() : undefined;
  }

  #complete(): string | undefined {
    const digits = this.#digits;
    this.#digits = '';
    this.#dueMs = undefined;
    return digits === '' ? undefined : digits;
  }
}

/** More than any number that is dialled or asked for. */
const MAX_DIGITS = 32;
