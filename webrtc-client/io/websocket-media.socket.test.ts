import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { CallLeg } from '#domain/call-leg';
import type { LegMediaEvent } from '#domain/leg-media';
import { createMediaPool, mediaOptions } from '#media';
import { websocketOptions } from '../websocket/options.ts';
import { SeedClient } from '../websocket/testing/seed-client.ts';
import { createWebSocketGateway } from './websocket-gateway.ts';
import { until } from './websocket-test-stack.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const clock = { nowMs: () => performance.timeOrigin + performance.now(), wallMs: () => Date.now() };
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The gateway over real media threads; the test is the conversation. */
async function call(): Promise<{ client: SeedClient; leg: CallLeg; events: LegMediaEvent[] }> {
  const media = await createMediaPool(mediaOptions.parse({ ports: { first: 0 }, vad: { mode: 'energy' } }), {
    workerUrl: new URL('../../app/media-worker.ts', import.meta.url),
    clock,
    modelPaths: {},
    log,
  });
  closing.push(() => media.close());
  const answered = Promise.withResolvers<CallLeg>();
  const gateway = createWebSocketGateway(websocketOptions.parse({}), {
    media,
    intake: {
      admit: () => ({ kind: 'accept' }),
      ringing: () => undefined,
      answered: answered.resolve,
      established: () => undefined,
      abandoned: () => undefined,
    },
    clock,
    randomId: () => 'id',
    log,
    personas: () => [],
    observe: () => () => undefined,
    onRefused: () => undefined,
    access: { origins: [], tokenRequired: false },
    secrets: { callTokenKey: 'key' },
  });
  const server = createServer();
  gateway.attach(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => new Promise((resolve) => void server.close(resolve)),
    () => gateway.close(),
  );
  const client = await SeedClient.connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/audio`);
  const leg = await answered.promise;
  const events: LegMediaEvent[] = [];
  leg.media.onEvent((event) => events.push(event));
  return { client, leg, events };
}

function tone(seconds: number, rateHz: number): Int16Array {
  return Int16Array.from({ length: seconds * rateHz }, (_, i) => 9_000 * Math.sin((2 * Math.PI * 300 * i) / rateHz));
}

it('hears the client and speaks to it; words over the bot silence the client, and the abort keeps it silent', async () => {
  const { client, leg, events } = await call();
  const has = (kind: LegMediaEvent['kind']) => events.some((event) => event.kind === kind);
  await client.speak(tone(0.5, 16_000));
  await client.speak(new Int16Array(8_000));
  await until(() => has('voice-stopped'));
  leg.media.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(5, 24_000) });
  await until(() => (client.replies[0]?.audio.length ?? 0) > 5);
  await client.speak(tone(0.6, 16_000));
  await until(() => has('playout-paused') && client.replies[0]!.outcome === 'cancelled');
  leg.media.send({ kind: 'abort-turn', turnId: 1 });
  leg.media.send({ kind: 'play', turnId: 2, pieceId: 0, pcm: tone(0.3, 24_000) });
  leg.media.send({ kind: 'play-end', turnId: 2 });
  await until(() => client.replies[1]?.outcome === 'ended');
  const bytes = client.replies[1]!.audio.reduce((sum, frame) => sum + frame.length, 0);
  expect(bytes).toBe(0.3 * 24_000 * 2);
  expect([client.replies.length, client.strayFrames]).toEqual([2, 0]);
  client.close();
  expect(await leg.ended).toMatchObject({ reason: { by: 'caller', code: 'hangup' }, stats: { staleTurnPackets: 0 } });
});
