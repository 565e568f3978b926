import type { BotState, ServerMessage } from './messages.ts';
import type { NetworkFigures } from './figures.ts';

/** What the page uses of `VoiceClient`; tests give it one that follows a script. */
export interface CallClient extends EventTarget {
  call(): Promise<void>;
  hangUp(): Promise<void>;
  mute(on: boolean): void;
  sendDigit(digit: string): void;
  sendText(text: string): void;
  setMicrophone(id: string): Promise<void>;
  setSpeaker(id: string): Promise<void>;
  levels(): { readonly callerDbov: number; readonly botDbov: number };
}

/** The events of a call client, by name, with their `detail`. */
export interface CallClientEvents {
  readonly state: { readonly state: 'idle' | BotState };
  readonly message: ServerMessage;
  readonly network: NetworkFigures & { readonly transport: string };
  readonly failure: CallFailure;
  readonly ended: { readonly reason: string };
}

/** A `CallError`, as far as the page shows it. */
export interface CallFailure {
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  readonly retryAfterMs?: number | undefined;
}

/** What the caller chose before the call. */
export interface CallSettings {
  readonly persona: string | undefined;
  readonly transport: TransportChoice;
  readonly microphoneId: string;
  readonly speakerId: string;
  readonly token: string;
}

export type TransportChoice = 'auto' | 'webrtc' | 'websocket';

export function listen<Name extends keyof CallClientEvents>(
  client: CallClient,
  name: Name,
  listener: (detail: CallClientEvents[Name]) => void,
): void {
  client.addEventListener(name, (event) => listener((event as CustomEvent<CallClientEvents[Name]>).detail));
}
