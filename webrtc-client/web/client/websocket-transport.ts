import type { ClientMessage } from '../signalling.ts';
import { ArrivalJitter } from './arrival-jitter.ts';
import { CallError } from './call-error.ts';
import type { NetworkReport } from './network-report.ts';
import { onNextGesture } from './on-gesture.ts';
import { delay } from './delay.ts';
import { bytesOf, samplesOf } from './pcm-bytes.ts';
import { PlaybackQueue } from './playback-queue.ts';
import { webSocketUrl } from './server-url.ts';
import { socketClosedError } from './socket-failure.ts';
import { parseSocketText } from './socket-text.ts';
import type { Transport, TransportSetup } from './transport.ts';
import { addWorkletModule } from './worklet-module.ts';
import {
  CAPTURE_PROCESSOR,
  PLAYBACK_PROCESSOR,
  type CaptureOptions,
  type PlaybackOptions,
  type PlaybackReport,
} from './worklet/messages.ts';

const OPEN_TIMEOUT_MS = 15_000;
const CAPTURE: CaptureOptions = { rateHz: 16_000, frameSamples: 1_600 };
const PLAYBACK: PlaybackOptions = { rateHz: 24_000 };
/** Two seconds of speech that the network has not taken: newer frames are dropped, or the call would fall ever farther behind. */
const MAX_UNSENT_BYTES = 64_000;
const MAX_TAIL_MS = 3_000;
/** As long as the worklet takes to tell what it holds. */
const TAIL_STEP_MS = 600;
/** From the worklet to the ear. */
const OUTPUT_MS = 100;

/** A call over `/ws/audio`: PCM16 both ways, messages as text. For networks that let nothing but HTTP through. */
export class WebSocketTransport implements Transport {
  readonly kind = 'websocket';
  readonly #setup: TransportSetup;
  readonly #context: AudioContext;
  readonly #stop = new AbortController();
  readonly #playback = new PlaybackQueue();
  readonly #nodes: AudioNode[] = [];
  #socket: WebSocket | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #capture: AudioWorkletNode | undefined;
  #isOpen = false;
  #refusal: string | undefined;
  #isRunning = false;
  /** The server has said its last message; what it said before is still being played. */
  #isOver = false;
  readonly #arrivals = new ArrivalJitter();
  #framesReceived = 0;
  #framesSent = 0;
  #framesDropped = 0;
  #report: PlaybackReport | undefined;

  /** `context` belongs to whoever made it. */
  constructor(setup: TransportSetup, context: AudioContext) {
    this.#setup = setup;
    this.#context = context;
  }

