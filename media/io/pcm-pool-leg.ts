import { Listeners } from '#domain/listeners';
import type { TurnId } from '#domain/turn';
import type { BotAudio, OpenPcmLeg } from '../media-port.ts';
import { PoolLeg, transferable } from './pool-leg.ts';

export class PcmPoolLeg extends PoolLeg implements OpenPcmLeg {
  readonly #audio = new Listeners<BotAudio>({ capacity: MAX_KEPT, mayGo: () => true });

  write(pcm: Int16Array): void {
    const own = transferable(pcm);
    this.tellWorker({ kind: 'pcm', legId: this.legId, pcm: own }, [own.buffer as ArrayBuffer]);
  }

  onAudio(listener: (audio: BotAudio) => void): () => void {
    return this.#audio.add(listener);
  }

  /** From the worker. */
  botPcm(turnId: TurnId, pcm: Int16Array): void {
    this.#audio.tell({ turnId, pcm }, (error) => this.failed(error));
  }
}

/** The gateway listens at once. */
const MAX_KEPT = 64;
