import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { AppError, errorText } from '#domain/errors';
import { freePort, whyNotFree } from '../free-port.ts';

export interface Broker {
  readonly url: string;
  /** Undefined where it is somebody else's. */
  readonly pid: number | undefined;
  /** Ends it if it is ours. Idempotent. */
  stop(): Promise<void>;
}

/** The RabbitMQ at `url`, or one of our own from Debian's package: on loopback, on free ports, its data in a folder that goes with it. */
export async function openBroker(url: string | undefined, note: (text: string) => void): Promise<Broker> {
  if (url !== undefined && url !== '') {
    await answers(url).catch((error: unknown) => {
      throw new AppError('NO_BROKER', `NO_BROKER: AMQP_URL = ${masked(url)}: no RabbitMQ answers there: ${errorText(error)}`, {
        cause: error,
      });
    });
    return { url, pid: undefined, stop: async () => undefined };
  }
  const script = rabbitScript();
  if (script === undefined) {
    throw new AppError(
      'NO_BROKER',
      'NO_BROKER: jobs go through RabbitMQ, which is not installed here. Install it (Debian, Ubuntu: apt-get install --no-install-recommends rabbitmq-server), or set AMQP_URL=amqp://HOST:5672/, with USER:PASSWORD@ before the host if it needs them',
    );
  }
  note('starting RabbitMQ');
  return startBroker(script);
}

/** Debian's `rabbitmq-server` on the path changes the user and uses the machine's own folders; the script below it does not. */
function rabbitScript(): string | undefined {
  const folder = '/usr/lib/rabbitmq/lib';
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name, 'sbin', 'rabbitmq-server'))
    .findLast((path) => existsSync(path));
}

async function startBroker(script: string): Promise<Broker> {
  const data = mkdtempSync(join(tmpdir(), 'parley-rabbitmq-'));
  const [port, distPort, epmdPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const password = randomBytes(18).toString('base64url');
  writeFileSync(
    join(data, 'rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'default_user = parley',
      `default_pass = ${password}`,
      'loopback_users = none',
      'log.console = true',
      'log.console.level = error',
      'log.file = false',
      'vm_memory_high_watermark.absolute = 512MB',
      'disk_free_limit.absolute = 50MB',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const env = {
    ...process.env,
    HOME: data,
    RABBITMQ_MNESIA_BASE: join(data, 'mnesia'),
    RABBITMQ_LOG_BASE: join(data, 'log'),
    RABBITMQ_CONFIG_FILE: join(data, 'rabbitmq.conf'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(data, 'config'),
    RABBITMQ_SCHEMA_DIR: join(data, 'schema'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(data, 'feature-flags'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(data, 'plugins'),
    RABBITMQ_PID_FILE: join(data, 'pid'),
    RABBITMQ_NODENAME: `parley-${process.pid}-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    // A port mapper of its own, so that it can be ended with the broker and meets no other node.
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    // One scheduler: it carries a few messages a second, and the cores are for the models.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1',
  };
  const child = spawn(script, [], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  const exited = once(child, 'exit').catch(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      // The script's Erlang is its child: the group is ended, not the shell alone.
      if (child.exitCode === null && child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
      const insist = setTimeout(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(insist);
      const epmd = spawn('epmd', ['-port', String(epmdPort), '-kill'], { env, stdio: 'ignore' });
      await once(epmd, 'exit').catch(() => undefined);
      rmSync(data, { recursive: true, force: true });
    })());
  const url = String(Object.assign(new URL(`amqp://127.0.0.1:${port}/`), { username: 'parley', password }));
  const untilMs = performance.now() + READY_WITHIN_MS;
  try {
    for (;;) {
      if (child.exitCode !== null) throw new AppError('BROKER_FAILED', `BROKER_FAILED: RabbitMQ ended with ${child.exitCode}:\n${output}`);
      if (
        (await whyNotFree('tcp', '127.0.0.1', port)) !== undefined &&
        (await answers(url).then(
          () => true,
          () => false,
        ))
      )
        return { url, pid: child.pid, stop };
      if (performance.now() > untilMs)
        throw new AppError('BROKER_FAILED', `BROKER_FAILED: RabbitMQ was not ready within ${READY_WITHIN_MS / 1000} s:\n${output}`);
      await sleep(POLL_MS);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function answers(url: string): Promise<void> {
  const connection = await connect(url, { timeout: CONNECT_WITHIN_MS });
  await connection.close();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

function masked(url: string): string {
  return url.replace(/(\/\/[^/:@\s]*:)[^@/\s]+@/, '$1********@');
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const CONNECT_WITHIN_MS = 3_000;
const POLL_MS = 200;
