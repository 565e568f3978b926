import { ms } from '#domain/units';
import { afterEach, expect, it } from 'vitest';
import { SeedClient } from '../websocket/testing/seed-client.ts';
import { startStack, until, type StackOptions, type TestStack } from './websocket-test-stack.ts';

const stacks: TestStack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close();
});

async function start(options: StackOptions = {}): Promise<TestStack> {
  const stack = await startStack(options);
  stacks.push(stack);
  return stack;
}

async function call(stack: TestStack, query = ''): Promise<SeedClient> {
  const client = await SeedClient.connect(stack.url + query);
  await until(() => stack.answered.length > 0);
  return client;
}

const HALF_SECOND = 12_000;

it('lets a client of the seed talk with the bot: frames in, a framed reply out, transcripts as JSON', async () => {
  const stack = await start();
  const client = await call(stack);
  const { facts } = stack.answered[0]!;
  expect(facts).toMatchObject({ kind: 'websocket', direction: 'inbound', toUser: 'bot' });
  expect(stack.rung).toEqual(['bot']);
  await client.speak(new Int16Array(4_800).fill(7), 1);
  await until(() => stack.media[0]!.heard.length === 3);
  expect(stack.media[0]!.heard.map((pcm) => [pcm.length, pcm[0]])).toEqual([
    [1600, 7],
    [1600, 7],
    [1600, 7],
  ]);
  stack.publish(facts.callId, { kind: 'caller-partial', text: 'when do' });
  stack.publish(facts.callId, { kind: 'caller-final', text: 'When do you open?', confidence: 0.9, audioMs: 900, decodeMs: 80 });
  stack.media[0]!.speak(1, 1_440);
  stack.media[0]!.speak(1, HALF_SECOND);
  stack.media[0]!.inject({ kind: 'playout-finished', turnId: 1, atMs: 1 });
  await until(() => client.replies[0]?.outcome === 'ended');
  expect(client.replies[0]!.sampleRateHz).toBe(24_000);
  expect(Buffer.concat(client.replies[0]!.audio)).toEqual(Buffer.from(new Int16Array(1_440 + HALF_SECOND).fill(1).buffer));
  expect(client.transcripts).toEqual([
    { type: 'partial', text: 'when do' },
    { type: 'final', text: 'When do you open?' },
  ]);
  expect([client.strayFrames, client.unknown]).toEqual([0, []]);
});

it('tells the client to stop when the caller interrupts, and nothing of that turn follows', async () => {
  const stack = await start();
  const client = await call(stack);
  const media = stack.media[0]!;
  media.speak(1, HALF_SECOND);
  stack.answered[0]!.media.send({ kind: 'abort-turn', turnId: 1 });
  // On its way from the media thread when the turn was aborted.
  media.speak(1, HALF_SECOND);
  media.speak(2, 240);
  await until(() => client.replies.length === 2);
  expect(client.replies[0]).toMatchObject({ outcome: 'cancelled', audio: { length: 1 } });
  await until(() => client.replies[1]!.audio.length === 1);
  expect([media.commands, client.strayFrames]).toEqual([[{ kind: 'abort-turn', turnId: 1 }], 0]);
});

it('stops the client at once while it is not known whether the caller interrupts, and goes on with a new start', async () => {
  const stack = await start();
  const client = await call(stack);
  const media = stack.media[0]!;
  media.speak(1, 240);
  media.inject({ kind: 'playout-paused', turnId: 1, spurtId: 1, atMs: 1 });
  media.speak(1, 240);
  media.inject({ kind: 'playout-finished', turnId: 1, atMs: 2 });
  await until(() => client.replies[1]?.outcome === 'ended');
  expect(client.replies.map(({ outcome }) => outcome)).toEqual(['cancelled', 'ended']);
});

it('is answered by the first audio too, and takes audio of 8 kHz where the start says so', async () => {
  const stack = await start();
  const plain = await SeedClient.connect(stack.url, { start: false });
  expect(stack.answered).toEqual([]);
  await plain.speak(new Int16Array(1_600), 0);
  await until(() => stack.media[0]?.heard.length === 1);
  const narrow = await SeedClient.connect(stack.url, { start: false });
  narrow.socket.send('{"type":"start","sampleRate":8000}');
  await until(() => stack.answered.length === 2);
  expect(stack.media.map(({ spec }) => spec.inputRateHz)).toEqual([16_000, 8_000]);
});

it('keeps audio that comes before the media are open', async () => {
  const stack = await start();
  const client = await SeedClient.connect(stack.url);
  await client.speak(new Int16Array(16_000), 0);
  await until(() => (stack.media[0]?.heard.length ?? 0) >= 10);
  expect(stack.media[0]?.heard).toHaveLength(10);
});

