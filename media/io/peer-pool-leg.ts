import type { LegId } from '#domain/call';
import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { PeerLegChange } from '../leg-spec.ts';
import type { PeerAnswer, PeerCommand, PeerEvent } from '../peer-transport.ts';
import { PoolLeg, type PostToWorker } from './pool-leg.ts';

/** The audio of one browser leg with its transport, as the gateway holds it. */
export interface OpenPeerLeg extends LegMedia {
  readonly answer: PeerAnswer;
  tell(command: PeerCommand): void;
  /** One listener at a time; events before it is set are kept. Returns a function that removes it. */
  onPeerEvent(listener: (event: PeerEvent) => void): () => void;
  update(change: PeerLegChange): void;
  /** An event that came over the data channel, put among those of the media. */
  inject(event: LegMediaEvent): void;
  /** Idempotent; resolves when the transport is closed. */
  close(): Promise<LegMediaStats>;
}

export class PeerPoolLeg extends PoolLeg implements OpenPeerLeg {
  readonly answer: PeerAnswer;
  #peerListener: ((event: PeerEvent) => void) | undefined;
  #keptPeerEvents: PeerEvent[] = [];

  constructor(legId: LegId, answer: PeerAnswer, post: PostToWorker) {
    super(legId, post);
    this.answer = answer;
  }

  tell(command: PeerCommand): void {
    this.tellWorker({ kind: 'peer-command', legId: this.legId, command });
  }

  update(change: PeerLegChange): void {
    this.tellWorker({ kind: 'update', legId: this.legId, change });
  }

  onPeerEvent(listener: (event: PeerEvent) => void): () => void {
    this.#peerListener = listener;
    const kept = this.#keptPeerEvents;
    this.#keptPeerEvents = [];
    for (const event of kept) listener(event);
    return () => {
      if (this.#peerListener === listener) this.#peerListener = undefined;
    };
  }

  /** From the worker. */
  peerEvent(event: PeerEvent): void {
    if (this.#peerListener !== undefined) this.#peerListener(event);
    else if (this.#keptPeerEvents.length < MAX_KEPT) this.#keptPeerEvents.push(event);
  }
}

/** The gateway listens at once; a far side that talks before it does must not fill the memory. */
const MAX_KEPT = 64;
