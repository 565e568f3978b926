import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { callTokenIssuer } from './keyed-hash.ts';
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

async function call(stack: TestStack): Promise<SeedClient> {
  const before = stack.answered.length;
  const client = await SeedClient.connect(stack.url);
  await until(() => stack.answered.length > before);
  return client;
}

/** What a client is told whose upgrade is not taken. */
function upgrade(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; retryAfter: string | undefined; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const req = request({
      port,
      path,
      host: '127.0.0.1',
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    req.on('response', (res) => {
      let text = '';
      res.on('data', (data: Buffer) => (text += data.toString()));
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          type: res.headers['content-type'] ?? '',
          retryAfter: res.headers['retry-after'],
          body: JSON.parse(text) as Record<string, unknown>,
        }),
      );
    });
    req.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('the upgrade was taken'));
    });
    req.on('error', reject);
    req.end();
  });
}

describe('a connection that is not taken', () => {
  it('gets 404 on every path but its own, and where the option is off', async () => {
    const { port } = await start();
    expect(await upgrade(port, '/ws/other')).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { status: 404, code: 'NO_SUCH_PATH', title: 'Not Found' },
    });
    expect((await upgrade(port, '//')).status).toBe(404);
    expect((await upgrade((await start({ options: { enabled: false } })).port, '/ws/audio')).status).toBe(404);
  });

  it('gets 403 from a page of another site, unless it is listed; the same host may use another port', async () => {
    const { port, url } = await start({ origins: ['https://shop.example'] });
    expect(await upgrade(port, '/ws/audio', { Origin: 'https://other.example' })).toMatchObject({
      status: 403,
      body: { code: 'ORIGIN_NOT_ALLOWED' },
    });
    expect((await upgrade(port, '/ws/audio', { Origin: 'null' })).status).toBe(403);
    for (const origin of ['https://shop.example', 'http://127.0.0.1:8080']) (await SeedClient.connect(url, { origin })).close();
  });

  it('gets 429 when one address connects too often', async () => {
    const { port, url } = await start({ options: { connectionsPerMinute: 2 } });
    for (let i = 0; i < 2; i += 1) (await SeedClient.connect(url)).close();
    const refusal = await upgrade(port, '/ws/audio');
    expect(refusal).toMatchObject({ status: 429, body: { code: 'TOO_MANY_CONNECTIONS' } });
    expect(Number(refusal.retryAfter)).toBeGreaterThan(0);
  });
});

describe('clients that hold connections and say nothing', () => {
  it('get no more than a few places for one address; who starts frees one', async () => {
    const stack = await start({ options: { waitingPerAddress: 2 } });
    const [first] = [await SeedClient.connect(stack.url, { start: false }), await SeedClient.connect(stack.url, { start: false })];
    expect(await upgrade(stack.port, '/ws/audio')).toMatchObject({ status: 429, retryAfter: '10', body: { code: 'TOO_MANY_WAITING' } });
    first.socket.send('{"type":"start"}');
    await until(() => stack.answered.length === 1);
    await SeedClient.connect(stack.url, { start: false });
    expect((await upgrade(stack.port, '/ws/audio')).status).toBe(429);
  });

  it('are told apart behind a proxy', async () => {
    const stack = await start({
      options: { waitingPerAddress: 1, connectionsPerMinute: 2 },
      addressOf: ({ headers }) => String(headers['x-forwarded-for']),
    });
    const headers = (address: string) => ({ 'X-Forwarded-For': address });
    await SeedClient.connect(stack.url, { start: false, headers: headers('192.0.2.1') });
    expect((await upgrade(stack.port, '/ws/audio', headers('192.0.2.1'))).body).toMatchObject({ code: 'TOO_MANY_WAITING' });
    await SeedClient.connect(stack.url, { headers: headers('192.0.2.2') });
    await until(() => stack.answered.length === 1);
    expect(stack.answered[0]!.facts.peer).toMatch(/^192\.0\.2\.2:/);
    expect((await upgrade(stack.port, '/ws/audio', headers('192.0.2.1'))).body).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
  });
});

