import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import { msToSamples, type Ms } from '#domain/units';
import { Breaker, type BreakerOptions } from '../flow/breaker.ts';
import { PcmFrameReader } from '../flow/pcm-frames.ts';
import type { RetryOptions } from '../flow/retry.ts';
import type { SpeechRequest, TextToSpeech } from '../ports.ts';
import { readHealth, type Health } from '../wire.ts';
import { carefully, type Care } from './careful-stream.ts';
import { HttpService } from './http-service.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';
import { Watchdog } from './watchdog.ts';

export interface TtsClientOptions {
  /** The whole address, such as `http://127.0.0.1:7002/tts/stream`. */
  readonly url: string;
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
  close(): Promise<void>;
}

/** Speech from the tts service: `POST /tts/stream`, PCM as it comes. */
export function createTtsClient(options: TtsClientOptions): TtsClient {
  const url = new URL(options.url);
  const service = new HttpService({ ...options, codePrefix: 'TTS', baseUrl: url.origin, headers: {} });
  const care: Care = { ...options, service: 'tts', breaker: new Breaker(options.breaker) };
  return {
    speak: (request, signal) => carefully(care, () => stream(service, url.pathname, options, request, signal), signal),
    health: async (signal) => {
      const reply = await service.touch('/health', signal);
      return reply === undefined ? { ready: false, reason: `${url.origin} does not answer` } : readHealth(reply.status, reply.body);
    },
    close: () => service.close(),
  };
}

async function* stream(
  service: HttpService,
  path: string,
  options: TtsClientOptions,
  request: SpeechRequest,
  signal: AbortSignal,
): AsyncGenerator<Int16Array, void, void> {
  using watchdog = new Watchdog(
    { firstMs: options.firstAudioTimeoutMs, idleMs: options.idleTimeoutMs, totalMs: options.totalTimeoutMs },
    options.clock,
    'TTS_TIMEOUT',
    signal,
  );
  const reader = new PcmFrameReader();
  let samplesLeft = msToSamples(options.maxAudioMs, 24_000);
  for await (const bytes of service.post(path, requestBody(request), AUDIO_TYPE, watchdog, () => reader.state === 'complete')) {
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

/** The seed's service says octet-stream; others of its kind say audio. */
const AUDIO_TYPE = /^(application\/octet-stream|audio\/)/i;
