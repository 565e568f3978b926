import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { selfSignedCertificate } from '#kit/io/self-signed-certificate';
import type { ActionArguments, ActionResult } from '../../dialogue/actions/action.ts';
import { httpAction } from '../../dialogue/actions/testing/declared.ts';
import { deadPort, httpStandIn, type HttpStandIn } from '../testing/http-stand-in.ts';
import { HttpCaller } from './run-http.ts';

const SECRET = 'do-not-tell-4711';
const LOCAL = { allowAddresses: ['127.0.0.1'] };

async function call(
  url: string,
  more: object = {},
  options: { args?: ActionArguments; signal?: AbortSignal; allowHosts?: readonly string[] } = {},
): Promise<ActionResult> {
  const action = httpAction({ ...LOCAL, url, timeoutMs: 1000, ...more });
  const caller = new HttpCaller(action, {
    allowHosts: options.allowHosts ?? [new URL(url).host],
    secretOf: (name) => (name === 'KEY' ? SECRET : undefined),
  });
  try {
    return await caller.run(
      options.args ?? {},
      'key-1',
      (delayMs, signal) => sleep(delayMs, undefined, { signal }),
      options.signal ?? AbortSignal.timeout(1000),
    );
  } finally {
    await caller.close();
  }
}

function answering(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<HttpStandIn> {
  return httpStandIn((_request, response) => response.writeHead(status, headers).end(body));
}

describe('http actions', () => {
  it('sends what is declared, and takes values from the answer', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; headers?: object }[] = [];
    await using server = await httpStandIn((request, response) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers });
      response
        .writeHead(201, { 'content-type': 'application/json; charset=utf-8' })
        .end('{"booking":{"id":"HI-7","room":"Ocean\\u0007 View"},"free":3}');
    });
    const result = await call(
      `${server.url}/rooms/{place}?n={people}`,
      {
        arguments: { place: { type: 'text' }, people: { type: 'count' }, gone: { type: 'text' } },
        optional: ['gone'],
        headers: { Authorization: 'Bearer {env:KEY}', 'X-Place': '{place}' },
        body: { people: '{people}', note: 'for {people}', key: '{env:KEY}', none: '{gone}' },
        retry: { idempotencyHeader: 'Idempotency-Key' },
        result: { reference: '/booking/id', room: '/booking/room', free: '/free' },
      },
      { args: { place: '../a b\r\nX-Evil: 1?#', people: 2 } },
    );
    expect(result).toEqual({ kind: 'done', values: { reference: 'HI-7', room: 'Ocean View', free: 3 } });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/rooms/..%2Fa%20b%0D%0AX-Evil%3A%201%3F%23?n=2',
        headers: { authorization: `Bearer ${SECRET}`, 'x-place': '../a b X-Evil: 1?#', 'idempotency-key': 'key-1' },
      },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty('x-evil');
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({ people: 2, note: 'for 2', key: SECRET });
  });

  it('understands a refusal, with what would do', async () => {
    await using server = await answering(409, '{"why":"taken","free":["14:00","16:30",{"a":1},"x","y","z"]}');
    const refusals = [
      { status: 409, where: { at: '/why', is: 'closed' }, code: 'closed' },
      { status: 409, code: 'taken', slot: 'time', offers: '/free', values: { why: '/why' } },
    ];
    expect(await call(server.url, { refusals })).toEqual({
      kind: 'refused',
      code: 'taken',
      values: { why: 'taken' },
      slot: 'time',
      offers: ['14:00', '16:30', 'x', 'y'],
    });
  });

  it.each<[string, number, string, Record<string, string>, object, string, boolean]>([
    ['refuses it', 403, '{}', { 'content-type': 'application/json' }, {}, 'http-403', false],
    ['fails', 500, 'oh', { 'content-type': 'text/plain' }, {}, 'http-500', true],
    ['redirects', 302, '', { location: 'http://169.254.169.254/' }, {}, 'redirect', true],
    ['redirects a POST', 307, '', { location: '/elsewhere' }, {}, 'redirect', true],
    ['answers HTML', 200, '<html>', { 'content-type': 'text/html' }, {}, 'not-json', true],
    ['lies about its type', 200, '<html>', { 'content-type': 'application/json' }, {}, 'not-json', true],
    [
      'answers broken UTF-8 or compressed',
      200,
      'x',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      {},
      'not-json',
      true,
    ],
    ['answers without the value', 200, '{"a":{}}', { 'content-type': 'application/json' }, { result: { a: '/a' } }, 'bad-answer', true],
    [
      'sends too much',
      200,
      JSON.stringify('x'.repeat(5000)),
      { 'content-type': 'application/json' },
      { maxAnswerBytes: 1000 },
      'too-large',
      true,
    ],
    ['fails on a GET', 500, '', {}, { method: 'GET' }, 'http-500', false],
  ])('a server that %s', async (_what, status, body, headers, more, code, mayHaveHappened) => {
    await using server = await answering(status, body, headers);
    expect(await call(server.url, more)).toMatchObject({ kind: 'failed', code, mayHaveHappened });
  });

  it('a server that sends without end', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = setInterval(() => response.write('"'.padEnd(10_000, 'x')), 1);
      response.on('close', () => clearInterval(more));
    });
    expect(await call(server.url, { maxAnswerBytes: 20_000 })).toMatchObject({ kind: 'failed', code: 'too-large', mayHaveHappened: true });
  });

  it('a server that is slow', async () => {
    await using server = await httpStandIn(() => undefined);
    expect(await call(server.url, {}, { signal: AbortSignal.timeout(150) })).toMatchObject({
      kind: 'failed',
      code: 'timeout',
      mayHaveHappened: true,
    });
    await server.cut;
  });

  it('a server that closes in the middle', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"a":');
      setTimeout(() => response.destroy(), 10);
    });
    expect(await call(server.url)).toMatchObject({ kind: 'failed', code: 'cut', mayHaveHappened: true });
  });

  it('a server that is dead', async () => {
    const port = await deadPort();
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'failed', code: 'unreachable', mayHaveHappened: false });
  });

  it('a server that does not speak HTTP', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-server\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const result = await call(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    expect(result).toMatchObject({ kind: 'failed', mayHaveHappened: true });
    expect(['bad-answer', 'cut']).toContain(result.kind === 'failed' ? result.code : '');
  });

  it('a server whose certificate nobody vouches for is told nothing, whatever the environment says', async () => {
    let asked = 0;
    const valid = { validFromMs: Date.now() - 60_000, validToMs: Date.now() + 60_000 };
    const keys = await selfSignedCertificate({ ...valid, commonName: '127.0.0.1', serverNames: ['127.0.0.1'] });
    const server = createHttpsServer(keys, (_request, response) => {
      asked += 1;
      response.end('{}');
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const result = await call(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
    expect(result).toMatchObject({ kind: 'failed', code: 'certificate', mayHaveHappened: false });
    expect(asked).toBe(0);
  });

  it('repeats only with a key, and with the same one', async () => {
    const keys: unknown[] = [];
    await using server = await httpStandIn((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.writeHead(keys.length < 3 ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
    });
    expect(await call(server.url, { retry: { times: 2, waitMs: 1, idempotencyHeader: 'Idempotency-Key' } })).toMatchObject({
      kind: 'done',
    });
    expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
    keys.length = 0;
    expect(await call(server.url)).toMatchObject({ kind: 'failed', code: 'http-503' });
    expect(keys).toEqual([undefined]);
  });

  it('a repetition that is refused may still have happened the first time', async () => {
    let times = 0;
    await using server = await httpStandIn((_request, response) => {
      times += 1;
      response.writeHead(times === 1 ? 503 : 403, { 'content-type': 'application/json' }).end('{}');
    });
    expect(await call(server.url, { retry: { times: 2, waitMs: 1, idempotencyHeader: 'Idempotency-Key' } })).toMatchObject({
      code: 'http-403',
      mayHaveHappened: true,
    });
  });

  it.each([
    ['a name of this machine', 'http://localhost:{port}/', [], 'address-not-allowed'],
    ['its address', 'http://127.0.0.1:{port}/', [], 'address-not-allowed'],
    ['its address in IPv6', 'http://[::ffff:127.0.0.1]:{port}/', [], 'address-not-allowed'],
    ['its address as a number', 'http://2130706433:{port}/', [], 'address-not-allowed'],
    ['a host that is not allowed', 'http://127.0.0.1:{port}/', ['api.example.com'], 'host-not-allowed'],
    ['another port', 'http://127.0.0.1:{port}/', ['127.0.0.1', '127.0.0.1:1'], 'host-not-allowed'],
  ])('does not even connect to %s', async (_what, template, allowHosts, code) => {
    await using server = await answering(200, '{}');
    const url = template.replace('{port}', new URL(server.url).port);
    const options = allowHosts.length === 0 ? {} : { allowHosts };
    // 192.0.2.1 stands for "some address is named", which plain http needs.
    expect(await call(url, { allowAddresses: ['192.0.2.1'] }, options)).toMatchObject({ kind: 'failed', code, mayHaveHappened: false });
    expect(server.connections).toBe(0);
  });

  it('tells before the start what can never work', () => {
    const caller = new HttpCaller(httpAction({ url: 'https://api.example.com/{x}', headers: { 'X-Key': '{env:MISSING} {env:KEY}' } }), {
      allowHosts: ['other.example.com'],
      secretOf: (name) => (name === 'KEY' ? SECRET : ''),
    });
    expect(caller.faults).toEqual([
      'the environment variable MISSING is not set, which its request needs',
      'api.example.com is not among the allowed hosts: put it under actions.allowHosts of the configuration',
    ]);
  });

  it('no secret is in what it tells', async () => {
    const port = await deadPort();
    const result = await call(`http://127.0.0.1:${port}/`, { headers: { Authorization: '{env:KEY}' }, body: '{env:KEY}' });
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });
});
