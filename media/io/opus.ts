import type { OpusLibrary, OpusDecoder, OpusEncoder, OpusSettings } from '../codec/opus-library.ts';
import { MAX_OPUS_BYTES, MAX_OPUS_SAMPLES } from '../codec/opus-library.ts';

/** Loads libopus (WebAssembly, from the package `libopus-wasm`) for the calling thread: a few milliseconds, 1 MB. */
export async function loadOpus(): Promise<OpusLibrary & { readonly memoryBytes: number }> {
  return new WasmOpus(await loadModule());
}

/**
 * The package's own classes are made asynchronously and allocate for every frame, so its module is used directly: legs are
 * made at once, and all codecs of a thread share one piece of work space. The version is pinned for that reason.
 */
async function loadModule(): Promise<LibOpus> {
  const url = new URL('./generated/libopus.generated.mjs', import.meta.resolve('libopus-wasm'));
  const loaded = (await import(url.href)) as { default(): Promise<LibOpus> };
  return loaded.default();
}

/** What is used of the module that Emscripten makes. Pointers are byte offsets; the views change when memory grows. */
interface LibOpus {
  readonly HEAPU8: Uint8Array;
  readonly HEAP16: Int16Array;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _oc_create_encoder(rateHz: number, channels: number, application: number, error: number): number;
  _oc_create_decoder(rateHz: number, channels: number, error: number): number;
  _oc_encode(encoder: number, pcm: number, frameSamples: number, packet: number, maxBytes: number): number;
  _oc_decode(decoder: number, packet: number, bytes: number, pcm: number, frameSamples: number, fec: number): number;
  _oc_encoder_ctl(encoder: number, request: number, value: number): number;
  _oc_destroy_encoder(encoder: number): void;
  _oc_destroy_decoder(decoder: number): void;
}

class WasmOpus implements OpusLibrary {
  readonly #lib: LibOpus;
  readonly #work: WorkSpace;

