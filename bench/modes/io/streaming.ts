import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { freePort } from '#app/free-port';
import { Helper } from '#app/transcribe/helper';
import { pause } from '#callers/talker';
import { lastSoundMs } from '../hangover.ts';
import type { TurnTimes } from '../results.ts';
import type { House, HouseParts, Visitor } from './house.ts';

/** The third generation: the app itself, over `/ws/audio`, as its page's microphone would. */
export async function openStreaming(parts: HouseParts): Promise<House> {
  const data = mkdtempSync(join(tmpdir(), 'parley-modes-'));
  const [sipPort, httpPort, sttPort, ttsPort, llmPort] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const settings = [
    `sip.port=${sipPort}`,
    'sip.bindAddress=127.0.0.1',
    `http.port=${httpPort}`,
    'http.bindAddress=127.0.0.1',
    'webrtc.ports.first=0',
    'media.ports.first=0',
    `clients.stt.url=ws://127.0.0.1:${sttPort}/ws/stt`,
    `clients.tts.url=http://127.0.0.1:${ttsPort}/tts/stream`,
    `clients.llm.baseUrl=http://127.0.0.1:${llmPort}`,
    `clients.embedding.baseUrl=http://127.0.0.1:${llmPort}`,
    `clients.llm.maxNewTokens=${parts.maxNewTokens}`,
    `clients.llm.temperature=${parts.temperature}`,
    `services.tts.engine=${parts.engine}`,
    `limits.calls=${Math.max(20, 2 * parts.users)}`,
    'webrtc.websocket.waitingPerAddress=1000',
    'webrtc.websocket.connectionsPerMinute=10000',
    `store.path=${join(data, 'calls.sqlite')}`,
    `http.tokenFile=${join(data, 'api-token')}`,
    `actions.dataDir=${join(data, 'actions')}`,
  ];
  const app = new Helper(
    'the app',
    process.execPath,
    [join(parts.rootDir, 'app', 'main.ts'), ...settings.flatMap((setting) => ['--set', setting])],
    {
      cwd: parts.rootDir,
      env: { PARLEY_API_TOKEN: randomBytes(18).toString('base64url'), INIT_CWD: parts.rootDir, PARLEY_MODELS_DIR: parts.modelsDir },
    },
  );
  const stop = async (): Promise<void> => {
    await app.stop();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await app.said(/^Ready: dial/m);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids: app.pid === undefined ? [] : [app.pid],
    stop,
    enter: () => StreamingVisitor.connect(`ws://127.0.0.1:${httpPort}/ws/audio?persona=chat`),
  };
}

/** A microphone that never stops: frames of 100 ms, silence where nothing is said. */
class StreamingVisitor implements Visitor {
  readonly #socket: WebSocket;
  readonly #watchers = new Set<() => void>();
  #audioBytes = 0;
  #firstByteAtMs: number | undefined;
  #endedAtMs: number | undefined;
  #isSpeaking = false;
  #closed: string | undefined;
  #speech: { readonly pcm: Int16Array; at: number; onSent: (() => void) | undefined } | undefined;
  readonly #clock: NodeJS.Timeout;
  #framesDue = 0;
  readonly #startedAtMs = performance.now();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => (isBinary ? this.#audio((data as Buffer).length) : this.#control(String(data as Buffer))));
    socket.on('close', (code, reason) => this.#gone(`${code} ${reason.toString()}`));
    socket.on('error', (error) => this.#gone(error.message));
    this.#clock = setInterval(() => this.#sendDue(), TICK_MS);
  }

  static async connect(url: string): Promise<StreamingVisitor> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const visitor = new StreamingVisitor(socket);
    socket.send(JSON.stringify({ type: 'start', format: 'pcm_s16le', sampleRate: 16_000, channels: 1, frameDurationMs: FRAME_MS }));
    // The greeting: heard to its end, so that the first turn is no interruption.
    await visitor.#until(() => visitor.#endedAtMs !== undefined, GREETING_WITHIN_MS, 'a greeting');
    await visitor.#playedOut();
    return visitor;
  }

