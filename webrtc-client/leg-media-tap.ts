import type { LegId } from '#domain/call';
import type { LegMedia, LegMediaCommand, LegMediaEvent } from '#domain/leg-media';

/**
 * The media of a leg as the conversation sees it, watched by the leg itself. Events before a listener is there are kept, at most `MAX_KEPT`;
 * beyond that the oldest caller audio goes first, then the oldest event.
 */
export class LegMediaTap implements LegMedia {
  readonly legId: LegId;
  readonly #inner: LegMedia;
  readonly #watch: (event: LegMediaEvent) => void;
  readonly #failed: (error: unknown) => void;
  readonly #kept: LegMediaEvent[] = [];
  #listener: ((event: LegMediaEvent) => void) | undefined;

  /** `watch` sees every event after the listener; `failed` is told what the listener threw, which goes no further. */
  constructor(inner: LegMedia, watch: (event: LegMediaEvent) => void, failed: (error: unknown) => void) {
    this.legId = inner.legId;
    this.#inner = inner;
    this.#watch = watch;
    this.#failed = failed;
    inner.onEvent((event) => this.#pass(event));
  }

  send(command: LegMediaCommand): void {
    this.#inner.send(command);
  }

  onEvent(listener: (event: LegMediaEvent) => void): () => void {
    this.#listener = listener;
    for (const event of this.#kept.splice(0)) listener(event);
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  #pass(event: LegMediaEvent): void {
    try {
      if (this.#listener === undefined) this.#keep(event);
      else this.#listener(event);
    } catch (error) {
      this.#failed(error);
    }
    this.#watch(event);
  }

  #keep(event: LegMediaEvent): void {
    if (this.#kept.length >= MAX_KEPT) {
      const oldestAudio = this.#kept.findIndex((kept) => kept.kind === 'caller-audio');
      this.#kept.splice(Math.max(0, oldestAudio), 1);
    }
    this.#kept.push(event);
  }
}

/** Some seconds of caller audio at about 15 events a second. */
const MAX_KEPT = 64;
