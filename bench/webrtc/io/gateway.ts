import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import { errorText } from '#domain/errors';
import { createMediaPool, mediaOptions } from '#media';
import { createWebRtcGateway, webrtcOptions } from '#webrtc-client';
import { systemClock } from '#app/system-clock';
import { speechSamples } from './speech.ts';
import { createTalkingBot, type TalkingBot } from './talking-bot.ts';

export interface GatewayOptions {
  /** Of the Opus encoder; undefined: as the media choose it. */
  readonly complexity: number | undefined;
  readonly transport: 'own' | 'libdatachannel';
  /** Present: speech is detected by the model. Absent: no detection, all caller audio is sent up. */
  readonly sileroVad: string | undefined;
}

export interface BenchGateway {
  readonly url: string;
  readonly bot: TalkingBot;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The real gateway with a real media thread, on ports that the system gives; no speech services. */
export async function startGateway(options: GatewayOptions): Promise<BenchGateway> {
  const { sileroVad, complexity } = options;
  const media = mediaOptions.parse({
    bindAddress: '127.0.0.1',
    vad: { mode: sileroVad === undefined ? 'off' : 'silero' },
    ...(complexity === undefined ? {} : { opus: { complexity } }),
  });
  const pool = await createMediaPool(media, {
    workerUrl: new URL(options.transport === 'own' ? './worker.ts' : './worker-datachannel.ts', import.meta.url),
    clock: systemClock,
    modelPaths: sileroVad === undefined ? {} : { sileroVad },
    log: LOG,
  });
  const bot = createTalkingBot(speechSamples(24_000));
  const gateway = createWebRtcGateway(
    webrtcOptions.parse({ bindAddresses: ['127.0.0.1'], ports: { first: 0 }, maxCalls: 10_000, offersPerMinute: 10_000 }),
    {
      media: pool,
      intake: bot.intake,
      clock: systemClock,
      randomId: randomUUID,
      log: LOG,
      personas: () => [{ name: 'bot', title: 'A bot that talks all the time' }],
      observe: () => () => {},
      onRefused: () => {},
      secrets: { callTokenKey: randomBytes(32).toString('base64url') },
    },
  );
  const app = fastify();
  gateway.routes(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    bot.stop();
    await gateway.close();
    await app.close();
    // A thread with libdatachannel in it does not end by itself.
    await (options.transport === 'own' ? pool.close() : Promise.race([pool.close(), sleep(1_000)]));
  };
  return { url, bot, close: () => (closing ??= close()) };
}

const quiet = () => {};
const complain = (fields: object, message: string) =>
  void process.stderr.write(
    `${message} ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? errorText(value) : value))}\n`,
  );
const LOG = { debug: quiet, info: quiet, warn: complain, error: complain };
