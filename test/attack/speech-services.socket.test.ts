import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { probeHealth } from '#app/services/health-probe';
import { systemClock } from '#app/system-clock';
import { createServiceClients, serviceOptions, type ServiceClients } from '#pipeline';

/**
 * The real services, as the app starts them, against a page in a browser and another program of the machine. They have
 * no models here, so whoever is let in is told NOT_READY: who is let in is what these tests are about.
 */
const ROOT = dirname(dirname(import.meta.dirname));
const PYTHON = process.env['PARLEY_PYTHON_PATH'] ?? join(ROOT, '.venv', 'bin', 'python');
const KEY = 'a-key-of-the-speech-services';
const PAGE = { origin: 'https://page.example.net' };
const HOLDER = { authorization: `Bearer ${KEY}` };
const LIMIT_MS = 60_000;

let modelsDir: string;
const children: ChildProcess[] = [];
const ports: Record<'stt' | 'tts' | 'llm', number> = { stt: 0, tts: 0, llm: 0 };

beforeAll(async () => {
  modelsDir = mkdtempSync(join(tmpdir(), 'parley-no-models-'));
  await Promise.all(
    (['stt', 'tts', 'llm'] as const).map(async (name) => {
      ports[name] = await freePort();
      start(name, ['--port', String(ports[name])], { PARLEY_SERVICES_KEY: KEY });
      await answers(ports[name]);
    }),
  );
}, LIMIT_MS);

afterAll(async () => {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
  rmSync(modelsDir, { recursive: true, force: true });
});

function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const { PARLEY_SERVICES_KEY: _, PARLEY_SERVICES_KEY_FILE: __, ...inherited } = process.env;
  const child = spawn(PYTHON, ['-m', `${name}.server`, ...args, '--parent-pid', String(process.pid)], {
    cwd: join(ROOT, 'gpu-services'),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...inherited, PARLEY_MODELS_DIR: modelsDir, ...env },
  });
  children.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(port: number): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (performance.now() < endMs) {
    const status = await fetch(`http://127.0.0.1:${port}/health`).then(
      (response) => response.status,
      () => 0,
    );
    if (status !== 0) return;
    await sleep(100);
  }
  throw new Error(`nothing answers on port ${port}`);
}

async function post(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '{}',
): Promise<{ readonly status: number; readonly code: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
  const { error } = (await response.json()) as { error?: { code?: unknown } };
  return { status: response.status, code: error?.code };
}

async function all(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** The status that refused the handshake, or what the first frame said. */
async function knock(headers: Readonly<Record<string, string>>): Promise<number | unknown> {
  const socket = new WebSocket(`ws://127.0.0.1:${ports.stt}/ws/stt`, { headers });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  socket.on('unexpected-response', (request, { statusCode }) => (request.destroy(), resolve(statusCode)));
  socket.on('message', (data) => resolve((JSON.parse(String(data)) as { code?: unknown }).code));
  socket.on('error', reject);
  try {
    return await promise;
  } finally {
    socket.on('error', () => {});
    socket.terminate();
  }
}

describe('a page that is open in a browser of this machine', () => {
  it('gets no recognition session, whatever it knows', async () => {
    expect(await knock(PAGE)).toBe(403);
    expect(await knock({ ...PAGE, ...HOLDER })).toBe(403);
    expect(await knock({ origin: `http://127.0.0.1:${ports.stt}`, ...HOLDER })).toBe(403);
  });

  it('has nothing spoken or answered: not by a form, not by a script', async () => {
    for (const [port, path] of [
      [ports.tts, '/tts/stream'],
      [ports.llm, '/v1/chat/completions'],
      [ports.llm, '/v1/completions'],
      [ports.llm, '/v1/embeddings'],
    ] as const) {
      expect(await post(port, path, { ...PAGE, 'content-type': 'text/plain' })).toEqual({ status: 403, code: 'ORIGIN_REFUSED' });
      expect(await post(port, path, { ...PAGE, ...HOLDER, 'content-type': 'application/json' })).toEqual({
        status: 403,
        code: 'ORIGIN_REFUSED',
      });
      expect(await post(port, path, { 'sec-fetch-site': 'cross-site', ...HOLDER, 'content-type': 'application/json' })).toEqual({
        status: 403,
        code: 'ORIGIN_REFUSED',
      });
    }
  });
});

describe('another program of this machine', () => {
  it('is refused without the key, and takes no session from a call', async () => {
    const refused = await Promise.all(Array.from({ length: 80 }, () => knock({})));
    expect(new Set(refused)).toEqual(new Set([401]));
    expect(await knock({ authorization: 'Bearer another-key-of-the-services' })).toBe(401);
    expect(await knock(HOLDER)).toBe('NOT_READY');
  });

  it('has to know the key for everything but the question whether a service is well', async () => {
    for (const port of Object.values(ports)) {
      for (const path of ['/metrics', '/tts/voices', '/v1/models', '/docs', '/']) {
        const response = await fetch(`http://127.0.0.1:${port}${path}`);
        expect([path, response.status]).toEqual([path, 401]);
        await response.arrayBuffer();
      }
      expect(Object.keys((await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as object)).toEqual([
        'status',
        'service',
        'keyWanted',
      ]);
    }
  });

  it('that has the key still has to say that its body is JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await post(ports.tts, '/tts/stream', { ...HOLDER, 'content-type': type })).toEqual({ status: 415, code: 'NOT_JSON' });
      expect(await post(ports.llm, '/v1/chat/completions', { ...HOLDER, 'content-type': type })).toEqual({ status: 415, code: 'NOT_JSON' });
    }
    expect(
      await post(ports.llm, '/v1/embeddings', { ...HOLDER, 'content-type': 'application/json; charset=utf-8' }, '{"input":"Hello"}'),
    ).toMatchObject({ code: 'NOT_READY' });
  });
});