it('ends once, whoever hangs up', async () => {
  const stack = await start();
  const client = await call(stack);
  const leg = stack.answered[0]!;
  client.close();
  expect(await leg.ended).toMatchObject({ reason: { by: 'caller', code: 'hangup' } });
  await leg.end({ by: 'operator', code: 'requested' });
  expect(leg.signal.aborted).toBe(true);
  expect((await leg.ended).reason).toEqual({ by: 'caller', code: 'hangup' });
  expect(stack.media[0]!.closes).toBe(1);
  await until(() => stack.gateway.calls === 0);
});

it('lets the bot be heard to its end before it hangs up', async () => {
  const stack = await start();
  const client = await call(stack);
  stack.media[0]!.speak(1, 2_400);
  stack.media[0]!.inject({ kind: 'playout-finished', turnId: 1, atMs: 1 });
  const atMs = performance.now();
  await stack.answered[0]!.end({ by: 'bot', code: 'goodbye' });
  await until(() => client.closed !== undefined);
  expect(performance.now() - atMs).toBeGreaterThan(150);
  expect(client.closed).toEqual({ code: 1000, reason: 'goodbye' });
  expect(client.replies[0]!.outcome).toBe('ended');
});

it('is abandoned when the client leaves before it starts', async () => {
  const stack = await start();
  const client = await SeedClient.connect(stack.url, { start: false });
  client.close();
  await until(() => stack.abandoned.length === 1);
  expect(stack.abandoned).toEqual([{ by: 'caller', code: 'cancelled' }]);
});

it('a client that only types is not cut off: its silence is meant until its first audio comes', async () => {
  const stack = await start();
  const client = await call(stack, '?persona=bot&protocol=parley.v1');
  const events: unknown[] = [];
  stack.answered[0]!.media.onEvent((event) => events.push(event));
  client.socket.send('{"kind":"text","text":"any rooms?"}');
  await until(() => events.length === 2);
  expect(events).toMatchObject([
    { kind: 'caller-muted', muted: true },
    { kind: 'caller-text', text: 'any rooms?' },
  ]);
  const timeout = { kind: 'media-timeout', silentMs: ms(30_000), atMs: ms(0) } as const;
  stack.media[0]!.inject(timeout);
  client.socket.send('{"kind":"text","text":"hello?"}');
  await until(() => events.length === 4);
  expect(client.closed).toBeUndefined();
  client.socket.send(new Uint8Array(3_200));
  await until(() => events.length === 5);
  expect(events.at(-1)).toMatchObject({ kind: 'caller-muted', muted: false });
  stack.media[0]!.inject(timeout);
  await until(() => client.closed !== undefined);
  expect(client.closed?.reason).toBe('media-timeout');
});

it('carries the messages of the page beside the audio where they are asked for', async () => {
  const stack = await start();
  const client = await call(stack, '?persona=bot&protocol=parley.v1');
  const { callId } = stack.answered[0]!.facts;
  const events: unknown[] = [];
  stack.answered[0]!.media.onEvent((event) => events.push(event));
  stack.publish(callId, { kind: 'caller-partial', text: 'hello' });
  client.socket.send(new Uint8Array(3_200));
  client.socket.send('{"kind":"text","text":" typed "}');
  client.socket.send('{"kind":"dtmf","digit":"5"}');
  client.socket.send('{"kind":"mute","on":true}');
  client.socket.send('{"kind":"dance"}');
  await until(() => events.length === 3 && client.unknown.length >= 3);
  expect(events).toMatchObject([
    { kind: 'caller-text', text: 'typed' },
    { kind: 'dtmf', digit: '5' },
    { kind: 'caller-muted', muted: true },
  ]);
  expect(client.unknown[0]).toEqual({ kind: 'hello', protocol: 1, callId, persona: 'bot', title: 'The receptionist' });
  expect(client.unknown).toContainEqual(expect.objectContaining({ kind: 'caller-partial', text: 'hello' }));
  expect(client.unknown).toContainEqual(expect.objectContaining({ kind: 'notice', code: 'BAD_MESSAGE' }));
  expect(client.transcripts).toEqual([]);
  client.socket.send('{"kind":"hangup"}');
  expect(await stack.answered[0]!.ended).toMatchObject({ reason: { by: 'caller', code: 'hangup' } });
  await until(() => client.closed !== undefined);
  expect(client.unknown.at(-1)).toMatchObject({ kind: 'ended', reason: 'caller/hangup' });
});
