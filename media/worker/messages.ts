import type { LegId } from '#domain/call';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { LegIdentity } from '../leg-media.ts';
import type { LegChange, LegSpec } from '../leg-spec.ts';
import type { MediaOptions } from '../options.ts';

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
  | { readonly kind: 'update'; readonly legId: LegId; readonly change: LegChange }
  | { readonly kind: 'command'; readonly legId: LegId; readonly command: LegMediaCommand }
  | { readonly kind: 'close'; readonly legId: LegId }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly vad: 'silero' | 'energy' | 'off'; readonly fault?: string }
  | { readonly kind: 'opened'; readonly legId: LegId; readonly localPort: number; readonly localRtcpPort: number }
  /** `code` of the system, such as EADDRINUSE. */
  | { readonly kind: 'open-failed'; readonly legId: LegId; readonly code: string; readonly message: string }
  | { readonly kind: 'event'; readonly legId: LegId; readonly event: LegMediaEvent }
  | { readonly kind: 'closed'; readonly legId: LegId; readonly stats: LegMediaStats }
  /** A defect in one leg: it is gone, the others go on. */
  | { readonly kind: 'leg-failed'; readonly legId: LegId; readonly detail: string };
