import { WebSocket, type RawData } from 'ws';

/** One reply of the bot as a client hears it. */
export interface Reply {
  readonly sampleRateHz: number;
  readonly audio: Buffer[];
  /** Open: neither `audio_end` nor `audio_cancel` came yet. */
  outcome: 'open' | 'ended' | 'cancelled';
}

/**
 * A client written from the seed's text alone: streams PCM16 16 kHz mono in frames of 100 ms, plays what comes between `audio_start` and
 * `audio_end`, stops at `audio_cancel`, shows transcripts. It knows nothing of Parley.
 */
export class SeedClient {
  readonly replies: Reply[] = [];
  readonly transcripts: { readonly type: 'partial' | 'final'; readonly text: string }[] = [];
  /** Text frames of other types, which such a client does not know. */
  readonly unknown: Record<string, unknown>[] = [];
  /** Binary frames outside a reply: none, or a defect. */
  strayFrames = 0;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) => (isBinary ? this.#audio(data) : this.#control(String(data as Buffer))));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /** Rejects where the server does not take the upgrade. */
  static async connect(
    url: string,
    options: { readonly origin?: string; readonly start?: boolean; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<SeedClient> {
    const socket = new WebSocket(url, {
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      headers: { ...options.headers },
    });
    const client = new SeedClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    if (options.start !== false)
      socket.send(JSON.stringify({ type: 'start', format: 'pcm_s16le', sampleRate: 16_000, channels: 1, frameDurationMs: FRAME_MS }));
    return client;
  }

  /** As a microphone would, or (`paceMs` 0) all at once. */
  async speak(pcm: Int16Array, paceMs = FRAME_MS): Promise<void> {
    const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
      this.socket.send(bytes.subarray(at, at + FRAME_BYTES));
      if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
  }

  close(): void {
    this.socket.close(1000, 'Client stopped');
  }

  #audio(data: RawData): void {
    const reply = this.replies.at(-1);
    if (reply?.outcome === 'open') reply.audio.push(data as Buffer);
    else this.strayFrames += 1;
  }

  #control(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    const reply = this.replies.at(-1);
    if (message['type'] === 'audio_start') this.replies.push({ sampleRateHz: Number(message['sampleRate']), audio: [], outcome: 'open' });
    else if (message['type'] === 'audio_end' && reply !== undefined) reply.outcome = 'ended';
    else if (message['type'] === 'audio_cancel' && reply !== undefined) reply.outcome = 'cancelled';
    else if (message['type'] === 'partial' || message['type'] === 'final')
      this.transcripts.push(message as unknown as { type: 'partial'; text: string });
    else this.unknown.push(message);
  }
}

const FRAME_MS = 100;
/** 16 kHz, 16 bit, mono. */
const FRAME_BYTES = 3_200;