  constructor(lib: LibOpus) {
    this.#lib = lib;
    this.#work = { error: lib._malloc(4), pcm: lib._malloc(2 * PCM_SAMPLES), packet: lib._malloc(PACKET_BYTES) };
    if (this.#work.error === 0 || this.#work.pcm === 0 || this.#work.packet === 0) throw new Error('libopus: no memory');
  }

  /** What the module occupies in all. */
  get memoryBytes(): number {
    return this.#lib.HEAPU8.length;
  }

  createEncoder(settings: OpusSettings): OpusEncoder {
    const handle = this.#lib._oc_create_encoder(ENCODE_HZ, 1, APPLICATION_VOIP, this.#work.error);
    this.#check(handle, 'encoder');
    const encoder = new WasmEncoder(this.#lib, this.#work, handle);
    this.#lib._oc_encoder_ctl(handle, SET_SIGNAL, SIGNAL_VOICE);
    encoder.set(settings);
    return encoder;
  }

  createDecoder(): OpusDecoder {
    const handle = this.#lib._oc_create_decoder(DECODE_HZ, 1, this.#work.error);
    this.#check(handle, 'decoder');
    return new WasmDecoder(this.#lib, this.#work, handle);
  }

  #check(handle: number, what: string): void {
    const code = this.#lib.HEAP32[this.#work.error >> 2] ?? 0;
    if (handle === 0 || code !== 0) throw new Error(`libopus: no ${what} could be made (${code})`);
  }
}

/** Byte offsets, shared by all codecs of a thread: nothing stays in it from one call to the next. */
interface WorkSpace {
  readonly error: number;
  readonly pcm: number;
  readonly packet: number;
}

class WasmEncoder implements OpusEncoder {
  readonly #lib: LibOpus;
  readonly #work: WorkSpace;
  #handle: number;

  constructor(lib: LibOpus, work: WorkSpace, handle: number) {
    this.#lib = lib;
    this.#work = work;
    this.#handle = handle;
  }

  encode(pcm: Int16Array, count: number, into: Uint8Array, at: number): number {
    if (this.#handle === 0) return 0;
    const { pcm: from, packet } = this.#work;
    const heap = this.#lib.HEAP16;
    for (let i = 0, to = from >> 1; i < count; i += 1, to += 1) heap[to] = pcm[i]!;
    const written = this.#lib._oc_encode(this.#handle, from, count, packet, Math.min(MAX_OPUS_BYTES, into.length - at));
    if (written <= 0) return 0;
    into.set(this.#lib.HEAPU8.subarray(packet, packet + written), at);
    return written;
  }

  set(settings: Partial<OpusSettings>): void {
    const { bitrate, complexity, inbandFec, packetLossPercent } = settings;
    if (bitrate !== undefined) this.#ctl(SET_BITRATE, Math.min(128_000, Math.max(6_000, Math.round(bitrate))));
    if (complexity !== undefined) this.#ctl(SET_COMPLEXITY, Math.min(10, Math.max(0, Math.round(complexity))));
    if (inbandFec !== undefined) this.#ctl(SET_INBAND_FEC, inbandFec ? 1 : 0);
    if (packetLossPercent !== undefined) this.#ctl(SET_PACKET_LOSS_PERCENT, Math.min(100, Math.max(0, Math.round(packetLossPercent))));
  }

  close(): void {
    if (this.#handle !== 0) this.#lib._oc_destroy_encoder(this.#handle);
    this.#handle = 0;
  }

  #ctl(request: number, value: number): void {
    if (this.#handle !== 0) this.#lib._oc_encoder_ctl(this.#handle, request, value);
  }
}

class WasmDecoder implements OpusDecoder {
  readonly #lib: LibOpus;
  readonly #work: WorkSpace;
  #handle: number;

  constructor(lib: LibOpus, work: WorkSpace, handle: number) {
    this.#lib = lib;
    this.#work = work;
    this.#handle = handle;
  }

  decode(bytes: Uint8Array, start: number, end: number, pcm: Int16Array): number {
    return this.#load(bytes, start, end) ? this.#decode(this.#work.packet, end - start, pcm, MAX_OPUS_SAMPLES, 0) : -1;
  }

  decodeFec(bytes: Uint8Array, start: number, end: number, pcm: Int16Array, count: number): number {
    return this.#load(bytes, start, end) ? this.#decode(this.#work.packet, end - start, pcm, count, 1) : -1;
  }

  conceal(pcm: Int16Array, count: number): number {
    return this.#decode(0, 0, pcm, count, 0);
  }

  close(): void {
    if (this.#handle !== 0) this.#lib._oc_destroy_decoder(this.#handle);
    this.#handle = 0;
  }

  #load(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length <= 0 || length > PACKET_BYTES) return false;
    const heap = this.#lib.HEAPU8;
    for (let i = 0, to = this.#work.packet; i < length; i += 1, to += 1) heap[to] = bytes[start + i]!;
    return true;
  }

  #decode(packet: number, length: number, pcm: Int16Array, count: number, fec: 0 | 1): number {
    if (this.#handle === 0 || count > MAX_OPUS_SAMPLES) return -1;
    const from = this.#work.pcm;
    const decoded = this.#lib._oc_decode(this.#handle, packet, length, from, count, fec);
    if (decoded <= 0) return -1;
    pcm.set(this.#lib.HEAP16.subarray(from >> 1, (from >> 1) + decoded));
    return decoded;
  }
}

const ENCODE_HZ = 24_000;
const DECODE_HZ = 16_000;
/** The longest that a decoder writes, 120 ms at 16 kHz; a frame to encode is 60 ms at 24 kHz at most. */
const PCM_SAMPLES = MAX_OPUS_SAMPLES;
/** More than any datagram that comes. */
const PACKET_BYTES = 4096;
/** opus_defines.h. */
const APPLICATION_VOIP = 2048;
const SIGNAL_VOICE = 3001;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS_PERCENT = 4014;
const SET_SIGNAL = 4024;
