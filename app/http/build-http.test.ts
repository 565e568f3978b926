import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { SHORT_CALL } from '../testing/events.ts';
import { SqliteCallStore } from '../store/sqlite.ts';
import type { HealthReport } from './health.ts';
import { buildHttp } from './build-http.ts';

const TOKEN = 'a-token-for-the-tests';

function server(health: Partial<HealthReport> = {}, trustedProxies: readonly string[] = []) {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, event.atMs);
  const ended: string[] = [];
  const app = buildHttp({
    health: () => ({
      status: 'ready',
      calls: 0,
      places: {
        sip: { connected: 1, connecting: 0, free: 9 },
        webrtc: { connected: 0, connecting: 0, free: 9 },
        websocket: { connected: 0, connecting: 0, free: 6 },
      },
      callsByKind: { sip: 0, webrtc: 0, websocket: 0 },
      services: [],
      accounts: [],
      trunks: [],
      addresses: [],
      pages: [],
      ...health,
    }),
    registry: new Registry(),
    calls: { store, token: TOKEN, endCall: (id) => (id === 'running' ? (ended.push(id), true) : false) },
    callTokens: {
      token: TOKEN,
      ttlS: 120,
      maxTtlS: 600,
      hasPersona: (name) => name === 'bot',
      issue: (grant) => JSON.stringify(grant),
      wallMs: () => 1_000_000,
    },
    page: { directory: join(tmpdir(), 'there-is-none'), httpsPort: () => undefined },
    gateways: [(routes) => void routes.get('/gateway', (request) => `here, ${request.ip}`)],
    insiders: ['127.0.0.0/8', '::1'],
    trustedProxies,
    log: () => {},
  });
  const get = (url: string, token: string | null = TOKEN) =>
    app.inject({ method: 'GET', url, headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  return { app, get, ended };
}

it('health is 200 while calls are taken and 503 otherwise', async () => {
  expect((await server({ status: 'degraded' }).get('/health', null)).statusCode).toBe(200);
  expect((await server({ status: 'draining' }).get('/health', null)).statusCode).toBe(503);
});

it('calls are shown only with the token', async () => {
  const { get } = server();
  for (const token of [null, '', 'wrong', `${TOKEN}x`]) {
    const refused = await get('/v1/calls', token);
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.body).not.toContain('call-1');
  }
  expect((await get('/v1/calls')).json().calls).toHaveLength(1);
});

it('shows one call with its turns, and says so when there is none', async () => {
  const { get } = server();
  expect((await get('/v1/calls/call-1')).json()).toMatchObject({
    callId: 'call-1',
    endReason: 'caller/hangup',
    turns: [{ callerText: 'what time is breakfast' }],
  });
  expect((await get('/v1/calls/other')).json()).toMatchObject({ status: 404, code: 'NO_SUCH_CALL' });
});

it('a wrong query names what is wrong', async () => {
  const { get } = server();
  const response = await get('/v1/calls?limit=many&colour=red');
  expect(response.statusCode).toBe(400);
  expect(response.json().detail).toMatch(/limit/);
  expect(response.json().detail).toMatch(/colour/);
});

it('ends a running call on request', async () => {
  const { app, ended } = server();
  const remove = (id: string) => app.inject({ method: 'DELETE', url: `/v1/calls/${id}`, headers: { authorization: `Bearer ${TOKEN}` } });
  expect((await remove('running')).statusCode).toBe(204);
  expect((await remove('call-1')).statusCode).toBe(404);
  expect(ended).toEqual(['running']);
});

