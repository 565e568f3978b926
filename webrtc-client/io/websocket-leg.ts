import type { RawData, WebSocket } from 'ws';
import { invariant, unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { LegMedia, LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
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
export class WebSocketLeg implements CallLeg {
  readonly facts: CallFacts;
  readonly arrivedAtMs: Ms;
  readonly ended: Promise<{ readonly reason: EndReason; readonly stats?: LegMediaStats }>;
  readonly #setup: WebSocketLegSetup;
  readonly #state: WebSocketLegState;
  readonly #bot = new BotStream();
  readonly #caller: CallerAudio;
  readonly #texts = new TokenBucket({ perSecond: TEXTS_PER_SECOND, capacity: TEXTS_AT_ONCE });
  readonly #typed = typingPace();
  readonly #narrator: Narrator | undefined;
  readonly #abort = new AbortController();
  readonly #settled = Promise.withResolvers<{ reason: EndReason; stats?: LegMediaStats }>();
  readonly #disconnected = Promise.withResolvers<void>();
  #opening: Promise<void> = Promise.resolve();
  #pcm: OpenPcmLeg | undefined;
  #media: LegMedia | undefined;
  #answeredAtMs: Ms | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopObserving: () => void = () => undefined;
  #rateHz: 8000 | 16000 | undefined;
  #muted = false;
  /** Whether any audio of the client's has come. */
  #hasMicrophone = false;

  constructor(setup: WebSocketLegSetup) {
    const { facts, socket, options, deps, extendedTitle } = setup;
    const nowMs = deps.clock.nowMs();
    this.#setup = setup;
    this.facts = facts;
    this.arrivedAtMs = nowMs;
    this.ended = this.#settled.promise;
    this.#state = new WebSocketLegState(nowMs, options);
    this.#caller = new CallerAudio(options.burstMs);
    if (extendedTitle !== undefined) this.#narrator = new Narrator({ callId: facts.callId, persona: facts.toUser, title: extendedTitle });
    socket.on('message', (data, isBinary) => this.#guarded(() => this.#message(data, isBinary)));
    socket.on('ping', () => {
      this.#handle({ kind: 'alive' });
      // The pong that `ws` has queued waits for a client that does not read, too.
      this.#watchUnread();
    });
    socket.on('pong', () => this.#handle({ kind: 'alive' }));
    // Such as a message that is too long: `ws` closes the connection with the code that fits.
    socket.on('error', (error) => this.#socketFailed(error));
    socket.on('close', (code) => {
      this.#handle({ kind: 'disconnected', clean: code !== ABNORMAL_CLOSE });
      this.#disconnected.resolve();
    });
  }

  get media(): LegMedia {
    invariant(this.#media !== undefined, 'the media of a WebSocket leg were asked for before it was answered');
    return this.#media;
  }

  get answeredAtMs(): Ms {
    return this.#answeredAtMs ?? this.arrivedAtMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Connected, without having said anything. */
  get isWaiting(): boolean {
    return this.#state.isWaiting;
  }

  /** The client sends more than is read of it, and does not stop. */
  flooded(): void {
    this.#setup.deps.log.warn({ callId: this.facts.callId }, 'websocket client floods');
    this.#handle({ kind: 'end', reason: { by: 'network', code: 'too-many-messages' } });
  }

  start(): void {
    const { deps } = this.#setup;
    this.#guarded(() => {
      this.#stopObserving = deps.observe(this.facts.callId, (event) => this.#guarded(() => this.#observed(event)));
      deps.intake.ringing(this.facts, this.signal, (reason) => this.end(reason));
      if (this.#narrator !== undefined) this.#say([this.#narrator.hello()]);
    });
    this.#armTimer();
  }

  async end(reason: EndReason): Promise<void> {
    this.#handle({ kind: 'end', reason });
    await this.ended;
  }

  #handle(input: LegInput): void {
    for (const action of this.#state.handle(this.#nowMs(), input)) this.#guarded(() => this.#perform(action));
    // A sign of life only moves a deadline away: the timer finds out when it fires.
    if (input.kind !== 'alive') this.#armTimer();
  }

  /** A defect of ours ends this call and no other. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#setup.deps.log.error({ callId: this.facts.callId, error: errorText(error) }, 'websocket leg failed');
    this.#handle({ kind: 'end', reason: { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) } });
  }

  #socketFailed(error: Error): void {
    this.#setup.deps.log.info({ callId: this.facts.callId, error: error.message }, 'websocket client broke the protocol');
    this.#handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  #perform(action: LegAction): void {
    switch (action.kind) {
      case 'ping':
        return this.#setup.socket.ping();
      case 'open-media':
        this.#rateHz = action.rateHz;
        this.#opening = this.#openMedia(action.rateHz);
        return undefined;
      case 'answered':
        this.#answeredAtMs = this.#nowMs();
        this.#setup.deps.intake.answered(this);
        this.#setup.deps.intake.established(this.facts.callId);
        for (const pcm of this.#caller.takeHeld()) this.#pcm?.write(pcm);
        return undefined;
      case 'ended':
        this.#abort.abort();
        void this.#finish(action.reason, action.wasAnswered);
        return undefined;
      default:
        return unreachable(action);
    }
  }

  async #openMedia(inputRateHz: 8000 | 16000): Promise<void> {
    const { deps, options } = this.#setup;
    this.#caller.begin(inputRateHz);
    try {
      const pcm = await deps.media.openPcmLeg({ legId: this.facts.legId, inputRateHz, chunkMs: options.chunkMs, leadMs: options.leadMs });
      this.#pcm = pcm;
      pcm.onAudio((audio) => this.#guarded(() => this.#sendBot(this.#bot.audio(this.#nowMs(), audio.turnId, audio.pcm))));
      pcm.own({ event: (event) => this.#guarded(() => this.#mediaEvent(event)), failed: (error) => this.#failed(error) });
      this.#media = { legId: pcm.legId, send: (command) => this.#command(pcm, command), onEvent: (listener) => pcm.onEvent(listener) };
    } catch (error) {
      deps.log.warn({ callId: this.facts.callId, error: errorText(error) }, 'media could not be opened');
      this.#handle({ kind: 'media-failed', reason: openFailure(error) });
      return;
    }
    this.#handle({ kind: 'media-opened' });
  }

  /** The client is told of an abort at once: what it has not played yet must not be heard. */
  #command(pcm: OpenPcmLeg, command: LegMediaCommand): void {
    pcm.send(command);
    if (command.kind === 'abort-turn') this.#guarded(() => this.#sendBot(this.#bot.aborted(this.#nowMs(), command.turnId)));
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#handle({ kind: 'alive' });
    if (this.#state.isOver) return;
    const bytes = data as Buffer;
    if (isBinary) return this.#audio(bytes);
    if (this.#texts.take(this.#nowMs())) this.#text(bytes.toString());
  }

  #audio(bytes: Uint8Array): void {
    if (!this.#hasMicrophone && this.#muted) this.#mute(false);
    this.#hasMicrophone = true;
    this.#handle({ kind: 'started', rateHz: 16_000 });
    for (const pcm of this.#caller.read(this.#nowMs(), bytes)) {
      if (this.#state.isLive) this.#pcm?.write(pcm);
      else this.#caller.hold(pcm);
    }
  }

  #text(text: string): void {
    const frame = readClientFrame(text);
    if (frame.kind === 'start') this.#start(frame.rateHz);
    else if (frame.kind === 'stop')
      this.#handle({ kind: 'end', reason: { by: 'caller', code: this.#state.isLive ? 'hangup' : 'cancelled' } });
    else if (frame.kind === 'unsupported') this.#refuseAudio(frame.detail);
    else if (this.#narrator !== undefined) this.#clientMessage(parseClientMessage(text), this.#narrator);
  }

  /** A second start changes nothing, and may not: what it says of the audio has to be what was taken for granted. */
  #start(rateHz: 8000 | 16000): void {
    if (this.#rateHz !== undefined && this.#rateHz !== rateHz)
      return this.#refuseAudio(`sampleRate ${rateHz}: the call has begun with ${this.#rateHz}, by an earlier start or by audio before it`);
    this.#handle({ kind: 'started', rateHz });
  }

  #refuseAudio(detail: string): void {
    this.#setup.deps.log.info({ callId: this.facts.callId, detail }, 'websocket client offered audio that is not understood');
    this.#send(JSON.stringify({ type: 'error', code: 'unsupported-audio', text: detail }));
    this.#handle({ kind: 'end', reason: { by: 'network', code: 'rejected-by-peer' } });
  }

  #clientMessage(message: ClientMessage | undefined, narrator: Narrator): void {
    const atMs = this.#nowMs();
    if (message === undefined) return this.#say([narrator.notice(atMs, 'BAD_MESSAGE', 'A message was not understood.')]);
    if (message.kind === 'text' && !this.#typed.take(atMs))
      return this.#say([narrator.notice(atMs, TYPED_TOO_FAST.code, TYPED_TOO_FAST.text)]);
    const command = commandOf(atMs, message);
    if (command.kind === 'hangup') return this.#handle({ kind: 'end', reason: { by: 'caller', code: 'hangup' } });
    if (command.event.kind === 'caller-muted') this.#muted = command.event.muted;
    // Who types and has sent no sound has no microphone, or keeps it off: their silence is meant.
    else if (!this.#hasMicrophone && !this.#muted) this.#mute(true);
    this.#pcm?.inject(command.event);
  }

  #mute(on: boolean): void {
    this.#muted = on;
    this.#pcm?.inject({ kind: 'caller-muted', muted: on, atMs: this.#nowMs() });
  }

  #mediaEvent(event: LegMediaEvent): void {
    if (this.#narrator !== undefined) this.#say(this.#narrator.media(event));
    if (event.kind === 'playout-paused') this.#sendBot(this.#bot.paused(this.#nowMs()));
    if (event.kind === 'playout-finished') this.#sendBot(this.#bot.finished(event.turnId));
    if (event.kind === 'media-timeout' && !this.#muted) this.#handle({ kind: 'end', reason: { by: 'network', code: 'media-timeout' } });
    if (event.kind === 'media-lost')
      this.#handle({ kind: 'end', reason: { by: 'system', code: 'media-worker-died', detail: event.detail } });
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
    this.#setup.deps.log.warn({ callId: this.facts.callId, bufferedBytes: socket.bufferedAmount }, 'websocket client does not read');
    this.#handle({ kind: 'end', reason: { by: 'network', code: 'peer-gone' } });
  }

  async #finish(reason: EndReason, wasAnswered: boolean): Promise<void> {
    const { deps, onGone } = this.#setup;
    const nowMs = this.#nowMs();
    this.#stopObserving();
    this.#sendBot(this.#bot.ended());
    if (this.#narrator !== undefined) this.#say(this.#narrator.end(nowMs, reason));
    this.#closeSocket(reason, nowMs);
    await this.#opening;
    let stats: LegMediaStats | undefined;
    try {
      stats = await this.#pcm?.close();
      if (!wasAnswered) deps.intake.abandoned(this.facts, reason);
    } catch (error) {
      deps.log.error({ callId: this.facts.callId, error: errorText(error) }, 'websocket leg could not be closed in order');
    }
    deps.log.debug(
      { callId: this.facts.callId, ...this.#caller.counters, textsIgnored: this.#texts.refused, stalePieces: this.#bot.stale },
      'websocket leg ended',
    );
    this.#settled.resolve(stats === undefined ? { reason } : { reason, stats });
    await this.#disconnected.promise;
    onGone();
  }

  /** Clients stop playing when the connection closes, so the last words of the bot are waited for. */
  #closeSocket(reason: EndReason, nowMs: Ms): void {
    const { socket } = this.#setup;
    const unplayedMs = reason.by === 'bot' || reason.by === 'operator' ? this.#bot.playedAtMs + PLAYER_MS - nowMs : 0;
    const close = () => closeWith(socket, closingOf(reason));
    if (unplayedMs <= 0) close();
    else setTimeout(close, Math.min(unplayedMs, MAX_UNPLAYED_MS));
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const { wakeAtMs } = this.#state;
    if (wakeAtMs === undefined) return;
    this.#timer = setTimeout(() => this.#handle({ kind: 'wake' }), Math.max(0, Math.ceil(wakeAtMs - this.#nowMs())));
  }

  #nowMs(): Ms {
    return this.#setup.deps.clock.nowMs();
  }
}

function openFailure(error: unknown): EndReason {
  if (error instanceof AppError && error.code === 'MEDIA_WORKER_DIED')
    return { by: 'system', code: 'media-worker-died', detail: error.message };
  return { by: 'system', code: 'internal-error', detail: errorText(error).slice(0, 200) };
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