describe('a call that is refused', () => {
  async function refusal(stack: TestStack, query = ''): Promise<unknown> {
    const client = await SeedClient.connect(stack.url + query);
    await until(() => client.closed !== undefined);
    return { ...client.closed, error: client.unknown[0] };
  }

  it('closes with an error frame and a code that says what to do', async () => {
    const unknown = await start({ admit: () => ({ kind: 'refuse', reason: { by: 'refused', code: 'no-such-address' } }) });
    expect(await refusal(unknown, '?persona=nobody')).toMatchObject({
      code: 4404,
      reason: 'no-such-address',
      error: { type: 'error', code: 'no-such-address' },
    });
    const cold = await start({ admit: () => ({ kind: 'refuse', reason: { by: 'refused', code: 'not-ready' } }) });
    expect(await refusal(cold)).toMatchObject({ code: 1013, reason: 'not-ready' });
    const full = await start({ options: { maxCalls: 1 } });
    await call(full);
    expect(await refusal(full)).toMatchObject({ code: 1013, reason: 'too-many-calls' });
    expect(full.refused).toEqual([{ by: 'refused', code: 'too-many-calls' }]);
    full.gateway.drain();
    expect(await refusal(full)).toMatchObject({ code: 1013, reason: 'shutting-down' });
    expect(full.gateway.calls).toBe(1);
  });

  it('needs a token where one is required', async () => {
    const stack = await start({ tokenRequired: true });
    const issue = callTokenIssuer('key');
    const expiresAtS = Date.now() / 1000 + 60;
    for (const token of ['', 'v1.x.y', issue({ expiresAtS: 1 }), issue({ expiresAtS, persona: 'other' })]) {
      expect(await refusal(stack, `?token=${token}`)).toMatchObject({ code: 1008, reason: 'token-refused' });
    }
    await SeedClient.connect(`${stack.url}?token=${issue({ expiresAtS, persona: 'bot' })}`);
    await until(() => stack.answered.length === 1);
  });

  it('is told when its media cannot be opened', async () => {
    const stack = await start({ openPcmLeg: () => Promise.reject(new AppError('MEDIA_WORKER_DIED', 'no worker')) });
    expect(await refusal(stack)).toMatchObject({ code: 1011, reason: 'media-worker-died' });
    expect(stack.abandoned).toMatchObject([{ by: 'system', code: 'media-worker-died' }]);
  });
});

