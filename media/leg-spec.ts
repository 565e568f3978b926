import type { LegId } from '#domain/call';
import type { Ms } from '#domain/units';
import type { G711Law } from './codec/g711.ts';

/** Where the far side wants its packets. */
export interface RemoteMedia {
  readonly address: string;
  readonly port: number;
  /** Where its RTCP goes; the port after `port` where absent. */
  readonly rtcpPort?: number;
  /** RTP and RTCP share one port; RFC 5761. */
  readonly rtcpMux?: boolean;
}

/** What signalling has agreed on for one leg. Plain data: it crosses a thread boundary. */
export interface LegSpec {
  readonly legId: LegId;
  readonly codec: G711Law;
  readonly payloadType: number;
  /** Audio in a packet that we send. */
  readonly ptimeMs: Ms;
  readonly telephoneEventPayloadType?: number;
  /** Absent: not offered, so none is sent (what comes with the static type 13 is understood all the same). */
  readonly comfortNoisePayloadType?: number;
  readonly remote?: RemoteMedia;
  /** The address that signalling comes from. */
  readonly signallingAddress: string;
  /** Seen from us. */
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** The caller put us on hold: the bot pauses, and so does the media time-out. */
  readonly held?: boolean;
}

export type LegChange = Partial<Omit<LegSpec, 'legId'>>;
