import { TimerTable } from '#domain/timer-table';
import { unreachable } from '#domain/assert';
import { ms, ratio, type Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';
import type { SttEvent } from '../ports.ts';
import { readSttFrame, sttMessage, type SttFrame } from '../wire.ts';
import { SttSendQueue, type SttMessage } from './stt-send-queue.ts';

export interface SttLinkOptions {
  /** Audio kept while the connection is not there or not fast enough; the oldest is dropped beyond it. */
  readonly queueMs: Ms;
  /** How much may be on its way to the socket at once, in milliseconds of audio. */
  readonly inFlightMs: Ms;
  readonly connectTimeoutMs: Ms;
  /** From a pause to its final text. */
  readonly answerTimeoutMs: Ms;
  /** Before the first attempt to connect again; doubles up to `maxBackoffMs`. */
  readonly backoffMs: Ms;
  readonly maxBackoffMs: Ms;
  /** A connection that brings nothing, not even an answer to a ping, for twice this is dead. */
  readonly pingMs: Ms;
  /** Spreads reconnections of many calls: 1 to 2, drawn by the shell. */
  readonly spread: number;
}

export type SttLinkInput =
  | { readonly kind: 'start'; readonly config: Readonly<Record<string, unknown>> }
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'binary-frame' }
  | { readonly kind: 'pong' }
  /** The socket took `bytes` that an action handed it. */
  | { readonly kind: 'sent'; readonly bytes: number }
  | { readonly kind: 'audio'; readonly bytes: Uint8Array }
  | { readonly kind: 'pause'; readonly pause: number }
  | { readonly kind: 'judge-turn'; readonly pause: number; readonly silenceMs: Ms }
  | { readonly kind: 'reset' }
  | { readonly kind: 'configure'; readonly config: Readonly<Record<string, unknown>> }
  | { readonly kind: 'close' }
  | { readonly kind: 'wake' };

export type SttLinkAction =
  | { readonly kind: 'connect' }
  | { readonly kind: 'send'; readonly data: string | Uint8Array }
  | { readonly kind: 'ping' }
  /** Cut the connection without a closing handshake; no `closed` follows from it. */
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'event'; readonly event: SttEvent }
  | { readonly kind: 'dropped-audio'; readonly count: number }
  | { readonly kind: 'garbage' };

/** Core: one caller's connection to the stt service, with its queue, its reconnections and its time limits. */
export class SttLink {
  readonly #options: SttLinkOptions;
  readonly #deadlines = new TimerTable<'connect' | 'reconnect' | 'answer' | 'ping'>();
  readonly #queue: SttSendQueue;
  readonly #backoff: Backoff;
  #state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed' = 'idle';
  #config: Readonly<Record<string, unknown>> = {};
  #inFlightBytes = 0;
  /** Pauses without a final yet, oldest first; the answers of the seed's service carry no number. */
  #pauses: number[] = [];
  /** Whether the service holds audio that a lost connection would lose. */
  #utteranceOpen = false;
  #timeouts = 0;
  #garbage = 0;
  #heardSincePing = true;
  #actions: SttLinkAction[] = [];

