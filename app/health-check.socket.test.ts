import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteRunning, runningFile } from './running-file.ts';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-health-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function check(): Promise<{ readonly code: number; readonly text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'health-check.ts'), join(folder, 'api-token')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

/** An app that listens on another port than the usual one and answers `/health` with `status`. */
async function appThatAnswers(status: number): Promise<void> {
  const listening = createServer((request, reply) => reply.writeHead(request.url === '/health' ? status : 404).end(`{"status":${status}}`));
  server = listening;
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  noteRunning(runningFile(join(folder, 'api-token')), {
    pid: process.pid,
    user: '',
    sip: '127.0.0.1:5060',
    httpUrl: `http://127.0.0.1:${port}`,
    sttUrl: '',
    ttsUrl: '',
  });
}

describe('the health check of a container: it was deaf once HTTP_BIND_ADDRESS was set', () => {
  it('asks where the app listens', async () => {
    await appThatAnswers(200);
    expect(await check()).toEqual({ code: 0, text: '{"status":200}\n' });
  });

  it('says that calls are not taken', async () => {
    await appThatAnswers(503);
    expect(await check()).toEqual({ code: 1, text: '{"status":503}\n' });
  });

  it('says that the app is not up', async () => {
    expect(await check()).toEqual({ code: 1, text: 'the app is not up yet\n' });
  });

  it('says that nothing answers any more', async () => {
    await appThatAnswers(200);
    server?.close();
    const { code } = await check();
    expect(code).toBe(1);
  });
});
