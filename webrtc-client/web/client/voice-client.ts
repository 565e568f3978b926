import type { BotState, ClientConfig, ServerMessage } from '../signalling.ts';
import type { CallError } from './call-error.ts';
import { CallSession } from './call-session.ts';
import type { NetworkReport } from './network-report.ts';
import { fetchConfig } from './server-api.ts';
import { serverUrl } from './server-url.ts';
import { TypedTarget } from './typed-target.ts';
import type { VoiceClientOptions } from './client-options.ts';

export { CallError } from './call-error.ts';
export type { VoiceClientOptions } from './client-options.ts';
export type { NetworkReport } from './network-report.ts';

export interface VoiceClientEventMap {
  /** What the bot is doing. */
  state: CustomEvent<{ readonly state: CallState }>;
  /** Each message of the server, as it comes. */
  message: CustomEvent<ServerMessage>;
  /** Every two seconds during a call. */
  network: CustomEvent<NetworkReport>;
  /** Trouble. The call goes on unless `ended` follows. */
  failure: CustomEvent<CallError>;
  /** The last one of a call; `reason` as in the call's record, such as `caller/hangup`. */
  ended: CustomEvent<{ readonly reason: string }>;
}

export type CallState = 'idle' | BotState;

/** dBov: 0 is full scale, -127 is silence. */
export interface Levels {
  readonly callerDbov: number;
  readonly botDbov: number;
}

const NO_LEVELS: Levels = { callerDbov: -127, botDbov: -127 };

/** Calls the bot from a page: one call at a time, as many as you like one after the other. */
export class VoiceClient extends TypedTarget<VoiceClientEventMap> {
  readonly #options: VoiceClientOptions;
  #session: CallSession | undefined;
  #opening: Promise<void> | undefined;
  #state: CallState = 'idle';
  #callId: string | undefined;
  #muted = false;
  #microphoneId: string | undefined;
  #speakerId: string | undefined;

  constructor(options: VoiceClientOptions = {}) {
    super();
    this.#options = options;
    this.#microphoneId = options.microphoneId;
    this.#speakerId = options.speakerId;
  }

  /** Which personas there are, and how to reach them. Rejects with a `CallError`. */
  static config(server?: string | URL): Promise<ClientConfig> {
    return fetchConfig(serverUrl(server));
  }

  get state(): CallState {
    return this.#state;
  }

  /** As in the server's records; known from the first message on, and kept after the call. */
  get callId(): string | undefined {
    return this.#callId;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** What carries the present call. */
  get transport(): 'webrtc' | 'websocket' | undefined {
    return this.#session?.transportKind;
  }

  /** Messages of the present call that were none of ours and were left aside. */
  get ignoredMessages(): number {
    return this.#session?.ignoredMessages ?? 0;
  }

  /**
   * Asks for the microphone and calls. Best from a click: browsers play sound only after one. Resolves once sound can flow.
   * Rejects with a `CallError`; then the state is `idle` again, and no other event tells of it. While a call is on, the same
   * promise again.
   */
  call(): Promise<void> {
    if (this.#opening !== undefined) return this.#opening;
    this.#callId = undefined;
    const session = new CallSession(
      {
        ...this.#options,
        server: serverUrl(this.#options.server),
        microphoneId: this.#microphoneId,
        speakerId: this.#speakerId,
        muted: this.#muted,
      },
      {
        onState: (state) => this.#enter(state),
        onMessage: (message) => this.#receive(message),
        onNetwork: (report) => this.#emit('network', report),
        onFailure: (error) => this.#emit('failure', error),
        onEnded: (reason) => this.#end(session, reason),
      },
    );
    this.#session = session;
    this.#enter('connecting');
    this.#opening = session.open().catch((error: unknown) => {
      this.#forget(session, 'idle');
      throw error;
    });
    return this.#opening;
  }

  /** Ends the call, or breaks off its beginning. Resolves once all is closed; does nothing without a call. */
  async hangUp(): Promise<void> {
    await this.#session?.hangUp();
  }

  /** Kept for the next call. */
  mute(on: boolean): void {
    this.#muted = on;
    this.#session?.mute(on);
  }

  /** One of `0` to `9`, `*`, `#`, `A` to `D`; others throw. */
  sendDigit(digit: string): void {
    if (!/^[0-9*#A-D]$/.test(digit)) throw new RangeError(`'${digit}' is no key of a telephone: 0 to 9, *, # and A to D are`);
    this.#session?.send({ kind: 'dtmf', digit });
  }

  /** Typed instead of said; at most 500 characters, the rest is cut off. */
  sendText(text: string): void {
    const trimmed = text.trim().slice(0, 500).trim();
    if (trimmed !== '') this.#session?.send({ kind: 'text', text: trimmed });
  }

  /** A `deviceId` of `navigator.mediaDevices`, or '' for the usual one; also during a call. Rejects with a `CallError`. */
  async setMicrophone(id: string): Promise<void> {
    await this.#session?.setMicrophone(id);
    this.#microphoneId = id;
  }

  /** As `setMicrophone`. */
  async setSpeaker(id: string): Promise<void> {
    await this.#session?.setSpeaker(id);
    this.#speakerId = id;
  }

  /** How loud both sides are just now; cheap enough for every animation frame. */
  levels(): Levels {
    return this.#session?.levels() ?? NO_LEVELS;
  }

  #receive(message: ServerMessage): void {
    if (message.kind === 'hello') this.#callId = message.callId;
    this.#emit('message', message);
  }

  #enter(state: CallState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit('state', { state });
  }

  #end(session: CallSession, reason: string): void {
    if (this.#forget(session, 'ended')) this.#emit('ended', { reason });
  }

  #forget(session: CallSession, state: CallState): boolean {
    if (session !== this.#session) return false;
    this.#session = undefined;
    this.#opening = undefined;
    this.#enter(state);
    return true;
  }

  #emit(type: keyof VoiceClientEventMap, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
