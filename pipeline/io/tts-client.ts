import type { Clock } from '#domain/clock';
import { AppError, errorText } from '#domain/errors';
import { msToSamples, type Ms } from '#domain/units';
import { Breaker, type BreakerOptions } from '../flow/breaker.ts';
import { PcmFrameReader } from '../flow/pcm-frames.ts';
import type { RetryOptions } from '../flow/retry.ts';
import type { SpeechRequest, TextToSpeech } from '../ports.ts';
import { readHealth, readVoiceList, type Health, type VoiceList } from '../wire.ts';
import { withRetryAndBreaker, type Care } from './with-retry-and-breaker.ts';
import { bearer, HttpService } from './http-service.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';
import { Watchdog } from './watchdog.ts';

export interface TtsClientOptions {
  /** The whole address, such as `http://127.0.0.1:7002/tts/stream`. */
  readonly url: string;
  readonly apiKey?: string;
  readonly connectTimeoutMs: Ms;
  readonly firstAudioTimeoutMs: Ms;
  readonly idleTimeoutMs: Ms;
  /** Waiting for one piece, all together. */
  readonly totalTimeoutMs: Ms;
  /** More audio than this for one piece is a fault of the service. */
  readonly maxAudioMs: Ms;
  readonly connections: number;
  readonly keepAliveMs: Ms;
  readonly retry: RetryOptions;
  readonly breaker: BreakerOptions;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly onNote?: OnServiceNote;
}

export interface TtsClient extends TextToSpeech {
  /** Opens a connection and asks how the service is. Never throws. */
  health(signal: AbortSignal): Promise<Health>;
  /** The voices and languages that the service has; undefined when it does not say. Never throws. */
  voices(signal: AbortSignal): Promise<VoiceList | undefined>;
  close(): Promise<void>;
}

/** Speech from the tts service: `POST /tts/stream`, PCM as it comes. */
export function createTtsClient(options: TtsClientOptions): TtsClient {
  const url = new URL(options.url);
  const service = new HttpService({ ...options, codePrefix: 'TTS', baseUrl: url.origin, headers: bearer(options.apiKey) });
  const care: Care = { ...options, service: 'tts', breaker: new Breaker(options.breaker) };
  const refused = new RefusedVoices(options);
  async function* attempt(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Int16Array, void, void> {
    if (!refused.has(request)) {
      try {
        return yield* stream(service, url.pathname, options, requestBody(request), signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        yield* stream(service, url.pathname, options, plainBody(request), signal);
        // Only now is it known that the voice was to blame, and not the text.
        refused.add(request, error);
        return;
      }
    }
    yield* stream(service, url.pathname, options, plainBody(request), signal);
  }
  return {
    speak: (request, signal) => withRetryAndBreaker(care, () => attempt(request, signal), signal),
    health: async (signal) => {
      const reply = await service.touch('/health', signal);
      return reply === undefined ? { ready: false, reason: `${url.origin} does not answer` } : readHealth(reply.status, reply.body);
    },
    voices: async (signal) => {
      const reply = await service.touch('/tts/voices', signal);
      return reply?.status === 200 ? readVoiceList(reply.body) : undefined;
    },
    close: () => service.close(),
  };
}

async function* stream(
  service: HttpService,
  path: string,
  options: TtsClientOptions,
  body: string,
  signal: AbortSignal,
): AsyncGenerator<Int16Array, void, void> {
  using watchdog = new Watchdog(
    { firstMs: options.firstAudioTimeoutMs, idleMs: options.idleTimeoutMs, totalMs: options.totalTimeoutMs },
    options.clock,
    'TTS_TIMEOUT',
    signal,
  );
  const reader = new PcmFrameReader();
  let samplesLeft: number = msToSamples(options.maxAudioMs, 24_000);
  for await (const bytes of service.post(path, body, AUDIO_TYPE, watchdog, () => reader.state === 'complete')) {
    const pcm = reader.push(bytes);
    samplesLeft -= pcm.length;
    if (samplesLeft < 0) throw new AppError('TTS_BAD_REPLY', `more than ${options.maxAudioMs} ms of audio for one piece`);
    if (pcm.length > 0) {
      watchdog.hold();
      yield pcm;
      watchdog.resume();
    }
    if (reader.state !== 'reading') break;
  }
  const end = reader.end();
  if (end === 'bad') throw new AppError('TTS_BAD_REPLY', 'the stream is not length-prefixed PCM16');
  if (end === 'cut') throw new AppError('TTS_CUT', 'the stream ended in the middle', { retryable: true });
}

function requestBody(request: SpeechRequest): string {
  return JSON.stringify({
    text: request.text,
    voice: request.voice,
    speed: request.speed,
    language: request.language,
    deadlineMs: Math.max(0, Math.round(request.deadlineMs)),
    first: request.first,
    last: request.last,
  });
}

/** The same words in the service's own voice: what a persona asks for must never leave a caller in silence. */
function plainBody({ text, deadlineMs, first, last }: SpeechRequest): string {
  return JSON.stringify({ text, deadlineMs: Math.max(0, Math.round(deadlineMs)), first, last });
}

/** Refused as it stands, whoever asks again: 400 of ours, 404 and 422 of others of its kind. It comes before any audio. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'TTS_HTTP' &&
    [400, 404, 422].includes(Number((error.cause as { status?: unknown } | undefined)?.status))
  );
}

/** Voices, with their language and speed, that the service does not have; each is told once. */
class RefusedVoices {
  readonly #options: TtsClientOptions;
  readonly #known = new Set<string>();

  constructor(options: TtsClientOptions) {
    this.#options = options;
  }

  has(request: SpeechRequest): boolean {
    return this.#known.has(keyOf(request));
  }

  add(request: SpeechRequest, error: unknown): void {
    if (this.has(request)) return;
    if (this.#known.size < MAX_REFUSED_VOICES) this.#known.add(keyOf(request));
    const { voice, language, speed } = request;
    this.#options.log.warn(
      { voice, language, speed, error: errorText(error) },
      'the voice service refuses this voice; its default voice speaks instead',
    );
    this.#options.onNote?.({ kind: 'failed', service: 'tts', code: 'TTS_VOICE_REFUSED' });
  }
}

function keyOf({ voice, language, speed }: SpeechRequest): string {
  return JSON.stringify([voice, language, speed]);
}

/** Personas are few; a guess with room. */
const MAX_REFUSED_VOICES = 100;

/** The seed's service says octet-stream; others of its kind say audio. */
const AUDIO_TYPE = /^(application\/octet-stream|audio\/)/i;
