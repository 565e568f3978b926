import type { LegMedia, LegMediaEvent, LegMediaStats } from './leg-media.ts';
import { Listeners } from './listeners.ts';

/** Who answers for a leg: hears every event after its listeners did, and what one of them threw, which goes no further. */
export interface LegOwner {
  event(event: LegMediaEvent): void;
  failed(error: unknown): void;
}

/** The audio of one leg as its gateway holds it, however it is carried. */
export interface GatewayMedia extends LegMedia {
  /** At most one owner; it hears at once what came before it. */
  own(owner: LegOwner): void;
  /** Puts an event that came by another way (DTMF by INFO, text from a data channel) among those of the media. */
  inject(event: LegMediaEvent): void;
  /** Idempotent; resolves when the sockets are closed. */
  close(): Promise<LegMediaStats>;
}

/** The events of one leg: for any number of listeners, and for the owner, who keeps none from them. */
export class LegEvents {
  readonly #listeners = new Listeners<LegMediaEvent>({ capacity: MAX_KEPT, mayGo: ({ kind }) => kind === 'caller-audio' });
  #owner: LegOwner | undefined;

  /** See `LegMedia`. */
  onEvent(listener: (event: LegMediaEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** See `GatewayMedia`. */
  own(owner: LegOwner): void {
    this.#owner = owner;
    for (const event of this.#listeners.kept) owner.event(event);
  }

  emit(event: LegMediaEvent): void {
    this.#listeners.tell(event, (error) => this.failed(error));
    this.#owner?.event(event);
  }

  /** What a listener threw ends its own call, where somebody answers for it. */
  protected failed(error: unknown): void {
    if (this.#owner === undefined) throw error;
    this.#owner.failed(error);
  }
}

/** Some seconds of caller audio at about 15 events a second. */
const MAX_KEPT = 64;
