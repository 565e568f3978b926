import { ms, type Ms } from '#domain/units';
import { CALLER_VOICE, type AudibleWords, type Voice } from './audible-words.ts';
import { EVENT_PAYLOAD_TYPE } from './media-under-test.ts';
import { decode, encode, loudnessDbov, readKey, readPacket, writeKey, writePacket, type PhonePacket } from './telephone-line.ts';

/** One stretch in which the bot was heard. */
export interface Heard {
  readonly fromMs: Ms;
  toMs: Ms;
}

export interface LoudPacket extends PhonePacket {
  readonly atMs: Ms;
  readonly levelDbov: number;
}

/**
 * The telephone of a scripted caller (core): makes a packet of 20 ms whenever its clock says so, of what the caller says meanwhile, and
 * writes down what it hears and when, without a jitter buffer that could hide anything.
 */
export class ScriptedPhone {
  /** How the caller's voice sounds from now on. */
  voice: Voice = CALLER_VOICE;
  /** What of the bot gets from the loudspeaker into the microphone, against what was played; none: it is at the ear. Decibel. */
  echoDb: number | undefined;
  echoDelayMs: Ms = ms(60);
  /** Switched off, or out of reach: nothing is sent any more. */
  isSending = true;
  readonly heard: Heard[] = [];
  readonly loud: LoudPacket[] = [];
  packetsHeard = 0;
  /** The keys that the bot pressed, as this phone understood them. */
  pressed = '';
  readonly #words: AudibleWords;
  readonly #send: (packet: Uint8Array) => void;
  #frames = 0;
  #sequence = 65_500;
  #saying: { readonly pcm: Int16Array; readonly from: number }[] = [];
  readonly #keys: { readonly digit: string; frames: number; from: number }[] = [];
  #echo: { readonly pcm: Int16Array; readonly from: number }[] = [];
  #lastKeyAt = -1;

  constructor(words: AudibleWords, send: (packet: Uint8Array) => void) {
    this.#words = words;
    this.#send = send;
  }

  /** When the next packet is due, by the phone's own clock: when its last sample has been spoken. */
  get dueMs(): Ms {
    return ms((this.#frames + 1) * FRAME_MS);
  }

  /** The caller makes this sound, beginning at `localMs` of the phone's clock. */
  say(localMs: Ms, pcm: Int16Array): void {
    this.#saying.push({ pcm, from: Math.round(localMs * PER_MS) });
  }

  press(digit: string): void {
    this.#keys.push({ digit, frames: 0, from: 0 });
  }

  /** To be called at `dueMs`. */
  tick(): void {
    const from = this.#frames * FRAME_SAMPLES;
    this.#frames += 1;
    const frame = this.#mix(from);
    if (!this.isSending) return;
    if (this.#keys.length > 0) this.#sendKey(from);
    else this.#packet(0, from, frame === undefined ? QUIET : encode(frame));
  }

  /** A packet of the bot, at `atMs`; `localMs` by the phone's clock. */
  hear(atMs: Ms, localMs: Ms, bytes: Uint8Array): void {
    const packet = readPacket(bytes);
    if (packet === undefined) return;
    this.packetsHeard += 1;
    if (packet.payloadType === EVENT_PAYLOAD_TYPE) return this.#hearKey(packet);
    const levelDbov = loudnessDbov(packet.payload);
    if (levelDbov < AUDIBLE_DBOV) return;
    this.loud.push({ ...packet, atMs, levelDbov });
    const last = this.heard.at(-1);
    if (last !== undefined && last.toMs >= atMs - SLACK_MS) last.toMs = ms(atMs + FRAME_MS);
    else this.heard.push({ fromMs: atMs, toMs: ms(atMs + FRAME_MS) });
    if (this.echoDb === undefined) return;
    const gain = 10 ** (this.echoDb / 20);
    this.#echo.push({
      pcm: decode(packet.payload).map((sample) => Math.round(sample * gain)),
      from: Math.round((localMs + this.echoDelayMs) * PER_MS),
    });
  }

  /** The words that the caller heard, put into the order in which they were sent; what came twice, or is taken up again after a pause, counts once. */
  get wordsHeard(): readonly string[] {
    const listener = this.#words.listener(8000);
    const first = this.loud[0];
    if (first === undefined) return [];
    const at = (packet: LoudPacket): number => (packet.timestamp - first.timestamp) | 0;
    let reached = Number.NEGATIVE_INFINITY;
    for (const packet of this.loud.toSorted((a, b) => at(a) - at(b))) {
      if (at(packet) < reached) continue;
      if (at(packet) > reached) listener.hear(new Int16Array(FRAME_SAMPLES));
      listener.hear(decode(packet.payload));
      reached = at(packet) + packet.payload.length;
    }
    return listener.wordsOnce;
  }

  /** What goes into the microphone; undefined: nothing. */
  #mix(from: number): Int16Array | undefined {
    const isOver = ({ pcm, from: began }: { readonly pcm: Int16Array; readonly from: number }): boolean => began + pcm.length <= from;
    if (this.#saying.some(isOver)) this.#saying = this.#saying.filter((saying) => !isOver(saying));
    if (this.#echo.some(isOver)) this.#echo = this.#echo.filter((echo) => !isOver(echo));
    let frame: Int16Array | undefined;
    for (const { pcm, from: began } of [...this.#saying, ...this.#echo]) {
      if (began >= from + FRAME_SAMPLES) continue;
      frame ??= new Int16Array(FRAME_SAMPLES);
      const end = Math.min(FRAME_SAMPLES, began + pcm.length - from);
      for (let i = Math.max(0, began - from); i < end; i += 1) frame[i] = clamp(frame[i]! + pcm[from + i - began]!);
    }
    return frame;
  }

  /** 100 ms of a key, then its end three times; RFC 4733 section 2.5.1. */
  #sendKey(from: number): void {
    const key = this.#keys[0]!;
    if (key.frames === 0) key.from = from;
    key.frames += 1;
    const isEnd = key.frames > KEY_FRAMES;
    const ticks = Math.min(key.frames, KEY_FRAMES) * FRAME_SAMPLES;
    for (let i = 0; i < (isEnd ? 3 : 1); i += 1) this.#packet(EVENT_PAYLOAD_TYPE, key.from, writeKey(key.digit, isEnd, ticks));
    if (isEnd) this.#keys.shift();
  }

  #packet(payloadType: number, at: number, payload: Uint8Array): void {
    this.#send(writePacket({ payloadType, sequence: this.#sequence, timestamp: at + FIRST_TIMESTAMP, payload }));
    this.#sequence += 1;
  }

  #hearKey({ payload, timestamp }: PhonePacket): void {
    const { digit, isEnd } = readKey(payload);
    if (!isEnd || timestamp === this.#lastKeyAt) return;
    this.#lastKeyAt = timestamp;
    this.pressed += digit;
  }
}

function clamp(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, sample));
}

const FRAME_MS = 20;
const PER_MS = 8;
const FRAME_SAMPLES = FRAME_MS * PER_MS;
const KEY_FRAMES = 5;
const FIRST_TIMESTAMP = 0xffff_0000;
const QUIET = encode(new Int16Array(FRAME_SAMPLES));
/** The last edge of a fade is no sound. */
const AUDIBLE_DBOV = -50;
/** Neither jitter of the network nor a breath of the bot is a pause. */
const SLACK_MS = 90;
