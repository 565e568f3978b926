/** What was opened, closed in the opposite order; a failure in one does not keep the others open. */
export class ClosingStack {
  readonly #closers: { readonly name: string; readonly close: () => Promise<unknown> | unknown }[] = [];
  readonly #onError: (name: string, error: unknown) => void;
  #closed: Promise<void> | undefined;

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError;
  }

  add(name: string, close: () => Promise<unknown> | unknown): void {
    this.#closers.push({ name, close });
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#onError(name, error);
      }
    }
  }
}
