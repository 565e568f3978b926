import { expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { SHORT_CALL } from '../testing/events.ts';
import { SqliteCallStore } from '../store/sqlite.ts';
import type { HealthReport } from './health.ts';
import { buildHttp } from './server.ts';

const TOKEN = 'a-token-for-the-tests';

function server(health: Partial<HealthReport> = {}) {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, event.atMs);
  const ended: string[] = [];
  const app = buildHttp({
    health: () => ({ status: 'ready', calls: 0, services: [], addresses: [], ...health }),
    registry: new Registry(),
    calls: { store, token: TOKEN, endCall: (id) => (id === 'running' ? (ended.push(id), true) : false) },
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
  expect((await get('/v1/calls/call-1')).json()).toMatchObject({ callId: 'call-1', endReason: 'caller/hangup', turns: [{ callerText: 'what time is breakfast' }] });
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
