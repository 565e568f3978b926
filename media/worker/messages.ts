import type { LegId } from '#domain/call';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import type { LegIdentity } from '../legs/rtp-leg.ts';
import type { LegChange, LegSpec, PcmLegSpec, PeerLegChange, PeerLegSpec } from '../leg-spec.ts';
import type { MediaOptions } from '../options.ts';
import type { PeerAnswer, PeerCommand, PeerEvent } from '../peer-transport.ts';

/** What a worker is started with. */
export interface MediaWorkerData {
  readonly options: MediaOptions;
  readonly modelPaths: ModelPaths;
}

export interface ModelPaths {
  /** The Silero VAD model, ONNX. Absent: speech is told from silence by energy. */
  readonly sileroVad?: string;
}

export type ToWorker =
  /** `port`: the RTP port; 0: any pair. */
  | { readonly kind: 'open'; readonly legId: LegId; readonly spec: LegSpec; readonly port: number; readonly identity: LegIdentity }
  | { readonly kind: 'open-peer'; readonly legId: LegId; readonly spec: PeerLegSpec; readonly identity: LegIdentity }
  | { readonly kind: 'open-pcm'; readonly legId: LegId; readonly spec: PcmLegSpec }
  | { readonly kind: 'update'; readonly legId: LegId; readonly change: LegChange | PeerLegChange }
  | { readonly kind: 'peer-command'; readonly legId: LegId; readonly command: PeerCommand }
  /** Caller audio of a PCM leg, at its input rate; the buffer is transferred. */
  | { readonly kind: 'pcm'; readonly legId: LegId; readonly pcm: Int16Array }
  | { readonly kind: 'command'; readonly legId: LegId; readonly command: LegMediaCommand }
  | { readonly kind: 'close'; readonly legId: LegId }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly vad: 'silero' | 'energy' | 'off'; readonly fault?: string }
  | { readonly kind: 'opened'; readonly legId: LegId; readonly localPort: number; readonly localRtcpPort: number }
  | { readonly kind: 'peer-opened'; readonly legId: LegId; readonly answer: PeerAnswer }
  | { readonly kind: 'pcm-opened'; readonly legId: LegId }
  | { readonly kind: 'peer-event'; readonly legId: LegId; readonly event: PeerEvent }
  /** Bot audio of a PCM leg, 24 kHz, in order with the events; the buffer is transferred. */
  | { readonly kind: 'bot-pcm'; readonly legId: LegId; readonly turnId: TurnId; readonly pcm: Int16Array }
  /** `code` of the system, such as EADDRINUSE. */
  | { readonly kind: 'open-failed'; readonly legId: LegId; readonly code: string; readonly message: string }
  | { readonly kind: 'event'; readonly legId: LegId; readonly event: LegMediaEvent }
  | { readonly kind: 'closed'; readonly legId: LegId; readonly stats: LegMediaStats }
  /** Something failed that belongs to no leg; all go on. */
  | { readonly kind: 'stray-fault'; readonly detail: string }
  /** A defect in one leg: it is gone, the others go on. */
  | { readonly kind: 'leg-failed'; readonly legId: LegId; readonly detail: string };
