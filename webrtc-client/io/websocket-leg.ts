import type { RawData, WebSocket } from 'ws';
import { invariant, unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMedia, LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { LegShell } from '#kit/io/leg-shell';
import { bindLog } from '#kit/log';
import { TokenBucket } from '#kit/token-bucket';
import type { OpenPcmLeg } from '#media';
import { Narrator } from '../narrator.ts';
import { commandOf, TYPED_TOO_FAST, typingPace } from '../page-talk.ts';
import { parseClientMessage, type ClientMessage, type ServerMessage } from '../signalling.ts';
import { BotStream, controlFrame, type BotFrame } from '../websocket/bot-stream.ts';
import { CallerAudio } from '../websocket/caller-audio.ts';
import { readClientFrame } from '../websocket/client-frame.ts';
import { closingOf } from '../websocket/close-reason.ts';
import { WebSocketLegState, type LegAction, type LegInput } from '../websocket/leg-state.ts';
import type { WebSocketOptions } from '../websocket/options.ts';
import type { WebSocketGatewayDeps } from './websocket-deps.ts';
import { closeWith } from './websocket-refusal.ts';

export interface WebSocketLegSetup {
  readonly facts: CallFacts;
  readonly socket: WebSocket;
  readonly options: WebSocketOptions;
  readonly deps: WebSocketGatewayDeps;
  /** The title of the persona, where the messages of `signalling.ts` are wanted beside the seed's. */
  readonly extendedTitle: string | undefined;
  /** Called once, when the connection is closed and the media too. */
  readonly onGone: () => void;
}

/** One connection with its media: performs what `WebSocketLegState` decides. */
export class WebSocketLeg extends LegShell<LegInput, LegAction, OpenPcmLeg> {
  readonly #setup: WebSocketLegSetup;
  readonly #state: WebSocketLegState;
  readonly #bot = new BotStream();
  readonly #caller: CallerAudio;
  readonly #texts = new TokenBucket({ perSecond: TEXTS_PER_SECOND, capacity: TEXTS_AT_ONCE });
  readonly #typed = typingPace();
  readonly #narrator: Narrator | undefined;
  readonly #disconnected = Promise.withResolvers<void>();
  #media: LegMedia | undefined;
  #muted = false;
  /** Whether any audio of the client's has come. */
  #hasMicrophone = false;

  constructor(setup: WebSocketLegSetup) {
    const { facts, socket, options, deps, extendedTitle } = setup;
    const nowMs = deps.clock.nowMs();
    const state = new WebSocketLegState(nowMs, options);
    super({
      facts,
      core: state,
      clock: deps.clock,
      intake: deps.intake,
      log: bindLog(deps.log, { callId: facts.callId, legId: facts.legId }),
    });
    this.#setup = setup;
    this.#state = state;
    this.#caller = new CallerAudio(options.burstMs);
    if (extendedTitle !== undefined) this.#narrator = new Narrator({ callId: facts.callId, persona: facts.toUser, title: extendedTitle });
    socket.on('message', (data, isBinary) => this.guarded(() => this.#message(data, isBinary)));
    socket.on('ping', () => {
      this.handle({ kind: 'alive' });
      // The pong that `ws` has queued waits for a client that does not read, too.
      this.#watchUnread();
    });
    socket.on('pong', () => this.handle({ kind: 'alive' }));
    // Such as a message that is too long: `ws` closes the connection with the code that fits.
    socket.on('error', (error) => this.#socketFailed(error));
    socket.on('close', (code) => {
      this.handle({ kind: 'disconnected', clean: code !== ABNORMAL_CLOSE });
      this.#disconnected.resolve();
    });
  }

  override get media(): LegMedia {
    return this.#media ?? super.media;
  }

  /** Connected, without having said anything. */
  get isWaiting(): boolean {
    return this.#state.isWaiting;
  }

  /** The client sends more than is read of it, and does not stop. */
  flooded(): void {
    this.log.warn({}, 'websocket client sends too many messages');
    this.handle({ kind: 'end', reason: { by: 'network', code: 'too-many-messages' } });
  }

  start(): void {
    const { deps } = this.#setup;
    this.guarded(() => {
      const stopObserving = deps.observe(this.facts.callId, (event) => this.guarded(() => this.#observed(event)));
      this.signal.addEventListener('abort', stopObserving, { once: true });
      this.ringing();
      if (this.#narrator !== undefined) this.#say([this.#narrator.hello()]);
    });
    this.handle({ kind: 'alive' });
  }

  #socketFailed(error: Error): void {
    this.log.info({ error: error.message }, 'websocket client broke the protocol');
    this.handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  protected override perform(action: LegAction): void {
    switch (action.kind) {
      case 'ping':
        return this.#setup.socket.ping();
      case 'answered':
        this.performCommon(action);
        this.#setup.deps.intake.established(this.facts.callId);
        for (const pcm of this.#caller.takeHeld()) this.open?.write(pcm);
        return undefined;
      case 'ended':
        this.performCommon(action);
        return this.#sayEnded(action.reason);
      case 'open-media':
      case 'close-media':
        return this.performCommon(action);
      default:
        return unreachable(action);
    }
  }

  protected override async openMedia(): Promise<OpenPcmLeg> {
    const { deps, options } = this.#setup;
    const { rateHz: inputRateHz } = this.#state;
    invariant(inputRateHz !== undefined, 'media are opened once the client has started');
    this.#caller.begin(inputRateHz);
    const pcm = await deps.media.openPcmLeg({ legId: this.facts.legId, inputRateHz, chunkMs: options.chunkMs, leadMs: options.leadMs });
    pcm.onAudio((audio) => this.guarded(() => this.#sendBot(this.#bot.audio(this.nowMs(), audio.turnId, audio.pcm))));
    this.#media = { legId: pcm.legId, send: (command) => this.#command(pcm, command), onEvent: (listener) => pcm.onEvent(listener) };
    return pcm;
  }

  /** The client is told of an abort at once: what it has not played yet must not be heard. */
  #command(pcm: OpenPcmLeg, command: LegMediaCommand): void {
    pcm.send(command);
    if (command.kind === 'abort-turn') this.guarded(() => this.#sendBot(this.#bot.aborted(this.nowMs(), command.turnId)));
  }

  #message(data: RawData, isBinary: boolean): void {
    this.handle({ kind: 'alive' });
    if (this.#state.isOver) return;
    const bytes = data as Buffer;
    if (isBinary) return this.#audio(bytes);
    if (this.#texts.take(this.nowMs())) this.#text(bytes.toString());
  }

  #audio(bytes: Uint8Array): void {
    if (!this.#hasMicrophone && this.#muted) this.#mute(false);
    this.#hasMicrophone = true;
    this.handle({ kind: 'started', rateHz: 16_000 });
    for (const pcm of this.#caller.read(this.nowMs(), bytes)) {
      if (this.#state.isLive) this.open?.write(pcm);
      else this.#caller.hold(pcm);
    }
  }

  #text(text: string): void {
    const frame = readClientFrame(text);
    switch (frame.kind) {
      case 'start':
        return this.#start(frame.rateHz);
      case 'stop':
        return this.handle({ kind: 'end', reason: { by: 'caller', code: this.#state.isLive ? 'hangup' : 'cancelled' } });
      case 'unsupported':
        return this.#refuseAudio(frame.detail);
      case 'unknown':
        return this.#narrator === undefined ? undefined : this.#clientMessage(parseClientMessage(text), this.#narrator);
      default:
        return unreachable(frame);
    }
  }

  /** A second start changes nothing, and may not: what it says of the audio has to be what was taken for granted. */
  #start(rateHz: 8000 | 16000): void {
    const begun = this.#state.rateHz;
    if (begun !== undefined && begun !== rateHz)
      return this.#refuseAudio(`sampleRate ${rateHz}: the call has begun with ${begun}, by an earlier start or by audio before it`);
    this.handle({ kind: 'started', rateHz });
  }

  #refuseAudio(detail: string): void {
    this.log.info({ detail }, 'websocket client offered audio that is not understood');
    this.#send(JSON.stringify({ type: 'error', code: 'unsupported-audio', text: detail }));
    this.handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  #clientMessage(message: ClientMessage | undefined, narrator: Narrator): void {
    const atMs = this.nowMs();
    if (message === undefined) return this.#say([narrator.notice(atMs, 'BAD_MESSAGE', 'A message was not understood.')]);
    if (message.kind === 'text' && !this.#typed.take(atMs))
      return this.#say([narrator.notice(atMs, TYPED_TOO_FAST.code, TYPED_TOO_FAST.text)]);
    const command = commandOf(atMs, message);
    if (command.kind === 'hangup') return this.handle({ kind: 'end', reason: { by: 'caller', code: 'hangup' } });
    if (command.event.kind === 'caller-muted') this.#muted = command.event.muted;
    // Who types and has sent no sound has no microphone, or keeps it off: their silence is meant.
    else if (!this.#hasMicrophone && !this.#muted) this.#mute(true);
    this.open?.inject(command.event);
  }

  #mute(on: boolean): void {
    this.#muted = on;
    this.open?.inject({ kind: 'caller-muted', muted: on, atMs: this.nowMs() });
  }

  protected override mediaEvent(event: LegMediaEvent): void {
    if (this.#narrator !== undefined) this.#say(this.#narrator.media(event));
    if (event.kind === 'playout-paused') this.#sendBot(this.#bot.paused(this.nowMs()));
    if (event.kind === 'playout-finished') this.#sendBot(this.#bot.finished(event.turnId));
    if (event.kind === 'media-timeout' && !this.#muted) this.handle({ kind: 'end', reason: { by: 'network', code: 'media-timeout' } });
  }

  #observed(event: CallEvent): void {
    if (this.#narrator !== undefined) this.#say(this.#narrator.observe(event));
    else if (event.kind === 'caller-partial') this.#send(JSON.stringify({ type: 'partial', text: event.text }));
    else if (event.kind === 'caller-final') this.#send(JSON.stringify({ type: 'final', text: event.text }));
  }

  #say(messages: readonly ServerMessage[]): void {
    for (const message of messages) this.#send(JSON.stringify(message));
  }

  #sendBot(frames: readonly BotFrame[]): void {
    for (const frame of frames) {
      if (frame.kind !== 'audio') this.#send(controlFrame(frame));
      else this.#send(new Uint8Array(frame.pcm.buffer, frame.pcm.byteOffset, frame.pcm.byteLength));
    }
  }

  #send(data: string | Uint8Array): void {
    const { socket } = this.#setup;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(data, () => undefined);
    this.#watchUnread();
  }

  /** A client that does not read is not waited for for ever. */
  #watchUnread(): void {
    const { socket, options } = this.#setup;
    if (socket.bufferedAmount <= options.unreadMs * BOT_BYTES_PER_MS || this.#state.isOver) return;
    this.log.warn({ bufferedBytes: socket.bufferedAmount }, 'websocket client does not read');
    this.handle({ kind: 'end', reason: { by: 'network', code: 'peer-gone' } });
  }

  #sayEnded(reason: EndReason): void {
    const nowMs = this.nowMs();
    this.#sendBot(this.#bot.ended());
    if (this.#narrator !== undefined) this.#say(this.#narrator.end(nowMs, reason));
    this.#closeSocket(reason, nowMs);
  }

  protected override released(): void {
    const { counters } = this.#caller;
    this.log.debug({ ...counters, textsIgnored: this.#texts.refused, stalePieces: this.#bot.stale }, 'websocket leg ended');
    void this.#disconnected.promise.then(this.#setup.onGone);
  }

  /** Clients stop playing when the connection closes, so the last words of the bot are waited for. */
  #closeSocket(reason: EndReason, nowMs: Ms): void {
    const { socket } = this.#setup;
    const unplayedMs = reason.by === 'bot' || reason.by === 'operator' ? this.#bot.playedAtMs + PLAYER_MS - nowMs : 0;
    const close = () => closeWith(socket, closingOf(reason));
    if (unplayedMs <= 0) close();
    else setTimeout(close, Math.min(unplayedMs, MAX_UNPLAYED_MS));
  }
}

/** 24 kHz, 16 bit, mono. */
const BOT_BYTES_PER_MS = 48;
/** What a client holds back before it plays: 50 ms in the seed's page, and its output's delay. */
const PLAYER_MS = 200;
const MAX_UNPLAYED_MS = 2_000;
/** People type and press keys; more is a flood. */
const TEXTS_PER_SECOND = 20;
const TEXTS_AT_ONCE = 60;
/** RFC 6455 section 7.1.5: no close frame came. */
const ABNORMAL_CLOSE = 1006;