it('makes call tokens for whoever has the API token, as narrow as they are asked for', async () => {
  const { app } = server();
  const ask = (body?: object, token = TOKEN) =>
    app.inject({
      method: 'POST',
      url: '/v1/call-tokens',
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body }),
    });
  const plain = await ask();
  expect([plain.statusCode, plain.headers['cache-control']]).toEqual([201, 'no-store']);
  expect(plain.json()).toEqual({ token: '{"expiresAtS":1120}', expiresAt: '1970-01-01T00:18:40.000Z' });
  expect((await ask({ persona: 'bot', origin: 'https://www.example.net', ttlS: 30 })).json()).toMatchObject({
    token: '{"expiresAtS":1030,"persona":"bot","origin":"https://www.example.net"}',
    persona: 'bot',
  });
  expect((await ask(undefined, 'wrong')).statusCode).toBe(401);
  for (const [wrong, word] of [
    [{ persona: 'nobody' }, 'no persona'],
    [{ ttlS: 601 }, 'ttlS'],
    [{ origin: 'https://x/path' }, 'origin'],
    [{ calls: 3 }, 'calls'],
    [[], 'object'],
  ] as const) {
    const refused = await ask(wrong);
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'BAD_REQUEST']);
    expect(refused.json().detail).toContain(word);
  }
});

it('serves the gateways beside its own', async () => {
  const { get } = server();
  expect((await get('/gateway', null)).body).toBe('here, 127.0.0.1');
  expect((await get('/nowhere', null)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

it('believes only proxies that it was told of about who calls', async () => {
  const ask = (trusted: readonly string[]) =>
    server({}, trusted).app.inject({ url: '/gateway', headers: { 'x-forwarded-for': '192.0.2.55' } });
  expect((await ask([])).body).toBe('here, 127.0.0.1');
  expect((await ask(['10.0.0.0/8'])).body).toBe('here, 127.0.0.1');
  expect((await ask(['127.0.0.0/8'])).body).toBe('here, 192.0.2.55');
});

// Whoever reached the port read the addresses of the machine, its process ids, and why a service was down.
it('strangers learn from /health whether calls are taken, and nothing else', async () => {
  const { app, get } = server({
    services: [{ name: 'stt', state: 'failed', reason: 'no models of Ann' }],
    addresses: ['192.168.1.7:5060'],
    pages: ['https://192.168.1.7:3443'],
  });
  const ask = (url: string, headers: Record<string, string> = {}) => app.inject({ url, remoteAddress: '198.51.100.7', headers });
  const answer = await ask('/health');
  expect([answer.statusCode, answer.json(), answer.headers['cache-control']]).toEqual([200, { status: 'ready' }, 'no-store']);
  expect((await server({ status: 'draining' }).app.inject({ url: '/health', remoteAddress: '198.51.100.7' })).statusCode).toBe(503);
  expect((await get('/health')).json()).toMatchObject({ addresses: ['192.168.1.7:5060'] });
  const metrics = await ask('/metrics');
  expect([metrics.statusCode, metrics.json().code, metrics.headers['www-authenticate']]).toEqual([
    401,
    'NO_TOKEN',
    'Bearer realm="parley"',
  ]);
  expect((await ask('/metrics', { authorization: `Bearer ${TOKEN}` })).statusCode).toBe(200);
});

// Errors of the framework came in its own form and gave back what had been asked.
it.each([
  ['GET', '/%E0%A4%A', 400],
  ['GET', `/v1/calls/${'x'.repeat(300)}`, 414],
  ['GET', '/<script>alert(1)</script>', 404],
  ['GET', '/assets/%ff-reflected', 400],
  ['PUT', '/reflected?reflected', 404],
  ['GET', '//evil.example/%2e%2e', 404],
] as const)('%s %.40s: %i as problem details, without a word of the request', async (method, url, status) => {
  const { app } = server();
  const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${TOKEN}` } });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, expect.stringContaining('application/problem+json')]);
  expect(answer.json()).toMatchObject({ type: 'about:blank', status, code: expect.stringMatching(/^[A-Z_]+$/) });
  expect(answer.body).not.toMatch(/script|reflected|xxx|evil|%/);
});

it('bodies that cannot be read are told so without a word of them', async () => {
  const { app } = server();
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/v1/call-tokens', payload, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type } });
  for (const [payload, type, status] of [
    ['{"reflected', 'application/json', 400],
    ['reflected', 'text/reflected', 415],
    [`"${'reflected'.repeat(10_000)}"`, 'application/json', 413],
    ['{"__proto__":{"reflected":1}}', 'application/json', 400],
  ] as const) {
    const answer = await post(payload, type);
    expect([answer.statusCode, answer.headers['content-type'], answer.body.includes('reflected')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
      false,
    ]);
  }
});
