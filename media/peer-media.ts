import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import type { OpusCodecs } from './codec/opus.ts';
import type { LegCore } from './leg-core.ts';
import type { LegIdentity } from './leg-media.ts';
import type { PeerLegChange, PeerLegSpec } from './leg-spec.ts';
import type { MediaOptions } from './options.ts';
import type { SpeechScorer } from './vad/voice-detector.ts';

/** What a browser leg does to the world; its shell carries it out. `packet` may be reused once the call returns. */
export interface PeerOutput {
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  emit(event: LegMediaEvent): void;
}

/** All that happens to the media of one browser leg (core): packets that the transport has decrypted, commands and ticks in; packets and events out. */
export declare class PeerMediaCore implements LegCore {
  constructor(
    nowMs: Ms,
    spec: PeerLegSpec,
    options: MediaOptions,
    identity: LegIdentity,
    codecs: OpusCodecs,
    scorer: SpeechScorer | undefined,
    output: PeerOutput,
  );
  readonly dueMs: Ms;
  readonly ptimeMs: Ms;
  /** RTP or RTCP; RFC 5761. Authentic and not replayed. `bytes` need not outlive the call. */
  packet(nowMs: Ms, wallMs: number, bytes: Uint8Array): void;
  tick(nowMs: Ms, wallMs: number): void;
  command(nowMs: Ms, command: LegMediaCommand): void;
  update(nowMs: Ms, change: PeerLegChange): void;
  /** What the thread can afford; see `codec/complexity.ts`. */
  setComplexity(complexity: number): void;
  close(nowMs: Ms, wallMs: number): LegMediaStats;
  stats(): LegMediaStats;
}
