import type { GatewayMedia } from '#domain/leg-events';
import type { TurnId } from '#domain/turn';
import type { LegChange, LegSpec, PcmLegSpec, PeerLegChange, PeerLegSpec } from './leg-spec.ts';
import type { PeerAnswer, PeerCommand, PeerEvent } from './peer-transport.ts';

/** What the gateways need of media: each takes the kinds of legs that it has. */
export interface MediaPort {
  /** Throws `AppError` with code `NO_PORTS`, or `MEDIA_WORKER_DIED` where no worker is left. */
  openLeg(spec: LegSpec): Promise<OpenLeg>;
  /** A browser leg. Throws `AppError` as above, `NO_PEER_TRANSPORT` where the worker has none, or what the transport throws. */
  openPeerLeg(spec: PeerLegSpec): Promise<OpenPeerLeg>;
  /** A leg whose audio comes and goes as PCM. */
  openPcmLeg(spec: PcmLegSpec): Promise<OpenPcmLeg>;
}

/** The audio of one telephone leg. */
export interface OpenLeg extends GatewayMedia {
  readonly localPort: number;
  readonly localRtcpPort: number;
  /** What a re-INVITE changed; takes effect with the next packet. A remote address that moved is learned anew. */
  update(change: LegChange): void;
}

/** The audio of one browser leg with its transport. */
export interface OpenPeerLeg extends GatewayMedia {
  readonly answer: PeerAnswer;
  tell(command: PeerCommand): void;
  /** Any number of listeners; events before the first are kept. Returns a function that removes it. */
  onPeerEvent(listener: (event: PeerEvent) => void): () => void;
  update(change: PeerLegChange): void;
}

/** The audio of one leg that carries PCM over a stream. */
export interface OpenPcmLeg extends GatewayMedia {
  /** Caller audio at the input rate, of any length; the buffer is transferred. */
  write(pcm: Int16Array): void;
  /** Bot audio at 24 kHz, in order with the events. Any number of listeners; audio before the first is kept. Returns a function that removes it. */
  onAudio(listener: (audio: BotAudio) => void): () => void;
}

export interface BotAudio {
  readonly turnId: TurnId;
  readonly pcm: Int16Array;
}
