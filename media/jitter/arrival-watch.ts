import type { Ms } from '#domain/units';

/** What learns from arriving packets how long gaps are worth waiting for. */
export interface ArrivalWatch {
  /** Every packet; `extended` is its extended sequence number. True: it had been lost, and was asked for. */
  arrived(nowMs: Ms, extended: number, timestamp: number): boolean;
  /** The stream begins anew. */
  restarted(): void;
  /** Another codec comes from now on, whose timestamps count otherwise. */
  setClock(clockHz: number): void;
  /** How long a gap in the sequence is waited for. */
  readonly gapWaitMs: Ms;
  /** After so long without a packet silence is put in. */
  readonly starveMs: Ms;
}
