import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../system-clock.ts';
import type { ServiceState } from './restart-policy.ts';
import { ServiceSupervisor } from './supervisor.ts';

/** Stands in for Python: answers /health, says what it was told, heeds or ignores SIGTERM. */
const STAND_IN = `
import { createServer } from 'node:http';
const args = process.argv.slice(2);
const port = Number(args[args.indexOf('--port') + 1]);
if (process.env.STAND_IN === 'broken') { console.error('ImportError: no module'); process.exit(1); }
if (process.env.STAND_IN === 'stubborn') process.on('SIGTERM', () => {});
createServer((_, response) => response.end(JSON.stringify({ status: 'ready', service: 'stt', models: process.env.PARLEY_MODELS_DIR }))).listen(port, '127.0.0.1');
console.log(JSON.stringify({ level: 30, msg: 'ready', module: args[1] }));
`;

let root: string;
let supervisor: ServiceSupervisor | undefined;
let blocker: Server | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-services-'));
  mkdirSync(join(root, 'gpu-services'));
  writeFileSync(join(root, 'stand-in.mjs'), STAND_IN);
  writeFileSync(join(root, 'python'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'stand-in.mjs')}' "$@"\n`);
  chmodSync(join(root, 'python'), 0o755);
});
afterEach(async () => {
  await supervisor?.stop();
  supervisor = undefined;
  blocker?.close();
  blocker = undefined;
  rmSync(root, { recursive: true, force: true });
});

async function listenAnywhere(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function freePort(): Promise<number> {
  const server = await listenAnywhere();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function supervise(
  port: number,
  behaviour = 'well',
): {
  readonly states: ServiceState[];
  readonly logged: string[];
  readonly reached: (state: ServiceState, times?: number) => Promise<void>;
} {
  const states: ServiceState[] = [];
  const logged: string[] = [];
  let onChange = (): void => {};
  supervisor = new ServiceSupervisor(
    {
      name: 'stt',
      healthUrl: `http://127.0.0.1:${port}/health`,
      key: undefined,
      start: { module: 'stt.server', host: '127.0.0.1', port, env: { STAND_IN: behaviour } },
    },
    {
      healthIntervalMs: 200,
      healthTimeoutMs: 1_000,
      misses: 3,
      startTimeoutMs: 10_000,
      backoffMs: 10,
      maxBackoffMs: 50,
      stableMs: 60_000,
      stopGraceMs: 300,
      portPatienceMs: 0,
      niceness: 5,
      transcripts: false,
      pythonPath: join(root, 'python'),
      modelsDir: '/models',
      cacheDir: root,
      root,
      clock: systemClock,
      log: (level, message, fields) =>
        logged.push(`${level} ${message} ${String(fields?.['cause'] ?? fields?.['module'] ?? fields?.['line'] ?? '')}`.trim()),
      onState: (state) => {
        states.push(state);
        onChange();
      },
    },
  );
  supervisor.start();
  const reached = (state: ServiceState, times = 1): Promise<void> =>
    new Promise((resolve) => {
      onChange = () => {
        if (states.filter((seen) => seen === state).length >= times) resolve();
      };
      onChange();
    });
  return { states, logged, reached };
}

describe('a service process', () => {
  it('is started, killed by somebody, started again, and stopped', async () => {
    const { states, logged, reached } = supervise(await freePort());
    await supervisor?.firstReady;
    expect(supervisor?.report.details).toMatchObject({ models: '/models' });
    process.kill(supervisor?.report.pid ?? 0, 'SIGKILL');
    await reached('ready', 2);
    await supervisor?.stop();
    expect(states).toEqual(['starting', 'ready', 'restarting', 'ready', 'stopped']);
    expect(logged).toContain('info ready stt.server');
    expect(logged).toContain('warn service ended it was ended by SIGKILL');
  });

  it('that ignores SIGTERM is killed', async () => {
    const { logged } = supervise(await freePort(), 'stubborn');
    await supervisor?.firstReady;
    await supervisor?.stop();
    expect(logged).toContain('warn service did not stop in time and is killed');
  });

  it('that never comes up is given up, with what it said', async () => {
    supervise(await freePort(), 'broken');
    await expect(supervisor?.firstReady).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: expect.stringContaining('ImportError: no module') as string,
    });
  });

  it('whose port is taken is not started, and the person is told what to do', async () => {
    blocker = await listenAnywhere();
    supervise((blocker.address() as AddressInfo).port);
    await expect(supervisor?.firstReady).rejects.toMatchObject({
      message: expect.stringMatching(
        /port \d+ is taken by another program\. Stop it, or choose another port with --set clients\.stt\.url/,
      ) as string,
    });
  });

  it('whose Python is not there is given up at once', async () => {
    rmSync(join(root, 'python'));
    supervise(await freePort());
    await expect(supervisor?.firstReady).rejects.toMatchObject({ message: expect.stringContaining('cannot be run') as string });
  });
});
