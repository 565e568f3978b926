import { WebSocket, type RawData } from 'ws';
import type { Clock } from '#domain/clock';
import { unreachable } from '#domain/assert';
import type { Ms } from '#domain/units';
import { WakeTimer } from '#kit/io/wake-timer';
import { SttLink, type SttLinkAction, type SttLinkInput, type SttLinkOptions } from '../flow/stt-link.ts';
import type { SpeechToText, SttEvent, SttSession, SttSessionOptions } from '../ports.ts';
import { bearer } from './http-service.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';

export interface SttClientOptions extends Omit<SttLinkOptions, 'spread'> {
  /** Such as `ws://127.0.0.1:7003/ws/stt`. */
  readonly url: string;
  readonly apiKey?: string;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly onNote?: OnServiceNote;
}

/** Recognition by the stt service: one WebSocket for each caller. */
export function createSttClient(options: SttClientOptions): SpeechToText {
  return { open: (session, onEvent, signal) => new Session(options, session, onEvent, signal) };
}

class Session implements SttSession {
  readonly #options: SttClientOptions;
  readonly #link: SttLink;
  readonly #onEvent: (event: SttEvent) => void;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.close();
  #socket: WebSocket | undefined;
  readonly #timer: WakeTimer;
  #dropped = 0;

  constructor(options: SttClientOptions, session: SttSessionOptions, onEvent: (event: SttEvent) => void, signal: AbortSignal) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#signal = signal;
    this.#timer = new WakeTimer(options.clock, () => this.#feed({ kind: 'wake' }));
    this.#link = new SttLink({ ...options, spread: 1 + Math.random() });
    this.#feed({ kind: 'start', config: { ...session, partials: true, turn: true } });
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  sendAudio(pcm: Int16Array): void {
    if (pcm.length === 0) return;
    for (let from = 0; from < pcm.length; from += MAX_FRAME_SAMPLES) {
      const part = pcm.subarray(from, from + MAX_FRAME_SAMPLES);
      // A copy: the caller reuses its memory. All machines that Node 24 runs on are little-endian, but for s390x.
      this.#feed({ kind: 'audio', bytes: new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice() });
    }
  }

  pause(pause: number): void {
    this.#feed({ kind: 'pause', pause });
  }

  judgeTurn(pause: number, silenceMs: Ms): void {
    this.#feed({ kind: 'judge-turn', pause, silenceMs });
  }

  reset(): void {
    this.#feed({ kind: 'reset' });
  }

  configure(config: Partial<SttSessionOptions>): void {
    this.#feed({ kind: 'configure', config: { ...config } });
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#feed({ kind: 'close' });
  }

  #feed(input: SttLinkInput): void {
    for (const action of this.#link.handle(this.#options.clock.nowMs(), input)) this.#perform(action);
    this.#timer.arm(this.#link.wakeAtMs);
  }

  #perform(action: SttLinkAction): void {
    switch (action.kind) {
      case 'connect':
        return this.#connect();
      case 'send':
        return this.#send(action.data);
      case 'ping':
        return this.#socket?.ping();
      case 'disconnect':
        return this.#disconnect();
      case 'event':
        if (action.event.kind === 'fault') this.#onFault(action.event.code);
        return this.#onEvent(action.event);
      case 'dropped-audio':
        if (this.#dropped++ === 0) this.#options.log.warn({ service: 'stt' }, 'caller audio is dropped before recognition');
        return this.#options.onNote?.({ kind: 'dropped', queue: 'stt-audio', count: action.count });
      case 'garbage':
        return this.#options.onNote?.({ kind: 'garbage', service: 'stt' });
      default:
        return unreachable(action);
    }
  }

  #connect(): void {
    const { url, apiKey, connectTimeoutMs, log } = this.#options;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_REPLY_BYTES,
      handshakeTimeout: connectTimeoutMs,
      headers: bearer(apiKey),
    });
    this.#socket = socket;
    // Events of a socket that was given up no longer concern the link.
    const mine = (input: SttLinkInput): void => {
      if (this.#socket === socket) this.#feed(input);
    };
    socket.on('open', () => mine({ kind: 'opened' }));
    socket.on('message', (data: RawData, isBinary) => mine(isBinary ? { kind: 'binary-frame' } : { kind: 'frame', text: data.toString() }));
    socket.on('pong', () => mine({ kind: 'pong' }));
    socket.on('unexpected-response', (_, { statusCode }) => {
      log.warn({ service: 'stt', status: statusCode }, 'recognition refuses the connection');
      socket.terminate();
    });
    let unreadable = false;
    socket.on('error', (error) => {
      // ws closes with 1006 after what it could not read; the link should know why.
      unreadable ||= 'code' in error && String(error.code).startsWith('WS_ERR_');
      log.debug({ service: 'stt', error: error.message }, 'recognition socket failed');
    });
    socket.on('close', (code, reason) =>
      mine({ kind: 'closed', code: unreadable ? BAD_DATA : code, reason: reason.toString().slice(0, 100) }),
    );
  }

  #send(data: string | Uint8Array): void {
    const socket = this.#socket;
    socket?.send(data, () => {
      if (this.#socket === socket) this.#feed({ kind: 'sent', bytes: data.length });
    });
  }

  #disconnect(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  #onFault(code: string): void {
    this.#options.log.warn({ service: 'stt', code }, 'recognition failed');
    this.#options.onNote?.({ kind: 'failed', service: 'stt', code });
  }
}

/** The protocol takes 64,000 bytes in a frame. */
const MAX_FRAME_SAMPLES = 32_000;
/** A final text with everything is under 1 kB. */
const MAX_REPLY_BYTES = 262_144;
/** RFC 6455 section 7.4.1: protocol error. */
const BAD_DATA = 1002;
