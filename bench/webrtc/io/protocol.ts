import type { PeerCounts, PeerTimes } from '#callers/peer/io/webrtc-peer';
import type { PeerCodec } from '#callers/peer/offer';

/** What the bench tells the process of its peers. */
export type ToPeers =
  /** Dials and hangs up one after another, unmeasured, then dials those that stay. `payloads`: a caller's loop, 20 ms each, base64. */
  | {
      readonly kind: 'start';
      readonly baseUrl: string;
      readonly warmUps: number;
      readonly peers: number;
      readonly dialEveryMs: number;
      readonly codec: PeerCodec;
      readonly lossRatio: number;
      readonly payloads: readonly string[];
    }
  | { readonly kind: 'stop' }
  | { readonly kind: 'quit' };

export type FromPeers =
  | { readonly kind: 'ready' }
  /** Every peer was dialled and has its first packet, or did not come up. */
  | { readonly kind: 'up'; readonly times: readonly PeerTimes[]; readonly failures: readonly string[] }
  /** Still up at the end, and what each counted. */
  | { readonly kind: 'stopped'; readonly up: number; readonly counts: readonly PeerCounts[] };
