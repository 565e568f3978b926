import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { createWebRtcGateway, createWebSocketGateway, webrtcOptions } from '#webrtc-client';
import { SqliteCallStore } from '../store/sqlite.ts';
import type { CallSummary } from '../store/port.ts';
import type { CallRecord } from '../telemetry/call-record.ts';
import { SHORT_CALL } from '../testing/events.ts';
import type { HealthReport } from './health.ts';
import { OPERATIONS, openApiDocument } from './openapi.ts';
import { callList, callRecordSchema, callTokenAnswer, healthReport, healthStatus, type callSummary } from './schemas.ts';
import { buildHttp } from './build-http.ts';

const TOKEN = 'a-token-for-the-tests';
const PLACES = { connected: 1, connecting: 0, free: 9 };
const HEALTH: HealthReport = {
  status: 'ready',
  calls: 1,
  callsByKind: { sip: 1, webrtc: 0, websocket: 0 },
  places: { sip: PLACES, webrtc: PLACES, websocket: PLACES },
  services: [{ name: 'llm', state: 'ready', refuses: ['tools'] }],
  accounts: [],
  trunks: [],
  addresses: ['192.0.2.7:5060'],
  pages: ['http://localhost:3000/'],
};

function server() {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, event.atMs);
  const options = webrtcOptions.parse({});
  // Routes are only registered; nothing of the calls is asked.
  const deps = { secrets: { callTokenKey: 'k'.repeat(32) }, log: { warn: () => undefined } } as never;
  return buildHttp({
    health: () => HEALTH,
    registry: new Registry(),
    calls: { store, token: TOKEN, endCall: () => false },
    callTokens: { token: TOKEN, ttlS: 120, maxTtlS: 600, hasPersona: () => true, issue: () => 'issued', wallMs: () => 1_000_000 },
    page: { directory: join(tmpdir(), 'there-is-none'), httpsPort: () => undefined },
    gateways: [
      (app) => createWebRtcGateway(options, deps).routes(app),
      (app) => createWebSocketGateway(options.websocket, deps).routes(app),
    ],
    insiders: ['127.0.0.0/8'],
    trustedProxies: [],
    log: () => undefined,
  });
}

it('everybody may read it, and it names nothing of this installation', async () => {
  const response = await server().inject({ method: 'GET', url: '/openapi.json', remoteAddress: '192.0.2.99' });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  expect(response.body).not.toMatch(/192\.0\.2|5060|a-token/);
});

it('every request that it describes is answered by a route, and every route but those of the page is described', async () => {
  const app = server();
  await app.ready();
  const described = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path.replace('{id}', ':id')}`);
  for (const one of described) {
    const [method = '', url = ''] = one.split(' ');
    expect([one, app.hasRoute({ method: method as 'GET', url })]).toEqual([one, true]);
  }
  const found = routesOf(app.printRoutes({ commonPrefix: false }));
  expect(found.length).toBeGreaterThan(described.length);
  const isPage = (route: string): boolean => /^GET \/(?:index\.html|voice-call\.js|assets\/\*|\*)?$/.test(route);
  // HEAD comes with GET; OPTIONS and the methods that are refused say which ones there are.
  const refused = await Promise.all(
    found.map(async (route) => {
      const [method = '', url = ''] = route.split(' ');
      if (method === 'HEAD' || method === 'OPTIONS' || isPage(route) || described.includes(route)) return undefined;
      const { statusCode } = await app.inject({ method: method as 'GET', url: url.replace(':id', 'x') });
      return statusCode === 405 ? undefined : route;
    }),
  );
  expect(refused.filter((route) => route !== undefined)).toEqual([]);
});

it('is OpenAPI 3.1 whose references resolve', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument())) as { openapi: string; components: { schemas: object } };
  expect(document.openapi).toMatch(/^3\.1\./);
  const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) expect(Object.keys(document.components.schemas)).toContain(reference.slice(0, -1).split('/').at(-1));
  expect(JSON.stringify(document)).not.toMatch(/undefined|\[object/);
});

it('answers are as it says', async () => {
  const app = server();
  const get = async (url: string, address = '127.0.0.1') =>
    (
      await app.inject({ method: 'GET', url, remoteAddress: address, headers: { authorization: `Bearer ${TOKEN}`, host: 'localhost' } })
    ).json() as unknown;
  expect(healthReport.safeParse(await get('/health')).error).toBeUndefined();
  const outside = await app.inject({ method: 'GET', url: '/health', remoteAddress: '192.0.2.99' });
  expect(healthStatus.safeParse(outside.json()).error).toBeUndefined();
  const list = callList.parse(await get('/v1/calls'));
  expect(list.calls).toHaveLength(1);
  expect(callRecordSchema.safeParse(await get(`/v1/calls/${list.calls[0]?.callId}`)).error).toBeUndefined();
  const made = await app.inject({
    method: 'POST',
    url: '/v1/call-tokens',
    headers: { authorization: `Bearer ${TOKEN}` },
    payload: { persona: 'bot' },
  });
  expect(callTokenAnswer.safeParse(made.json()).error).toBeUndefined();
});

it('schemas and types have the same members', () => {
  expectTypeOf<keyof CallRecord>().toEqualTypeOf<keyof z.infer<typeof callRecordSchema>>();
  expectTypeOf<keyof CallRecord['turns'][number]>().toEqualTypeOf<keyof z.infer<typeof callRecordSchema>['turns'][number]>();
  expectTypeOf<keyof CallRecord['actions'][number]>().toEqualTypeOf<keyof z.infer<typeof callRecordSchema>['actions'][number]>();
  expectTypeOf<keyof CallRecord['facts']>().toEqualTypeOf<keyof z.infer<typeof callRecordSchema>['facts']>();
  expectTypeOf<CallRecord['turns'][number]['outcome']>().toEqualTypeOf<z.infer<typeof callRecordSchema>['turns'][number]['outcome']>();
  expectTypeOf<CallRecord['turns'][number]['source']>().toEqualTypeOf<z.infer<typeof callRecordSchema>['turns'][number]['source']>();
  expectTypeOf<keyof CallSummary>().toEqualTypeOf<keyof z.infer<typeof callSummary>>();
  expectTypeOf<keyof HealthReport>().toEqualTypeOf<keyof z.infer<typeof healthReport>>();
  expectTypeOf<HealthReport['status']>().toEqualTypeOf<z.infer<typeof healthReport>['status']>();
});

/** From the drawing of a tree that fastify makes: each line has a part of a path, and the methods in brackets. */
function routesOf(drawing: string): readonly string[] {
  const above: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── ([^ ]*)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (part === '') return [];
    const depth = indent.length / 4;
    above[depth] = part;
    const path = above.slice(0, depth + 1).join('');
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== '')
      .map((method) => `${method} ${path}`);
  });
}