  async turn(pcm: Int16Array, timeoutMs: number): Promise<TurnTimes> {
    this.#audioBytes = 0;
    this.#firstByteAtMs = undefined;
    this.#endedAtMs = undefined;
    const sent = Promise.withResolvers<void>();
    const startsAtMs = this.#startedAtMs + this.#framesDue * FRAME_MS;
    this.#speech = { pcm, at: 0, onSent: sent.resolve };
    const lastSoundAtMs = startsAtMs + lastSoundMs(pcm);
    // The end of the file may come after the answer: then the original's clock says less than nothing.
    const uploaded = sent.promise.then(() => performance.now());
    await this.#until(
      () => this.#endedAtMs !== undefined && (this.#firstByteAtMs ?? 0) > lastSoundAtMs,
      lastSoundAtMs + timeoutMs - performance.now(),
      'a reply',
    );
    const firstAtMs = this.#firstByteAtMs ?? NaN;
    const completeAtMs = this.#endedAtMs ?? NaN;
    const uploadedAtMs = await uploaded;
    await this.#playedOut();
    return {
      firstAudioMs: firstAtMs - lastSoundAtMs,
      firstAudioFromUploadMs: firstAtMs - uploadedAtMs,
      completeMs: completeAtMs - lastSoundAtMs,
    };
  }

  async leave(): Promise<void> {
    clearInterval(this.#clock);
    this.#socket.close(1000);
  }

  #audio(bytes: number): void {
    if (!this.#isSpeaking) return;
    this.#firstByteAtMs ??= performance.now();
    this.#audioBytes += bytes;
  }

  #control(text: string): void {
    const { type } = JSON.parse(text) as { readonly type?: string };
    if (type === 'audio_start') {
      this.#isSpeaking = true;
      this.#firstByteAtMs = undefined;
      this.#audioBytes = 0;
      this.#endedAtMs = undefined;
    }
    if (type === 'audio_end' || type === 'audio_cancel') this.#isSpeaking = false;
    if (type === 'audio_end') this.#endedAtMs = performance.now();
    for (const look of this.#watchers) look();
  }

  /** A listener hears what has come at 24 kHz, from its first byte on. */
  async #playedOut(): Promise<void> {
    const audioMs = this.#audioBytes / 48;
    await pause((this.#firstByteAtMs ?? performance.now()) + audioMs + BREATH_MS - performance.now());
  }

  #sendDue(): void {
    while (this.#startedAtMs + this.#framesDue * FRAME_MS <= performance.now()) {
      this.#framesDue += 1;
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(this.#nextFrame());
    }
  }

  #nextFrame(): Int16Array {
    const frame = new Int16Array(FRAME_MS * 16);
    const speech = this.#speech;
    if (speech === undefined) return frame;
    frame.set(speech.pcm.subarray(speech.at, speech.at + frame.length));
    speech.at += frame.length;
    if (speech.at >= speech.pcm.length) {
      this.#speech = undefined;
      speech.onSent?.();
    }
    return frame;
  }

  #gone(why: string): void {
    this.#closed ??= why;
    clearInterval(this.#clock);
    for (const look of this.#watchers) look();
  }

  #until(condition: () => boolean, withinMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (condition()) end();
        else if (this.#closed !== undefined) end(new Error(`the connection ended (${this.#closed}) before ${what} came`));
      };
      const timer = setTimeout(() => end(new Error(`${what} did not come in time`)), Math.max(1, withinMs));
      this.#watchers.add(look);
      look();
    });
  }
}

const FRAME_MS = 100;
const TICK_MS = 10;
const GREETING_WITHIN_MS = 20_000;
/** Before a listener says the next thing. */
const BREATH_MS = 400;
