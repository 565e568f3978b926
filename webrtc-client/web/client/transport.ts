import type { ClientMessage, ServerMessage } from '../signalling.ts';
import type { CallError } from './call-error.ts';
import type { NetworkReport } from './network-report.ts';

/** What carries a call: sound both ways, messages both ways. */
export interface Transport {
  readonly kind: 'webrtc' | 'websocket';
  /** Resolves once sound can flow. Rejects with a `CallError`; then nothing is left open. */
  open(): Promise<void>;
  send(message: ClientMessage): void;
  replaceMicrophone(track: MediaStreamTrack): Promise<void>;
  /** Since the call before; undefined where nothing can be measured yet. */
  measure(): Promise<NetworkReport | undefined>;
  /** Packets or frames of sound that have come so far. */
  soundReceived(): Promise<number>;
  /** After the server's last message: resolves when what the bot said to the end has been heard. */
  playedOut(): Promise<void>;
  /** Ends the call. Quick, as it also runs while the page goes away. Idempotent. */
  close(): void;
}

/** How a transport tells what happens. */
export interface TransportListener {
  /** The bot's sound, to be played; once. */
  onSound(stream: MediaStream): void;
  onMessage(message: ServerMessage): void;
  /** Something from the server was no message of ours. */
  onJunk(): void;
  /** Trouble that the call may survive. */
  onTrouble(error: CallError): void;
  /** The call is over without the server's last message: `reason` is ours. Not after `close`. */
  onLost(reason: string): void;
}

export interface TransportSetup {
  /** Origin and base path of the server; ends with a slash. */
  readonly server: URL;
  readonly persona: string | undefined;
  readonly token: string | undefined;
  readonly microphone: MediaStreamTrack;
  readonly listener: TransportListener;
}
