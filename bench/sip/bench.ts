import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { distribution, type Distribution } from '#bench/report';
import type { Progress } from '#bench/progress';
import { numberOption } from '../call/options.ts';
import type { GatewayReport } from './io/gateway-process.ts';
import { callAtRate } from './io/load.ts';

export interface SipResults {
  readonly attempted: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly retransmissions: number;
  readonly answeredPerS: number;
  readonly setupMs: Distribution;
  readonly rssStartBytes: number;
  /** After all calls have ended and the transactions that outlive them (32 s) are gone or not: what the process then holds. */
  readonly rssEndBytes: number;
  readonly callsLeft: number;
}

/** Sets up and ends calls at a rate against a gateway of its own: embedded server, drachtio-srf, gateway, media worker. */
export async function run(args: readonly string[], progress: Progress): Promise<SipResults> {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: { rate: { type: 'string' }, seconds: { type: 'string' }, hold: { type: 'string' } },
  });
  const ratePerS = numberOption('rate', values.rate ?? '200', 1, 5000);
  const seconds = numberOption('seconds', values.seconds ?? '10', 1, 3600);
  const holdMs = numberOption('hold', values.hold ?? '500', 0, 600_000);
  const gateway = await startGateway();
  try {
    await callAtRate({
      host: '127.0.0.1',
      port: gateway.port,
      ratePerS: Math.min(20, ratePerS),
      seconds: 2,
      holdMs: 100,
      onSecond: () => {},
    }); // compiled code, open files: not the bench's matter
    const before = await gateway.memory();
    const startMs = performance.now();
    const load = await callAtRate({
      host: '127.0.0.1',
      port: gateway.port,
      ratePerS,
      seconds,
      holdMs,
      onSecond: (attempted, answered, failed) => progress.step(attempted, ratePerS * seconds, `${answered} answered, ${failed} failed`),
    });
    const tookS = (performance.now() - startMs - holdMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const after = await gateway.memory();
    return {
      attempted: load.attempted,
      failed: load.failed,
      failures: load.failures,
      retransmissions: load.retransmissions,
      answeredPerS: Math.round((load.setupMs.length / Math.max(seconds, tookS)) * 10) / 10,
      setupMs: distribution(load.setupMs),
      rssStartBytes: before.rssBytes,
      rssEndBytes: after.rssBytes,
      callsLeft: after.activeCalls,
    };
  } finally {
    await gateway.stop();
  }
}

interface GatewayProcess {
  readonly port: number;
  memory(): Promise<Extract<GatewayReport, { kind: 'memory' }>>;
  stop(): Promise<void>;
}

async function startGateway(): Promise<GatewayProcess> {
  const child = fork(fileURLToPath(new URL('./io/gateway-process.ts', import.meta.url)), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await report(child, 'ready');
  return {
    port: ready.port,
    memory: () => {
      const answer = report(child, 'memory');
      child.send({ kind: 'memory' });
      return answer;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.send({ kind: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

function report<K extends GatewayReport['kind']>(child: ChildProcess, kind: K): Promise<Extract<GatewayReport, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(
        new Error(
          `the gateway process ended with ${code ?? 'a signal'} before it was ${kind === 'ready' ? 'ready' : 'done'}; its message is above`,
        ),
      );
    const onMessage = (message: GatewayReport) => {
      if (message.kind !== kind) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(message as Extract<GatewayReport, { kind: K }>);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
