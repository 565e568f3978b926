import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT_DIR = fileURLToPath(new URL('../../..', import.meta.url));

/** Where a running app is reached; plain data, so that it can be handed from the global set-up to the tests. */
export interface AppAddress {
  readonly pid: number;
  readonly sipPort: number;
  readonly httpUrl: string;
  readonly token: string;
  readonly sttUrl: string;
  readonly ttsUrl: string;
  readonly llmUrl: string;
  readonly servicesKey: string;
  readonly dataDir: string;
  readonly readyLine: string;
}

export interface AppUnderTest extends AppAddress {
  /** Everything written to stdout and stderr so far. */
  output(): string;
  /** SIGTERM, or another signal; resolves with the exit code once the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code when the process ends by itself. */
  readonly exited: Promise<number | null>;
}

export interface AppOptions {
  /** `key=value` as after `--set`. */
  readonly set?: readonly string[];
  /** Use the services of another app instead of starting some. */
  readonly servicesOf?: Pick<AppAddress, 'sttUrl' | 'ttsUrl' | 'llmUrl'>;
  /** `page`: resolves as soon as the page is served, however long the services may take. */
  readonly until?: 'ready' | 'page';
  /** Beside, or instead of, what the tests' own environment has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node itself, such as `--inspect=127.0.0.1:0`. */
  readonly nodeFlags?: readonly string[];
}

const READY_WITHIN_MS = 240_000;
const MAX_OUTPUT_CHARS = 2_000_000;

/** Starts the whole app on free ports with its data in a folder of its own; resolves at the line that begins `Ready: dial`, if nothing else is asked for. */
export async function startApp(options: AppOptions = {}): Promise<AppUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
  const [sipPort, httpPort, sttPort, ttsPort, llmPort] = await Promise.all([
    freeSipPort(),
    freeTcpPort(),
    freeTcpPort(),
    freeTcpPort(),
    freeTcpPort(),
  ]);
  const others = options.servicesOf;
  const sttUrl = others?.sttUrl ?? `ws://127.0.0.1:${sttPort}/ws/stt`;
  const ttsUrl = others?.ttsUrl ?? `http://127.0.0.1:${ttsPort}`;
  const llmUrl = others?.llmUrl ?? `http://127.0.0.1:${llmPort}`;
  const token = 'e2e-token-that-is-long-enough';
  const servicesKey = 'e2e-key-of-the-speech-services';
  const settings = [
    `sip.port=${sipPort}`,
    `http.port=${httpPort}`,
    'http.bindAddress=127.0.0.1',
    `clients.stt.url=${sttUrl}`,
    `clients.tts.url=${ttsUrl}/tts/stream`,
    `clients.llm.baseUrl=${llmUrl}`,
    `clients.embedding.baseUrl=${llmUrl}`,
    `services.mode=${others ? 'external' : 'managed'}`,
    `actions.dataDir=${join(dataDir, 'actions')}`,
    `store.path=${join(dataDir, 'calls.sqlite')}`,
    `http.tokenFile=${join(dataDir, 'api-token')}`,
    ...(options.set ?? []),
  ];
  const child = spawn(
    process.execPath,
    [...(options.nodeFlags ?? []), join(ROOT_DIR, 'app', 'main.ts'), ...settings.flatMap((setting) => ['--set', setting])],
    {
      cwd: ROOT_DIR,
      env: { ...process.env, PARLEY_API_TOKEN: token, PARLEY_SERVICES_KEY: servicesKey, INIT_CWD: ROOT_DIR, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output = collect(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const readyLine = await Promise.race([
    output.line(options.until === 'page' ? /^ *waiting for the speech services$/m : /^Ready: dial .*$/m),
    exited.then((code) => {
      throw new Error(`the app ended with ${code} before it was ready:\n${output.text().slice(-6000)}`);
    }),
    new Promise<never>((_, reject) =>
      setTimeout(
        () => reject(new Error(`the app was not ready within ${READY_WITHIN_MS / 1000} s:\n${output.text().slice(-6000)}`)),
        READY_WITHIN_MS,
      ).unref(),
    ),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    sipPort,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    token,
    sttUrl,
    ttsUrl,
    llmUrl,
    servicesKey,
    dataDir,
    readyLine,
    exited,
    output: () => output.text(),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), 40_000);
      const code = await exited;
      clearTimeout(insist);
      await rm(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

function collect(child: ChildProcess): { text(): string; line(pattern: RegExp): Promise<string> } {
  let text = '';
  const watchers = new Set<() => void>();
  const keep = (chunk: Buffer) => {
    if (text.length < MAX_OUTPUT_CHARS) text += chunk.toString();
    for (const watch of watchers) watch();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return {
    text: () => text,
    line: (pattern) =>
      new Promise((resolve) => {
        const watch = () => {
          const found = pattern.exec(text)?.[0];
          if (found === undefined) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
      }),
  };
}

/** Free for UDP and TCP alike. */
async function freeSipPort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await freeTcpPort();
    const socket = createSocket('udp4');
    const free = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind(port, '0.0.0.0', () => resolve(true));
    });
    if (free) socket.close();
    if (free) return port;
  }
  throw new Error('no port was free for both UDP and TCP');
}

export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
