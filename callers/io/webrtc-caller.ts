import { createLineCodec, type LineCodec } from '../peer/io/line-codec.ts';
import { WebRtcPeer, type PeerCounts, type PeerTimes } from '../peer/io/webrtc-peer.ts';
import { clockHzOf, type PeerCodec } from '../peer/offer.ts';
import type { RtpPacket } from '../rtp.ts';
import { MAX_PACKETS, type ReceivedPacket, type SentPacket } from '../packet-log.ts';
import { isSpeech } from '../speech-level.ts';
import { SpeechQueue, type PlayedSound } from '../speech-queue.ts';
import { KeptCall, pause, type CallEnd, type Talker } from '../talker.ts';
import { resample } from '../wav.ts';
import { Pacer } from './pacer.ts';

export interface WebRtcDialOptions {
  readonly baseUrl: string;
  readonly persona: string;
  readonly codec?: PeerCodec;
  /** Share of packets lost each way, 0 to 1. */
  readonly lossRatio?: number;
  readonly seed?: number;
  readonly token?: string;
  /** Background noise under all that is sent; a loop at 8 kHz. */
  readonly noise?: Int16Array;
}

/** A browser without a person: what `Caller` is to SIP, by ICE, DTLS, SRTP and Opus. */
export class WebRtcCaller extends KeptCall implements Talker {
  readonly received: ReceivedPacket[] = [];
  readonly sent: SentPacket[] = [];
  readonly answeredAtMs: number;
  readonly setupMs: number;
  readonly ended: Promise<CallEnd>;
  readonly #peer: WebRtcPeer;
  readonly #codec: LineCodec;
  readonly #codecName: PeerCodec;
  readonly #queue: SpeechQueue;
  readonly #state: CallState;
  readonly #pacer = new Pacer((dueMs, index) => this.#sendNext(dueMs, index));

  private constructor(peer: WebRtcPeer, codec: LineCodec, state: CallState, options: WebRtcDialOptions) {
    super();
    this.#peer = peer;
    this.#codec = codec;
    this.#codecName = options.codec ?? 'opus';
    this.#state = state;
    this.#queue = new SpeechQueue(codec.sampleRateHz);
    if (options.noise) this.#queue.setNoise(resample({ sampleRateHz: 8000, pcm: options.noise }, codec.sampleRateHz));
    this.setupMs = peer.times.answerMs;
    this.answeredAtMs = peer.offeredAtMs + peer.times.answerMs;
    this.ended = state.ended;
    state.packet = (packet, atMs) => this.#receive(packet, atMs);
    this.#pacer.start();
  }

  /** Resolves once ICE and DTLS are through. Rejects with `CallRefused`, or with an error in words. */
  static async dial(options: WebRtcDialOptions): Promise<WebRtcCaller> {
    const state = callState();
    const { baseUrl, persona, lossRatio = 0, seed, token, codec: name = 'opus' } = options;
    const codec = await createLineCodec(name, 100 * lossRatio);
    try {
      const peer = await WebRtcPeer.dial(
        { baseUrl, persona, codec: name, lossRatio, ...(seed === undefined ? {} : { seed }), ...(token === undefined ? {} : { token }) },
        { packet: (packet, atMs) => state.packet(packet, atMs), message: (text) => state.message(text), closed: () => state.end('bot') },
      );
      const caller = new WebRtcCaller(peer, codec, state, options);
      const giveUpAtMs = performance.now() + CONNECT_WITHIN_MS;
      while (peer.times.connectedMs === undefined && !state.over && performance.now() < giveUpAtMs) await pause(5);
      if (peer.times.connectedMs !== undefined) return caller;
      await caller.hangUp();
      throw new Error(
        `${baseUrl} answered the offer, but no connection came about within ${CONNECT_WITHIN_MS / 1000} s: are its UDP ports reachable from here?`,
      );
    } catch (error) {
      codec.close();
      throw error;
    }
  }

