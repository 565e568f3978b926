import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildHttp } from '#app/http/build-http';
import { SqliteCallStore } from '#app/store/sqlite';

const TOKEN = 'a-token-for-the-tests';
let folder: string;
let port: number;
let app: ReturnType<typeof buildHttp>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-attack-'));
  mkdirSync(join(folder, 'assets'));
  for (const name of ['index.html', 'voice-call.js', '.env', 'assets/.env', 'assets/.htpasswd'])
    writeFileSync(join(folder, name), name.includes('.env') || name.includes('.ht') ? 'SECRET=1' : 'built');
  app = buildHttp({
    health: () => ({
      status: 'degraded' as const,
      calls: 3,
      callsByKind: { sip: 3, webrtc: 0, websocket: 0 },
      places: { sip: PLACES, webrtc: PLACES, websocket: PLACES },
      services: [{ name: 'stt', state: 'failed', reason: 'no models of Ann' }],
      accounts: [],
      trunks: [],
      addresses: ['192.0.2.7:5060'],
      pages: [],
    }),
    registry: new Registry(),
    calls: { store: new SqliteCallStore(':memory:'), token: TOKEN, endCall: () => false },
    callTokens: { token: TOKEN, ttlS: 120, maxTtlS: 600, hasPersona: () => true, issue: () => '', wallMs: () => 0 },
    page: { directory: folder, httpsPort: () => undefined },
    gateways: [],
    // Of loopback only one address, so that another one is a stranger's.
    insiders: ['127.0.0.1/32'],
    trustedProxies: [],
    log: () => undefined,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Bytes out, and all that comes back until the far side closes or nothing comes for a while. */
function ask(bytes: string, localAddress = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    let answer = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const get = (path: string, headers: readonly string[] = [], version = '1.1', host = `127.0.0.1:${port}`): string =>
  [`GET ${path} HTTP/${version}`, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n');
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

// /health and /metrics were open to whoever reached the port.
describe('what strangers read', () => {
  it.each<readonly [what: string, request: () => string, localAddress: string]>([
    ['from another address', () => get('/health'), '127.0.0.2'],
    ['by a proxy of this machine', () => get('/health', ['X-Forwarded-For: 127.0.0.1']), '127.0.0.1'],
    ['by a proxy that speaks HTTP/1.0', () => get('/health', [], '1.0'), '127.0.0.1'],
    ['by a proxy that keeps the name', () => get('/health', [], '1.1', 'voice.example.net'), '127.0.0.1'],
    ['by a page whose name was pointed here', () => get('/health', [], '1.1', `rebound.example:${port}`), '127.0.0.1'],
    ['with a wrong token', () => get('/health', ['Authorization: Bearer wrong'], '1.1'), '127.0.0.2'],
  ])('%s: whether calls are taken, and no more', async (_what, request, localAddress) => {
    const answer = await ask(request(), localAddress);
    expect(answer).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(bodyOf(answer)).toBe('{"status":"degraded"}');
    const metrics = await ask(request().replace('/health', '/metrics'), localAddress);
    expect(metrics).toMatch(/^HTTP\/1\.[01] 401 /);
    expect(metrics).not.toMatch(/^(#|parley_|process_|nodejs_)/m);
  });

  it('is all of it on the machine itself, and with the token from anywhere', async () => {
    expect(bodyOf(await ask(get('/health')))).toContain('192.0.2.7:5060');
    expect(bodyOf(await ask(get('/health', [`Authorization: Bearer ${TOKEN}`]), '127.0.0.2'))).toContain('192.0.2.7:5060');
    expect(await ask(get('/metrics'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    '/assets/.env',
    '/assets/%2eenv',
    '/assets/.htpasswd',
    '/.env',
    '/assets/../.env',
    '/assets/%2e%2e/.env',
    '/assets//.env',
    '/assets\\.env',
  ])('is no file that was not built: %s', async (path) => {
    const answer = await ask(get(path));
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('SECRET');
  });
});

// 414, malformed addresses and what the parser of HTTP refuses came in forms of their own, with the words of the request in them.
describe('errors', () => {
  it.each<readonly [what: string, request: () => string, status: number]>([
    ['an address that cannot be decoded', () => get('/%E0%A4%A-reflected'), 400],
    ['a parameter that is too long', () => get(`/v1/calls/${'reflected'.repeat(60)}`, [`Authorization: Bearer ${TOKEN}`]), 414],
    ['an unknown address', () => get('/<reflected>?reflected=1'), 404],
    ['a method that there is not', () => 'REFLECTED / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['no HTTP at all', () => '\u0016\u0003\u0001reflected\r\n\r\n', 400],
    ['a header that is too long', () => get('/', [`X-Reflected: ${'reflected'.repeat(3_000)}`]), 431],
    ['two lengths', () => 'POST /v1/call-tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nreflected', 400],
    [
      'a length and chunks',
      () => 'POST /v1/call-tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\nreflected',
      400,
    ],
    [
      'a body that is no JSON',
      () =>
        `POST /v1/call-tokens HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nreflected`,
      400,
    ],
    [
      'a body of a strange type',
      () =>
        `POST /v1/call-tokens HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: text/reflected\r\nContent-Length: 9\r\n\r\nreflected`,
      415,
    ],
  ])('%s is told as problem details that repeat nothing', async (_what, request, status) => {
    const answer = await ask(request());
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      type: 'about:blank',
      status,
      code: expect.stringMatching(/^[A-Z_]+$/),
      detail: expect.any(String),
    });
    expect(answer).not.toMatch(/reflected/i);
  });
});

const PLACES = { connected: 3, connecting: 0, free: 17 };
