import type { LegMedia, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import { PoolLeg, transferable } from './pool-leg.ts';

/** The audio of one leg that carries PCM over a stream, as the gateway holds it. */
export interface OpenPcmLeg extends LegMedia {
  /** Caller audio at the input rate, of any length; the buffer is transferred. */
  write(pcm: Int16Array): void;
  /** Bot audio at 24 kHz, in order with the events. One listener at a time; audio before it is set is kept. Returns a function that removes it. */
  onAudio(listener: (turnId: TurnId, pcm: Int16Array) => void): () => void;
  /** An event that came as a message, put among those of the media. */
  inject(event: LegMediaEvent): void;
  /** Idempotent. */
  close(): Promise<LegMediaStats>;
}

export class PcmPoolLeg extends PoolLeg implements OpenPcmLeg {
  #audioListener: ((turnId: TurnId, pcm: Int16Array) => void) | undefined;
  #keptAudio: { readonly turnId: TurnId; readonly pcm: Int16Array }[] = [];

  write(pcm: Int16Array): void {
    const own = transferable(pcm);
    this.tellWorker({ kind: 'pcm', legId: this.legId, pcm: own }, [own.buffer as ArrayBuffer]);
  }

  onAudio(listener: (turnId: TurnId, pcm: Int16Array) => void): () => void {
    this.#audioListener = listener;
    const kept = this.#keptAudio;
    this.#keptAudio = [];
    for (const { turnId, pcm } of kept) listener(turnId, pcm);
    return () => {
      if (this.#audioListener === listener) this.#audioListener = undefined;
    };
  }

  /** From the worker. */
  botPcm(turnId: TurnId, pcm: Int16Array): void {
    if (this.#audioListener !== undefined) this.#audioListener(turnId, pcm);
    else if (this.#keptAudio.length < MAX_KEPT) this.#keptAudio.push({ turnId, pcm });
  }
}

/** The gateway listens at once. */
const MAX_KEPT = 64;