  get callId(): string | undefined {
    return this.#state.callId;
  }
  get signallingId(): string {
    return this.#state.callId ?? 'unknown';
  }
  get hasEnded(): CallEnd | undefined {
    return this.#state.over;
  }
  /** Each counts from when the offer was posted. */
  get times(): PeerTimes {
    return this.#peer.times;
  }
  get counts(): PeerCounts {
    return this.#peer.counts;
  }
  /** The messages of the app, in order. */
  get messages(): readonly Readonly<Record<string, unknown>>[] {
    return this.#state.messages;
  }

  play(pcm8k: Int16Array, pcm16k?: Int16Array): Promise<PlayedSound> {
    if (this.#codec.sampleRateHz === 8000) return this.#queue.play(pcm8k);
    return this.#queue.play(pcm16k ?? resample({ sampleRateHz: 8000, pcm: pcm8k }, 16_000));
  }

  /** By the data channel, as the page does. */
  async sendDigits(digits: string): Promise<void> {
    for (const digit of digits) {
      if (!this.#peer.sendText(JSON.stringify({ kind: 'dtmf', digit }))) throw new Error('the data channel is not open for keys');
      await pause(DIGIT_MS);
    }
  }

  protected async end(): Promise<number> {
    const running = this.hasEnded === undefined;
    if (running) this.#state.end('caller');
    this.#pacer.stop();
    this.#queue.close(performance.now());
    const status = running ? await this.#peer.hangUp() : 0;
    this.#peer.close();
    this.#codec.close();
    return status;
  }

  #sendNext(dueMs: number, index: number): void {
    const pcm = this.#queue.nextFrame();
    this.#peer.sendFrame(this.#codec.encode(pcm), index === 0);
    const atMs = performance.now();
    if (this.sent.length < MAX_PACKETS) this.sent.push({ atMs, dueMs, pcm: pcm.length === LOG_SAMPLES ? pcm : halved(pcm) });
    this.#queue.left(atMs);
    if (this.hasEnded === undefined) return;
    this.#pacer.stop();
    this.#queue.close(atMs);
  }

  #receive(packet: RtpPacket, atMs: number): void {
    if (this.received.length >= MAX_PACKETS) return;
    const pcm8k = this.#codec.decode(packet.payload);
    const { ssrc, sequence, timestamp, payloadType } = packet;
    this.received.push({
      atMs,
      law: undefined,
      payload: NOTHING,
      payloadType,
      ssrc,
      sequence,
      timestamp,
      pcm8k,
      clockHz: clockHzOf(this.#codecName),
      speech: isSpeech(pcm8k),
    });
  }
}

interface CallState {
  readonly ended: Promise<CallEnd>;
  readonly messages: Readonly<Record<string, unknown>>[];
  over: CallEnd | undefined;
  callId: string | undefined;
  end(by: CallEnd['by']): void;
  message(text: string): void;
  packet(packet: RtpPacket, atMs: number): void;
}

function callState(): CallState {
  const { promise, resolve } = Promise.withResolvers<CallEnd>();
  const state: CallState = {
    ended: promise,
    messages: [],
    over: undefined,
    callId: undefined,
    packet: () => {},
    message(text) {
      const message = parseObject(text);
      if (message === undefined) return;
      if (state.messages.length < MAX_PACKETS) state.messages.push(message);
      if (message['kind'] === 'hello' && typeof message['callId'] === 'string') state.callId = message['callId'];
      if (message['kind'] === 'ended') state.end('bot');
    },
    end(by) {
      if (state.over) return;
      state.over = { by, atMs: performance.now() };
      resolve(state.over);
    },
  };
  return state;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** 16 to 8 kHz by the mean of two samples: for the recording, not for measuring. */
function halved(pcm: Int16Array): Int16Array {
  return Int16Array.from({ length: pcm.length >> 1 }, (_, i) => ((pcm[2 * i] as number) + (pcm[2 * i + 1] as number)) / 2);
}

/** As long as a quick finger takes for a key. */
const DIGIT_MS = 250;
const LOG_SAMPLES = 160;
const CONNECT_WITHIN_MS = 15_000;
const NOTHING = new Uint8Array(0);
