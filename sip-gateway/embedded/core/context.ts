import { ms, type Ms } from '#domain/units';
import { DeadlineHeap } from './deadline-heap.ts';
import type { LogFields, LogLevel, ServerAction, ServerOptions } from './types.ts';

/** Anything with a deadline. It sets its next one itself while it is woken. */
export interface Wakeable {
  wake(): void;
}

/** What all parts of the server share: the time of the input at hand, the actions it causes, deadlines, counters, ids. */
export class Context {
  readonly options: ServerOptions;
  readonly randomId: () => string;
  readonly deadlines = new DeadlineHeap<Wakeable>();
  readonly #counters = new Map<string, number>();
  #actions: ServerAction[] = [];
  #nowMs: Ms = ms(0);

  constructor(options: ServerOptions, randomId: () => string) {
    this.options = options;
    this.randomId = randomId;
  }

  get nowMs(): Ms {
    return this.#nowMs;
  }

  get wallMs(): number {
    return this.#nowMs + this.options.wallOffsetMs;
  }

  begin(nowMs: Ms): void {
    this.#nowMs = nowMs;
  }

  emit(action: ServerAction): void {
    this.#actions.push(action);
  }

  takeActions(): readonly ServerAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.emit({ kind: 'log', level, message, fields });
  }

  /** A tag or branch part: unguessable, short enough for every peer. */
  token(): string {
    return this.randomId()
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 24);
  }

  count(name: string): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
  }

  counters(): Record<string, number> {
    return Object.fromEntries(this.#counters);
  }
}
