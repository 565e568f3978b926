import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { LegCore } from './leg-core.ts';
import type { PcmLegSpec } from './leg-spec.ts';
import type { MediaOptions } from './options.ts';
import type { SpeechScorer } from './vad/voice-detector.ts';

/** What a PCM leg does to the world; its shell carries it out. */
export interface PcmOutput {
  /** 24 kHz, `chunkMs` or (at the end of a turn) less, in a buffer of its own; in order with the events. */
  botPcm(turnId: TurnId, pcm: Int16Array): void;
  emit(event: LegMediaEvent): void;
}

/** All that happens to the media of a leg whose audio comes and goes as PCM over an ordered stream (core). */
export declare class PcmMediaCore implements LegCore {
  constructor(nowMs: Ms, spec: PcmLegSpec, options: MediaOptions, scorer: SpeechScorer | undefined, output: PcmOutput);
  readonly dueMs: Ms;
  readonly ptimeMs: Ms;
  /** Caller audio at the input rate, of any length. `pcm` need not outlive the call. */
  audio(nowMs: Ms, pcm: Int16Array): void;
  tick(nowMs: Ms, wallMs: number): void;
  command(nowMs: Ms, command: LegMediaCommand): void;
  close(nowMs: Ms, wallMs: number): LegMediaStats;
  stats(): LegMediaStats;
}
