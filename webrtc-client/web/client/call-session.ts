import type { BotState, ClientConfig, ClientMessage, ServerMessage } from '../signalling.ts';
import { CallError } from './call-error.ts';
import type { VoiceClientOptions } from './client-options.ts';
import { LevelMeters } from './levels.ts';
import { Microphone } from './microphone.ts';
import type { NetworkReport } from './network-report.ts';
import { fetchConfig } from './server-api.ts';
import { SoundWatch } from './sound-watch.ts';
import { Speaker } from './speaker.ts';
import type { Transport, TransportListener, TransportSetup } from './transport.ts';
import { WebRtcTransport } from './webrtc-transport.ts';
import { WebSocketTransport } from './websocket-transport.ts';

export interface CallSessionOptions extends VoiceClientOptions {
  readonly server: URL;
  readonly muted: boolean;
}

export interface CallSessionListener {
  onState(state: BotState): void;
  onMessage(message: ServerMessage): void;
  onNetwork(report: NetworkReport): void;
  onFailure(error: CallError): void;
  /** Once, and the last; not when `open` has rejected. */
  onEnded(reason: string): void;
}

const MEASURE_EVERY_MS = 2_000;
/** For the server's last messages after we have hung up. */
const GOODBYE_PATIENCE_MS = 700;

/** One call from the click to its end: microphone, transport, speaker, meters, and the watch over them. */
export class CallSession {
  readonly #options: CallSessionOptions;
  readonly #listener: CallSessionListener;
  readonly #stop = new AbortController();
  readonly #speaker: Speaker;
  /** Made at once: browsers wake an AudioContext only during a click. */
  readonly #context = new AudioContext({ latencyHint: 'interactive' });
  readonly #meters: LevelMeters;
  #microphone: Microphone | undefined;
  #transport: Transport | undefined;
  #state: BotState = 'connecting';
  #isMuted: boolean;
  #isOpen = false;
  #isEnded = false;
  /** The server has said its last message. */
  #isEnding = false;
  #goodbye: (() => void) | undefined;
  #ignored = 0;

