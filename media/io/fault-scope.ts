import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Whose asynchronous work it is: what a transport throws from a socket's callback, a timer or a promise of its own ends its owner
 * and not the thread. What is thrown and belongs to nobody ends the thread, as it would without this; a promise that was rejected and belongs to
 * nobody is told to `stray`: libraries of transports leave some alone, which is no reason to end every call of the thread.
 */
export class FaultScope<Owner extends object> {
  readonly #owner = new AsyncLocalStorage<Owner | undefined>();

  constructor(failed: (owner: Owner, error: unknown) => void, stray: (error: unknown) => void) {
    // In a worker thread these are the thread's own.
    process.on('uncaughtException', (error) => {
      const owner = this.#owner.getStore();
      if (owner === undefined) throw error;
      this.run(undefined, () => failed(owner, error));
    });
    process.on('unhandledRejection', (error) => {
      const owner = this.#owner.getStore();
      this.run(undefined, () => (owner === undefined ? stray(error) : failed(owner, error)));
    });
  }

  /** All that `work` starts belongs to `owner`. */
  run<T>(owner: Owner | undefined, work: () => T): T {
    return this.#owner.run(owner, work);
  }
}
