import type { IceParameters } from '#media';
import type { Ms } from '#domain/units';

/** The way to the peer, whichever side of ICE we play. */
export interface IceShell {
  readonly isLite: boolean;
  /** Ours, current generation. */
  readonly parameters: IceParameters;
  /** Whether there is a way to send. */
  readonly hasPath: boolean;
  /** Dropped while there is none. */
  send(datagram: Uint8Array): void;
  /** New credentials; what goes over the old path goes on as long as it can. */
  restart(remoteIce: IceParameters): IceParameters;
  addCandidates(candidates: readonly string[]): void;
  /** Whether a check passed since this was asked, of those that `checked` does not tell. */
  takeSilentCheck(): boolean;
  close(): void;
}

export interface IceShellListener {
  /** An authentic check came; `movedTo`, as `address:port`: what we send goes there now. */
  checked(nowMs: Ms, movedTo: string | undefined): void;
  /** From a way that passed a check. */
  datagram(kind: 'dtls' | 'srtp', bytes: Uint8Array): void;
}
