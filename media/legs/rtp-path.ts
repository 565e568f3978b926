import type { LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import type { LegChange } from '../leg-spec.ts';

export type PathStats = Pick<
  LegMediaStats,
  'packetsFromStrangers' | 'packetsFromUnnamed' | 'sourcesDisplaced' | 'packetsNotAuthentic' | 'encryption'
>;

/** Where the packets of an RTP leg come from and go to, and who may be heard. */
export interface RtpPath {
  /** Whether a well-formed packet from there belongs to the call. */
  accepts(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean;
  /** Whether RTCP from there does. */
  trusts(address: string): boolean;
  /** Whether audio, and reports, have somewhere to go. */
  readonly takesAudio: boolean;
  readonly takesReports: boolean;
  /** `packet` may be reused after the next but one. */
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  /** What a new agreement says of it. */
  update(nowMs: Ms, change: LegChange): void;
  readonly stats: PathStats;
}