  constructor(options: SttLinkOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: options.backoffMs * options.spread, maxMs: options.maxBackoffMs });
    this.#queue = new SttSendQueue(options.queueMs * BYTES_PER_MS);
  }

  get wakeAtMs(): Ms | undefined {
    return this.#deadlines.earliestMs;
  }

  /** A lost connection is often back at once, so the utterance waits for that; not for one that could not be made again. */
  get #isDown(): boolean {
    return this.#state === 'waiting' && this.#backoff.count > 1;
  }

  handle(nowMs: Ms, input: SttLinkInput): readonly SttLinkAction[] {
    this.#actions = [];
    if (this.#state !== 'closed') this.#take(nowMs, input);
    return this.#actions;
  }

  #take(nowMs: Ms, input: SttLinkInput): void {
    switch (input.kind) {
      case 'start':
        this.#config = input.config;
        return this.#connect(nowMs);
      case 'opened':
        return this.#opened(nowMs);
      case 'closed':
        return this.#lost(nowMs, faultOfClose(input.code, this.#state === 'connecting'), `closed with ${input.code}`);
      case 'frame':
        return this.#frame(nowMs, input.text);
      case 'binary-frame':
        return this.#onGarbage(nowMs);
      case 'pong':
        this.#heardSincePing = true;
        return;
      case 'sent':
        this.#inFlightBytes = Math.max(0, this.#inFlightBytes - input.bytes);
        return this.#flush();
      case 'audio':
        return this.#audio(input.bytes);
      case 'pause':
        return this.#pause(nowMs, input.pause);
      case 'judge-turn':
        return this.#enqueue({ kind: 'text', text: sttMessage.judgeTurn(input.pause, input.silenceMs) });
      case 'reset':
        return this.#reset();
      case 'configure':
        this.#config = { ...this.#config, ...input.config };
        if (this.#state === 'open') this.#enqueue({ kind: 'text', text: sttMessage.config(input.config), setting: true });
        return;
      case 'close':
        this.#state = 'closed';
        this.#deadlines.cancelAll();
        this.#queue.clear();
        return this.#act({ kind: 'disconnect' });
      case 'wake':
        return this.#wake(nowMs);
      default:
        return unreachable(input);
    }
  }

  #connect(nowMs: Ms): void {
    this.#state = 'connecting';
    this.#deadlines.arm('connect', ms(nowMs + this.#options.connectTimeoutMs));
    this.#act({ kind: 'connect' });
  }

  #opened(nowMs: Ms): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#inFlightBytes = 0;
    this.#garbage = 0;
    this.#heardSincePing = true;
    this.#deadlines.cancel('connect');
    this.#deadlines.arm('ping', ms(nowMs + this.#options.pingMs));
    this.#send(sttMessage.config(this.#config));
    this.#flush();
  }

  #audio(bytes: Uint8Array): void {
    // Speech was resumed: what was asked before may stay without an answer.
    this.#deadlines.cancel('answer');
    this.#utteranceOpen = true;
    const dropped = this.#queue.push({ kind: 'audio', bytes });
    if (dropped > 0) this.#act({ kind: 'dropped-audio', count: dropped });
    this.#flush();
  }

  #pause(nowMs: Ms, pause: number): void {
    if (this.#isDown) {
      this.#utteranceOpen = false;
      this.#queue.clear();
      return this.#fault('STT_UNAVAILABLE', 'recognition is not connected');
    }
    this.#pauses = [...this.#pauses.slice(-MAX_PAUSES + 1), pause];
    this.#deadlines.arm('answer', ms(nowMs + this.#options.answerTimeoutMs));
    this.#enqueue({ kind: 'text', text: sttMessage.pause(pause) });
  }

  #reset(): void {
    this.#utteranceOpen = false;
    this.#pauses = [];
    this.#deadlines.cancel('answer');
    this.#queue.forgetUtterance();
    if (this.#state === 'open') this.#enqueue({ kind: 'text', text: sttMessage.reset() });
  }

  #frame(nowMs: Ms, text: string): void {
    this.#heardSincePing = true;
    const reading = readSttFrame(text);
    if (reading.kind === 'bad') return this.#onGarbage(nowMs);
    if (reading.kind === 'ignored') return;
    const frame = reading.value;
    this.#backoff.reset();
    switch (frame.type) {
      case 'ready':
        return;
      case 'partial':
        return this.#act({ kind: 'event', event: { kind: 'partial', text: frame.text } });
      case 'final':
        return this.#final(frame);
      case 'turn':
        return this.#turn(frame);
      case 'tone':
        return this.#act({ kind: 'event', event: { kind: 'tone', pause: frame.pause ?? 0, tone: frame.tone } });
      case 'error':
        return this.#lost(nowMs, 'STT_REFUSED', `the service reports ${frame.code ?? 'a fault'}`, true);
      default:
        return unreachable(frame);
    }
  }

  #final(frame: SttFrame & { type: 'final' }): void {
    const pause = frame.pause ?? this.#pauses[0];
    // A late answer to something that was reset, or to nothing that was asked.
    if (pause === undefined || !this.#pauses.includes(pause)) return;
    const latest = pause === this.#pauses.at(-1);
    this.#pauses = this.#pauses.slice(this.#pauses.indexOf(pause) + 1);
    this.#timeouts = 0;
    if (latest) this.#deadlines.cancel('answer');
    this.#act({
      kind: 'event',
      event: {
        kind: 'final',
        pause,
        text: frame.text,
        // The seed's service does not say: no reason for doubt.
        confidence: ratio(frame.confidence ?? 1),
        noSpeech: ratio(frame.noSpeechProb ?? 0),
        audioMs: ms(frame.audioMs ?? 0),
        decodeMs: ms(frame.decodeMs ?? 0),
        ...(frame.queueMs == null ? {} : { queueMs: ms(frame.queueMs) }),
        ...(frame.rejected == null ? {} : { rejected: frame.rejected }),
      },
    });
  }

  #turn(frame: SttFrame & { type: 'turn' }): void {
    if (frame.pause == null) return;
    this.#act({
      kind: 'event',
      event: { kind: 'turn-probability', pause: frame.pause, probability: ratio(frame.probability), silenceMs: ms(frame.silenceMs ?? 0) },
    });
  }

  #onGarbage(nowMs: Ms): void {
    this.#act({ kind: 'garbage' });
    if (++this.#garbage > MAX_GARBAGE_FRAMES) this.#lost(nowMs, 'STT_BAD_REPLY', 'what it sends is not this protocol', true);
  }

  #wake(nowMs: Ms): void {
    for (const name of this.#deadlines.takeDue(nowMs)) {
      switch (name) {
        case 'connect':
          this.#lost(nowMs, 'STT_UNREACHABLE', 'no connection in time', true);
          break;
        case 'reconnect':
          this.#connect(nowMs);
          break;
        case 'answer':
          this.#answerMissing(nowMs);
          break;
        case 'ping':
          this.#ping(nowMs);
          break;
        default:
          unreachable(name);
      }
    }
  }

  #answerMissing(nowMs: Ms): void {
    this.#pauses = [];
    this.#utteranceOpen = false;
    if (this.#state !== 'open') {
      this.#queue.clear();
      return this.#fault('STT_UNREACHABLE', 'recognition is not connected');
    }
    this.#fault('STT_TIMEOUT', 'no final text in time');
    // Once may be a slow decode; twice is a service that hangs.
    if (++this.#timeouts >= MAX_TIMEOUTS) this.#lost(nowMs, 'STT_TIMEOUT', 'no final text again', true);
  }

  #ping(nowMs: Ms): void {
    if (this.#state !== 'open') return;
    if (!this.#heardSincePing) return this.#lost(nowMs, 'STT_CUT', 'the connection is dead', true);
    this.#heardSincePing = false;
    this.#deadlines.arm('ping', ms(nowMs + this.#options.pingMs));
    this.#act({ kind: 'ping' });
    // Pings are answered below the service, which closes sessions that send it nothing.
    this.#send(sttMessage.alive());
  }

  /** The connection is gone, or useless and therefore cut. Reported only if something was lost with it. */
  #lost(nowMs: Ms, code: string, message: string, cut = false): void {
    if (this.#state === 'waiting' || this.#state === 'idle') return;
    if (cut) this.#act({ kind: 'disconnect' });
    const lostSomething = this.#pauses.length > 0 || (this.#state === 'open' && this.#utteranceOpen);
    this.#state = 'waiting';
    this.#pauses = [];
    this.#utteranceOpen = false;
    this.#timeouts = 0;
    this.#queue.clear();
    this.#deadlines.cancelAll();
    this.#deadlines.arm('reconnect', ms(nowMs + this.#backoff.next()));
    if (lostSomething) this.#fault(code, message);
  }

  #fault(code: string, message: string): void {
    this.#act({ kind: 'event', event: { kind: 'fault', code, message } });
  }

  #enqueue(message: SttMessage): void {
    if (this.#isDown || this.#state === 'idle') return;
    this.#queue.push(message);
    this.#flush();
  }

  #flush(): void {
    if (this.#state !== 'open') return;
    while (this.#inFlightBytes < this.#options.inFlightMs * BYTES_PER_MS) {
      const message = this.#queue.shift();
      if (message === undefined) return;
      this.#send(message.kind === 'audio' ? message.bytes : message.text);
    }
  }

  #send(data: string | Uint8Array): void {
    this.#inFlightBytes += data.length;
    this.#act({ kind: 'send', data });
  }

  #act(action: SttLinkAction): void {
    this.#actions.push(action);
  }
}

/** Close codes of the protocol: 1013 when full; before it was open, anything means that nobody is there. */
function faultOfClose(code: number, connecting: boolean): string {
  if (code === 1013) return 'STT_UNAVAILABLE';
  if (connecting) return 'STT_UNREACHABLE';
  if (code === 1008 || code === 1003) return 'STT_REFUSED';
  // 1009: more than we read; 1002 and 1007: not WebSocket, not UTF-8.
  return code === 1009 || code === 1002 || code === 1007 ? 'STT_BAD_REPLY' : 'STT_CUT';
}

/** PCM16 at 16 kHz. */
const BYTES_PER_MS = 32;
/** Guesses: one stray frame is forgiven, a stream of them is not. */
const MAX_GARBAGE_FRAMES = 5;
const MAX_TIMEOUTS = 2;
const MAX_PAUSES = 16;
