import type { LegId } from '#domain/call';
import { Listeners } from '#domain/listeners';
import type { PeerLegChange } from '../leg-spec.ts';
import type { OpenPeerLeg } from '../media-port.ts';
import type { PeerAnswer, PeerCommand, PeerEvent } from '../peer-transport.ts';
import { PoolLeg, type PostToWorker } from './pool-leg.ts';

export class PeerPoolLeg extends PoolLeg implements OpenPeerLeg {
  readonly answer: PeerAnswer;
  readonly #peer = new Listeners<PeerEvent>({ capacity: MAX_KEPT, mayGo: ({ kind }) => kind === 'text' });

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
    return this.#peer.add(listener);
  }

  /** From the worker. */
  peerEvent(event: PeerEvent): void {
    this.#peer.tell(event, (error) => this.failed(error));
  }
}

/** The gateway listens at once; a far side that talks before it does must not fill the memory. */
const MAX_KEPT = 64;
