import type { Ms } from '#domain/units';

/**
 * What carries the packets of a browser leg: ICE, DTLS, SRTP and one data channel. Media knows this contract only; the application gives the media
 * thread a factory (`webrtc-client` makes it). All types but the two interfaces are plain data that crosses a thread boundary.
 */
export interface PeerTransportFactory {
  /** Binds a socket and prepares the answer; does not wait for the far side. Throws `AppError` with code `NO_PORTS`, or the system's error. */
  open(setup: PeerSetup, listener: PeerListener): Promise<PeerTransport>;
}

/** What the transport tells. Called on the media thread, never after `close`. */
export interface PeerListener {
  /** A decrypted, authentic and not replayed RTP or RTCP packet (RFC 5761 tells them apart). Valid during the call only. */
  packet(bytes: Uint8Array): void;
  event(event: PeerEvent): void;
}

export interface PeerTransport {
  /** What signalling answers the offer with. */
  readonly answer: PeerAnswer;
  /** Encrypts and sends; dropped while DTLS is not done. `packet` may be reused once this returns. */
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  command(command: PeerCommand): void;
  /** Says goodbye (DTLS close_notify) and frees the socket. Idempotent. */
  close(): Promise<void>;
}

/** One side's ICE: RFC 8839. */
export interface IceParameters {
  readonly usernameFragment: string;
  readonly password: string;
  /** As in `a=candidate:`, without `a=`. */
  readonly candidates: readonly string[];
}

export interface PeerSetup {
  readonly remoteIce: IceParameters & { readonly lite: boolean };
  /** `sha-256 AA:BB:...`; RFC 8122. One of them must match the far side's certificate. */
  readonly remoteFingerprints: readonly { readonly algorithm: string; readonly value: string }[];
  /** `passive`: we are the DTLS server, which every offer with `actpass` allows. RFC 8842. */
  readonly localSetup: 'active' | 'passive';
  /** Absent: no data channel was offered. RFC 8841. */
  readonly sctpPort?: number;
  readonly network: PeerNetwork;
}

export interface PeerNetwork {
  /** `lite`: we only answer checks, on host and external addresses (RFC 8445 section 2.5). `full`: we check too, with STUN and TURN. */
  readonly ice: 'lite' | 'full';
  /** Local addresses to bind, IPv4 and IPv6; empty: every one the machine has. */
  readonly bindAddresses: readonly string[];
  /** Addresses that the outside knows us by (1:1 NAT); offered beside the local ones. */
  readonly externalAddresses: readonly string[];
  /** UDP ports, inclusive; `first` 0: whatever the system gives. */
  readonly ports: { readonly first: number; readonly last: number };
  /** For `full` only. */
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  /** No check and no packet for so long: the peer is gone. */
  readonly goneMs: Ms;
  /** Until ICE and DTLS must be through. */
  readonly connectMs: Ms;
}

export interface PeerAnswer {
  readonly ice: IceParameters;
  readonly iceLite: boolean;
  readonly fingerprint: { readonly algorithm: string; readonly value: string };
}

export type PeerCommand =
  /** The far side began anew (ICE restart, RFC 8445 section 9): answered by `ice-restarted`. DTLS goes on. */
  | { readonly kind: 'restart-ice'; readonly remoteIce: IceParameters }
  /** Trickled: RFC 8838. */
  | { readonly kind: 'add-candidates'; readonly candidates: readonly string[] }
  /** A text message on the data channel `events`; dropped while it is not open, and beyond a bounded backlog. */
  | { readonly kind: 'send-text'; readonly text: string };

export type PeerEvent =
  /** `gone`: had been connected, and nothing has come for `goneMs`. `failed`: never came through within `connectMs`, or DTLS refused. `closed`: the far side said goodbye. All three are final. */
  | {
      readonly kind: 'state';
      readonly state: 'ice-connected' | 'connected' | 'gone' | 'failed' | 'closed';
      readonly detail?: string;
      readonly atMs: Ms;
    }
  | { readonly kind: 'ice-restarted'; readonly ice: IceParameters; readonly atMs: Ms }
  /** The packets come from here now, `address:port`. */
  | { readonly kind: 'remote'; readonly address: string; readonly atMs: Ms }
  | { readonly kind: 'channel-open'; readonly atMs: Ms }
  | { readonly kind: 'text'; readonly text: string; readonly atMs: Ms };