describe('the app', () => {
  const clients = (key?: string): ServiceClients => {
    const options = serviceOptions.parse({
      stt: { url: `ws://127.0.0.1:${ports.stt}/ws/stt` },
      tts: { url: `http://127.0.0.1:${ports.tts}/tts/stream` },
      llm: { baseUrl: `http://127.0.0.1:${ports.llm}` },
      embedding: { baseUrl: `http://127.0.0.1:${ports.llm}` },
      retry: { attempts: 1 },
    });
    const keys = key === undefined ? {} : { stt: key, tts: key, llm: key, embedding: key };
    return createServiceClients(options, { clock: systemClock, log: { debug: () => {}, warn: () => {} }, keys });
  };

  it('shows its key to all of them', async () => {
    const { llm, tts, embedder, close } = clients(KEY);
    const { signal } = new AbortController();
    await expect(embedder.embed(['hello'], signal)).rejects.toThrow('NOT_READY');
    await expect(all(llm.reply([{ role: 'user', content: 'hello' }], signal))).rejects.toThrow('NOT_READY');
    await expect(
      all(
        tts.speak(
          { text: 'Hello', voice: 'af_heart', speed: 1, language: 'en-us', deadlineMs: 0 as never, first: true, last: true },
          signal,
        ),
      ),
    ).rejects.toThrow('NOT_READY');
    await close();
  });

  it('says what is wrong when the key is', async () => {
    const { llm, embedder, close } = clients('another-key-of-the-services');
    const { signal } = new AbortController();
    await expect(embedder.embed(['hello'], signal)).rejects.toThrow('HTTP 401: KEY_REFUSED');
    await expect(all(llm.reply([{ role: 'user', content: 'hello' }], signal))).rejects.toThrow('HTTP 401: KEY_REFUSED');
    await close();
    const health = (key?: string): ReturnType<typeof probeHealth> =>
      probeHealth(`http://127.0.0.1:${ports.stt}/health`, 'other', 5_000, key);
    expect(await health()).toMatchObject({
      outcome: 'none',
      reason: expect.stringContaining('it wants a key: PARLEY_SERVICES_KEY') as string,
    });
    expect(await health('another-key-of-the-services')).toMatchObject({
      outcome: 'none',
      reason: expect.stringContaining('started with another key') as string,
    });
    expect((await health(KEY)).reason).toContain('models.fetch');
  });
});

describe('a service that other machines could reach', () => {
  it.each([
    [['--host', '0.0.0.0'], {}],
    [[], { PARLEY_SERVICES_BIND: '0.0.0.0' }],
  ] as const)('does not start without a key: %j %j', async (args, env) => {
    const child = start('tts', [...args, '--port', String(await freePort())], env);
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, said]).toEqual([2, expect.stringContaining('PARLEY_SERVICES_KEY (or PARLEY_SERVICES_KEY_FILE) must be set')]);
  });
});
