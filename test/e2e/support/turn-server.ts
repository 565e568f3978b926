import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort } from './app-under-test.ts';

/** A coturn that listens for TCP on loopback alone, as one that is all that a firewall lets through. */
export interface TurnServer {
  readonly url: string;
  readonly secret: string;
  /** Credentials by hand, of the REST scheme. */
  credentials(expiresAtS: number, secret?: string): { urls: string; username: string; credential: string };
  /** Everything it has written so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startTurnServer(): Promise<TurnServer> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-turn-'));
  const port = await freeTcpPort();
  const secret = randomBytes(16).toString('hex');
  const url = `turn:127.0.0.1:${port}?transport=tcp`;
  const child = spawn(
    'turnserver',
    [
      '-n',
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${port}`,
      '--no-udp',
      '--no-tls',
      '--no-dtls',
      '--no-cli',
      '--use-auth-secret',
      `--static-auth-secret=${secret}`,
      '--realm=parley.test',
      '--allow-loopback-peers',
      '--fingerprint',
      '--verbose',
      '--log-file=stdout',
      '--simple-log',
      `--pidfile=${join(dir, 'pid')}`,
      `--userdb=${join(dir, 'users')}`,
    ],
    { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const listening = new Promise<void>((resolve, reject) => {
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(`TCP listener opened on : 127.0.0.1:${port}`)) resolve();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Error('no coturn is here; npm test installs it on Debian', { cause: error })));
    child.once('exit', (code) => reject(new Error(`coturn ended with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`coturn did not listen:\n${output}`)), 10_000).unref();
  });
  await listening;
  return {
    url,
    secret,
    credentials: (expiresAtS, withSecret = secret) => {
      const username = `${Math.floor(expiresAtS)}:by-hand`;
      return { urls: url, username, credential: createHmac('sha1', withSecret).update(username).digest('base64') };
    },
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