  async open(): Promise<void> {
    try {
      // Side by side: what the bot says before the worklet is ready waits in the queue.
      await Promise.all([this.#openSocket(), this.#openAudio()]);
      this.#stop.signal.throwIfAborted();
      // Picks the call up; the first frame of sound would, a tenth of a second later.
      this.#socket?.send(JSON.stringify({ type: 'start', sampleRate: CAPTURE.rateHz, channels: 1, format: 'pcm_s16le' }));
      this.#isRunning = true;
    } catch (error) {
      this.close();
      throw error;
    }
    this.#isOpen = true;
  }

  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    if (this.#capture !== undefined && !this.#stop.signal.aborted) this.#listenTo(track, this.#capture);
    return Promise.resolve();
  }

  measure(): Promise<NetworkReport | undefined> {
    const sent = this.#framesSent + this.#framesDropped;
    const lossRatio = sent === 0 ? 0 : this.#framesDropped / sent;
    this.#framesSent = 0;
    this.#framesDropped = 0;
    return Promise.resolve({
      transport: 'websocket',
      lossRatio,
      jitterMs: this.#arrivals.jitterMs,
      roundTripMs: undefined,
      bufferMs: this.#report?.bufferedMs,
      concealedRatio: undefined,
      relayed: undefined,
    });
  }

  soundReceived(): Promise<number> {
    return Promise.resolve(this.#framesReceived);
  }

  /** The server says its last word when all sound has left it; what has come is still being played. */
  async playedOut(): Promise<void> {
    const endMs = performance.now() + MAX_TAIL_MS;
    this.#playback.push({ kind: 'end' });
    do await delay(TAIL_STEP_MS);
    while (performance.now() < endMs && (this.#report?.bufferedMs ?? 0) > 0);
    await delay(OUTPUT_MS);
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#socket?.close(1000);
    this.#source?.disconnect();
    for (const node of this.#nodes) node.disconnect();
  }

  #openSocket(): Promise<void> {
    const { server, persona, token } = this.#setup;
    const url = webSocketUrl(server, 'ws/audio');
    url.searchParams.set('protocol', 'parley.v1');
    if (persona !== undefined) url.searchParams.set('persona', persona);
    // Browsers let pages set no headers here.
    if (token !== undefined) url.searchParams.set('token', token);
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      let hasOpened = false;
      const timer = setTimeout(() => reject(socketClosedError(server.host, { hasOpened, code: 0, refusal: undefined })), OPEN_TIMEOUT_MS);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
      socket.addEventListener(
        'open',
        () => {
          hasOpened = true;
        },
        { signal },
      );
      socket.addEventListener(
        'close',
        ({ code }) => {
          clearTimeout(timer);
          reject(socketClosedError(server.host, { hasOpened, code, refusal: this.#refusal }));
          this.#lost();
        },
        { signal },
      );
      socket.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => {
          if (data instanceof ArrayBuffer) this.#sound(data);
          // The server's `hello`: it has taken the call.
          else if (this.#text(data) === 'hello') {
            clearTimeout(timer);
            resolve();
          }
        },
        { signal },
      );
    });
  }

  #sound(bytes: ArrayBuffer): void {
    if (bytes.byteLength < 2) return;
    this.#framesReceived += 1;
    this.#arrivals.arrived(performance.now(), (bytes.byteLength / 2 / PLAYBACK.rateHz) * 1000);
    this.#playback.push({ kind: 'audio', pcm: samplesOf(bytes) });
  }

  #text(data: unknown): string | undefined {
    const parsed = typeof data === 'string' ? parseSocketText(data) : undefined;
    switch (parsed?.kind) {
      case undefined:
        this.#setup.listener.onJunk();
        return undefined;
      case 'audio-start':
        return undefined;
      case 'audio-end':
        this.#playback.push({ kind: 'end' });
        return undefined;
      case 'audio-cancel':
        this.#playback.push({ kind: 'cancel' });
        return undefined;
      case 'repeated':
        return undefined;
      case 'error':
        this.#refusal = parsed.code;
        return undefined;
      case 'message':
        if (parsed.message.kind === 'ended') this.#isOver = true;
        this.#setup.listener.onMessage(parsed.message);
        return parsed.message.kind;
    }
  }

  async #openAudio(): Promise<void> {
    const context = this.#context;
    await addWorkletModule(context);
    if (this.#stop.signal.aborted) return;
    const playback = new AudioWorkletNode(context, PLAYBACK_PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: PLAYBACK,
    });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    playback.connect(out);
    playback.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => {
      this.#report = data;
    };
    this.#playback.attach((command) => {
      playback.port.postMessage(command, command.kind === 'audio' ? [command.pcm.buffer] : []);
    });
    const capture = new AudioWorkletNode(context, CAPTURE_PROCESSOR, {
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions: CAPTURE,
    });
    capture.port.onmessage = ({ data }: MessageEvent<Int16Array>) => this.#sendFrame(data);
    // It puts out silence; without a way to the speaker browsers would not run it.
    capture.connect(context.destination);
    this.#nodes.push(playback, capture);
    this.#capture = capture;
    this.#listenTo(this.#setup.microphone, capture);
    this.#setup.listener.onSound(out.stream);
    this.#wake();
  }

  #listenTo(track: MediaStreamTrack, capture: AudioWorkletNode): void {
    this.#source?.disconnect();
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(capture);
  }

  #sendFrame(frame: Int16Array): void {
    const socket = this.#socket;
    if (!this.#isRunning || socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#framesDropped += 1;
      return;
    }
    this.#framesSent += 1;
    socket.send(bytesOf(frame));
  }

  #wake(): void {
    const { signal } = this.#stop;
    const context = this.#context;
    context.resume().catch(() => undefined);
    setTimeout(() => {
      if (signal.aborted || context.state === 'running') return;
      this.#setup.listener.onTrouble(
        new CallError('AUTOPLAY_BLOCKED', 'The browser handles no sound before you touch the page.', 'Click or tap anywhere on the page.'),
      );
      onNextGesture(() => void context.resume().catch(() => undefined), signal);
    }, 1_000);
  }

  #lost(): void {
    if (this.#stop.signal.aborted || (this.#isOpen && this.#isOver)) return;
    this.close();
    if (this.#isOpen) this.#setup.listener.onLost('network/peer-gone');
  }
}