describe('a client that misbehaves', () => {
  it('ends its own call by a message that is too long, and no other', async () => {
    const stack = await start({ options: { maxMessageBytes: 4_096 } });
    const bystander = await call(stack);
    const client = await call(stack);
    client.socket.send(Buffer.alloc(5_000));
    expect((await stack.answered[1]!.ended).reason).toEqual({ by: 'network', code: 'rejected-by-peer' });
    await until(() => client.closed !== undefined);
    expect(client.closed!.code).toBe(1009);
    stack.media[0]!.speak(1, 240);
    await until(() => bystander.replies.length === 1);
  });

  it('may say whatever it likes as text', async () => {
    const stack = await start();
    const client = await call(stack);
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"type":7}',
      '{"type":"start"}',
      '{"kind":"hangup"}',
      '\u0000',
      '{"__proto__":{"type":"stop"}}',
      '[['.repeat(2_000),
    ])
      client.socket.send(text);
    for (let i = 0; i < 300; i += 1) client.socket.send('{"type":"noise"}');
    await client.speak(new Int16Array(1_600), 0);
    await until(() => stack.media[0]!.heard.length === 1);
    expect(stack.answered[0]!.signal.aborted).toBe(false);
  });

  it('is told which audio is understood', async () => {
    const stack = await start();
    const client = await SeedClient.connect(stack.url, { start: false });
    client.socket.send('{"type":"start","sampleRate":44100}');
    await until(() => client.closed !== undefined);
    expect(client.unknown[0]).toMatchObject({ type: 'error', code: 'unsupported-audio', text: 'sampleRate 44100: must be 16000 or 8000' });
    expect([client.closed!.code, stack.abandoned]).toEqual([1003, [{ by: 'network', code: 'rejected-by-peer' }]]);
  });

  // Nothing was understood of a client that sent audio at once and said afterwards that it has 8,000 samples a second.
  it.each([
    ['audio', 8_000],
    ['start', 8_000],
    ['start', 16_000],
  ] as const)('is told when it starts once more after %s, with %d: only where that contradicts', async (first, rateHz) => {
    const stack = await start();
    const client = await SeedClient.connect(stack.url, { start: first === 'start' });
    if (first === 'audio') await client.speak(new Int16Array(1_600), 0);
    await until(() => stack.answered.length === 1);
    client.socket.send(`{"type":"start","sampleRate":${rateHz}}`);
    if (rateHz === 16_000) {
      await client.speak(new Int16Array(1_600), 0);
      await until(() => (stack.media[0]?.heard.length ?? 0) > 0);
      expect([client.closed, stack.answered.length]).toEqual([undefined, 1]);
      return;
    }
    await until(() => client.closed !== undefined);
    expect(client.unknown[0]).toMatchObject({
      code: 'unsupported-audio',
      text: expect.stringContaining('sampleRate 8000: the call has begun with 16000') as string,
    });
    expect(client.closed!.code).toBe(1003);
  });

  it('is heard in frames of any size, torn samples and all', async () => {
    const stack = await start();
    const client = await call(stack);
    const pcm = Int16Array.from({ length: 3_200 }, (_, i) => i);
    const bytes = Buffer.from(pcm.buffer);
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 997) client.socket.send(bytes.subarray(at, at + size));
    const heard = () => stack.media[0]!.heard.flatMap((piece) => [...piece]);
    await until(() => heard().length > 2_800);
    expect(heard()).toEqual([...pcm].slice(0, heard().length));
  });

  it('sends faster than real time in vain beyond a burst', async () => {
    const stack = await start({ options: { burstMs: 1_000 } });
    const client = await call(stack);
    await client.speak(new Int16Array(160_000), 0);
    await client.speak(new Int16Array(100), 0);
    client.close();
    await stack.answered[0]!.ended;
    const samples = stack.media[0]!.heard.reduce((sum, pcm) => sum + pcm.length, 0);
    expect(samples).toBeGreaterThan(14_000);
    expect(samples).toBeLessThan(32_000);
  });

  it('is gone when it answers nothing', async () => {
    const stack = await start({ options: { goneMs: 1_000 } });
    const client = await call(stack);
    client.socket.pause();
    expect((await stack.answered[0]!.ended).reason).toEqual({ by: 'network', code: 'peer-gone' });
    client.socket.terminate();
  });

  it('is ended when it does not read', async () => {
    const stack = await start({ options: { unreadMs: 500 } });
    const client = await call(stack);
    client.socket.pause();
    for (let i = 0; i < 300 && !stack.answered[0]!.signal.aborted; i += 1) {
      stack.media[0]!.speak(1, 48_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await stack.answered[0]!.ended).reason).toEqual({ by: 'network', code: 'peer-gone' });
    client.socket.terminate();
  });

  it('is ended when it pings and does not read what answers', async () => {
    const stack = await start({ options: { unreadMs: 500 } });
    const client = await call(stack);
    client.socket.pause();
    for (let i = 0; i < 2_000 && !stack.answered[0]!.signal.aborted; i += 1) {
      for (let ping = 0; ping < 200; ping += 1) client.socket.ping(Buffer.alloc(125));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await stack.answered[0]!.ended).reason).toEqual({ by: 'network', code: 'peer-gone' });
    client.socket.terminate();
  });

  it('ends with a reason when its media are lost, and when no audio comes', async () => {
    const stack = await start();
    await call(stack);
    stack.media[0]!.inject({ kind: 'media-lost', detail: 'crashed', atMs: 1 });
    expect((await stack.answered[0]!.ended).reason).toEqual({ by: 'system', code: 'media-worker-died', detail: 'crashed' });
    await call(stack);
    stack.media[1]!.inject({ kind: 'media-timeout', silentMs: 30_000, atMs: 1 });
    expect((await stack.answered[1]!.ended).reason).toEqual({ by: 'network', code: 'media-timeout' });
  });
});

it('ends every call when the server stops, and says so', async () => {
  const stack = await startStack();
  const client = await call(stack);
  await stack.close();
  await until(() => client.closed !== undefined);
  expect(client.closed).toEqual({ code: 1001, reason: 'shutting-down' });
  expect((await stack.answered[0]!.ended).reason).toEqual({ by: 'operator', code: 'shutdown' });
});
