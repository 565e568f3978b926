import type { ClientConfig } from './messages.ts';
import { readinessOf, type HealthAnswer, type Readiness } from './readiness.ts';

export interface Found {
  readonly readiness: Readiness;
  /** Undefined until the server has been ready once. */
  readonly config: ClientConfig | undefined;
}

export interface ReadinessSources {
  health(): Promise<HealthAnswer>;
  config(): Promise<ClientConfig>;
}

/** Asks the server whether a call would be taken, and again later: soon while it would not, not at all while nobody looks at the page. */
export class ReadinessWatch {
  readonly #sources: ReadinessSources;
  readonly #onFound: (found: Found) => void;
  readonly #onFault: (error: unknown) => void;
  #config: ClientConfig | undefined;
  #wasReady = false;
  #isLooking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(sources: ReadinessSources, onFound: (found: Found) => void, onFault: (error: unknown) => void) {
    this.#sources = sources;
    this.#onFound = onFound;
    this.#onFault = onFault;
  }

  start(): void {
    document.addEventListener('visibilitychange', () => (document.hidden ? undefined : this.look()));
    this.look();
  }

  /** Now, out of turn. */
  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    clearTimeout(this.#timer);
    void this.#look().then((nextLookMs) => {
      this.#isLooking = false;
      this.#timer = setTimeout(() => (document.hidden ? undefined : this.look()), nextLookMs);
    });
  }

  async #look(): Promise<number> {
    const readiness = readinessOf(await this.#sources.health());
    // The voices may have changed while the server was away.
    if (readiness.canCall && (this.#config === undefined || !this.#wasReady)) await this.#fetchConfig();
    this.#wasReady = readiness.canCall;
    this.#onFound({ readiness, config: this.#config });
    return readiness.nextLookMs;
  }

  async #fetchConfig(): Promise<void> {
    try {
      this.#config = await this.#sources.config();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