  constructor(options: CallSessionOptions, listener: CallSessionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#isMuted = options.muted;
    this.#speaker = new Speaker((error) => listener.onFailure(error));
    this.#meters = new LevelMeters(this.#context);
    this.#context.resume().catch(() => undefined);
    // A page that goes away, or is reloaded, ends its call rather than leaving the bot to talk to nobody.
    addEventListener('pagehide', () => (this.#isOpen ? this.#end('caller/hangup') : this.#stop.abort()), { signal: this.#stop.signal });
  }

  get transportKind(): 'webrtc' | 'websocket' | undefined {
    return this.#transport?.kind;
  }

  get ignoredMessages(): number {
    return this.#ignored;
  }

  async open(): Promise<void> {
    try {
      const [config, microphone, token] = await this.#prepare();
      await untilAborted(this.#connect(config, microphone, token), this.#stop.signal);
    } catch (error) {
      const cancelled = this.#stop.signal.aborted && !(error instanceof CallError);
      this.#close();
      throw failure(error, cancelled);
    }
    this.#isOpen = true;
    if (this.#isMuted) this.send({ kind: 'mute', on: true });
    if (this.#state === 'connecting') this.#enter('listening');
    this.#watch();
  }

  async hangUp(): Promise<void> {
    if (this.#isEnded) return;
    if (!this.#isOpen) {
      this.#stop.abort();
      this.#transport?.close();
      return;
    }
    this.#speaker.silence();
    this.send({ kind: 'hangup' });
    // The last turn's record is still on its way.
    await new Promise<void>((resolve) => {
      this.#goodbye = resolve;
      setTimeout(resolve, GOODBYE_PATIENCE_MS);
    });
    this.#end('caller/hangup');
  }

  send(message: ClientMessage): void {
    if (!this.#isEnded) this.#transport?.send(message);
  }

  mute(on: boolean): void {
    if (this.#isMuted === on) return;
    this.#isMuted = on;
    this.#microphone?.mute(on);
    if (this.#isOpen) this.send({ kind: 'mute', on });
  }

  async setMicrophone(id: string): Promise<void> {
    await this.#microphone?.use(id);
  }

  async setSpeaker(id: string): Promise<void> {
    await this.#speaker.use(id);
  }

  levels(): { readonly callerDbov: number; readonly botDbov: number } {
    return this.#meters.read();
  }

  /** What a call needs, side by side; when one cannot be had, the others are given back. */
  async #prepare(): Promise<readonly [ClientConfig, Microphone, string | undefined]> {
    const { signal } = this.#stop;
    const opening = Microphone.open(
      this.#options.microphoneId,
      (track) => {
        this.#meters.watchCaller(track);
        this.#transport?.replaceMicrophone(track).catch((cause: unknown) => this.#listener.onFailure(failure(cause, false)));
      },
      (error) => this.#listener.onFailure(error),
    );
    opening.then(
      (microphone) => {
        this.#microphone = microphone;
        if (this.#isEnded) microphone.close();
      },
      () => undefined,
    );
    const speaker = this.#options.speakerId
      ? this.#speaker.use(this.#options.speakerId).catch((error: CallError) => this.#listener.onFailure(error))
      : undefined;
    // With the token, as a server that wants one gives credentials for TURN to nobody else.
    const asking = this.#token().then(async (token) => ({ token, config: await fetchConfig(this.#options.server, token, signal) }));
    const [{ token, config }, microphone] = await untilAborted(Promise.all([asking, opening, speaker]), signal);
    if (config.tokenRequired && token === undefined) {
      throw new CallError(
        'TOKEN_NEEDED',
        'This bot takes calls only with a call token.',
        'The page has to fetch one from its own server; tell whoever runs the page.',
      );
    }
    microphone.mute(this.#isMuted);
    this.#meters.watchCaller(microphone.track);
    return [config, microphone, token];
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#options;
    if (typeof token !== 'function') return token === '' ? undefined : token;
    try {
      return await token();
    } catch (cause) {
      throw new CallError(
        'TOKEN_NEEDED',
        'The page could not get a pass for this call from its own server.',
        'Reload the page and call again.',
        { cause },
      );
    }
  }

  /** `auto` takes the WebSocket where WebRTC does not exist or does not come through; a refusal is a refusal on both. */
  async #connect(config: ClientConfig, microphone: Microphone, token: string | undefined): Promise<void> {
    const { transport = 'auto', server, persona, iceTransportPolicy } = this.#options;
    const setup: TransportSetup = { server, persona, token, microphone: microphone.track, listener: this.#transportListener() };
    const hasWebRtc = typeof RTCPeerConnection === 'function';
    if (transport !== 'websocket' && (hasWebRtc || transport === 'webrtc')) {
      try {
        return await this.#use(
          new WebRtcTransport(setup, {
            iceServers: config.iceServers,
            ...(iceTransportPolicy === undefined ? {} : { iceTransportPolicy }),
            hasAlternative: transport === 'auto',
          }),
        );
      } catch (error) {
        const mayFallBack = error instanceof CallError && ['MEDIA_UNREACHABLE', 'UNSUPPORTED_BROWSER', 'WEBRTC_OFF'].includes(error.code);
        if (transport === 'webrtc' || !mayFallBack) throw error;
      }
    }
    await this.#use(new WebSocketTransport({ ...setup, microphone: microphone.track }, this.#context));
    if (transport === 'auto')
      this.#notice('TRANSPORT_FALLBACK', 'WebRTC does not come through from here; the call goes over a WebSocket instead.');
  }

  async #use(transport: Transport): Promise<void> {
    this.#stop.signal.throwIfAborted();
    this.#transport = transport;
    await transport.open();
    this.#stop.signal.throwIfAborted();
  }

  #transportListener(): TransportListener {
    return {
      onSound: (stream) => {
        if (this.#isEnded) return;
        this.#speaker.play(stream);
        this.#meters.watchBot(stream);
      },
      onMessage: (message) => this.#receive(message),
      onJunk: () => {
        this.#ignored += 1;
      },
      onTrouble: (error) => {
        if (!this.#isEnded) this.#listener.onFailure(error);
      },
      onLost: (reason) => this.#lost(reason),
    };
  }

  #receive(message: ServerMessage): void {
    if (this.#isEnded) return;
    if (message.kind === 'state' && message.state !== 'ended') this.#enter(message.state);
    this.#listener.onMessage(message);
    if (message.kind !== 'ended') return;
    if (!this.#isOpen) this.#stop.abort(new CallError('CALL_LOST', 'The server ended the call before it began.', 'Try again in a moment.'));
    else if (this.#goodbye !== undefined) this.#goodbye();
    else void this.#endAfterLastWords(message.reason);
  }

  async #endAfterLastWords(reason: string): Promise<void> {
    this.#isEnding = true;
    if (!reason.startsWith('caller/')) await this.#transport?.playedOut();
    this.#end(reason);
  }

  #enter(state: BotState): void {
    this.#state = state;
    this.#listener.onState(state);
  }

  #notice(code: string, text: string): void {
    this.#listener.onMessage({ kind: 'notice', atMs: 0, code, text });
  }

  #watch(): void {
    const { signal } = this.#stop;
    const watch = new SoundWatch(performance.now());
    const timer = setInterval(() => {
      void this.#look(watch);
    }, MEASURE_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  async #look(watch: SoundWatch): Promise<void> {
    const transport = this.#transport;
    if (transport === undefined) return;
    const [report, received] = await Promise.all([transport.measure().catch(() => undefined), transport.soundReceived().catch(() => 0)]);
    if (this.#isEnded) return;
    if (report !== undefined) this.#listener.onNetwork(report);
    const callerDbov = this.#meters.isAwake ? this.#meters.read().callerDbov : undefined;
    for (const error of watch.look(performance.now(), { received, state: this.#state, callerDbov, isMuted: this.#isMuted }))
      this.#listener.onFailure(error);
  }

  #lost(reason: string): void {
    if (this.#isEnded || this.#isEnding || !this.#isOpen) return;
    if (this.#goodbye !== undefined) {
      this.#goodbye();
      return;
    }
    this.#listener.onFailure(new CallError('CALL_LOST', 'The connection to the bot is lost.', 'Look at your network, then call again.'));
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#isEnded) return;
    this.#close();
    this.#listener.onEnded(reason);
  }

  #close(): void {
    this.#isEnded = true;
    this.#stop.abort();
    this.#transport?.close();
    this.#microphone?.close();
    this.#speaker.close();
    this.#meters.close();
    this.#context.close().catch(() => undefined);
  }
}

function failure(error: unknown, cancelled: boolean): CallError {
  if (cancelled)
    return new CallError('CANCELLED', 'The call was broken off before it began.', 'Call again whenever you like.', { cause: error });
  if (error instanceof CallError) return error;
  return new CallError(
    'UNSUPPORTED_BROWSER',
    `The browser could not make the call (${error instanceof Error ? error.name : 'unknown'}).`,
    'Reload the page; if that does not help, try another browser.',
    { cause: error },
  );
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
