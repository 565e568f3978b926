import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from '#callers/io/caller';
import { startParley, type Parley } from '#app/compose';
import { createLog } from '#app/telemetry/log';
import { configWith } from '#app/testing/config';
import type { PlacesHeld } from '#app/places';
import type { LegKind } from '#domain/call';

/** The whole app as it is composed, on free ports of this machine, but for speech: nobody is understood, and the bot says nothing. */
export interface House {
  readonly httpUrl: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sipPort: number;
  /** What each kind of leg holds, as `/health` tells it. */
  places(): Promise<Readonly<Record<LegKind, PlacesHeld>>>;
  /** A telephone dials, is answered and hangs up; resolves with how long the answer took, ms. */
  phoneCall(): Promise<number>;
  logged(): readonly string[];
  close(): Promise<void>;
}

/** `set` as after `--set`. Nobody is trusted, so that callers on this machine count by their addresses 127.0.0.x as strangers do. */
export async function openHouse(...set: readonly string[]): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-attack-'));
  // One for UDP and TCP: 0 would give two.
  const [httpsPort, sipPort] = await Promise.all([freePort(), freePort()]);
  const config = configWith(
    `sip.port=${sipPort}`,
    'sip.bindAddress=127.0.0.1',
    'http.port=0',
    'media.ports.first=0',
    'media.vad.mode=energy',
    'media.bindAddress=127.0.0.1',
    'webrtc.ports.first=0',
    'webrtc.bindAddresses=["127.0.0.1"]',
    'limits.trusted=[]',
    'store.path=:memory:',
    'shutdown.graceMs=0',
    `http.tokenFile=${join(dataDir, 'api-token')}`,
    `http.https.directory=${join(dataDir, 'https')}`,
    `actions.dataDir=${join(dataDir, 'actions')}`,
    `http.https.port=${httpsPort}`,
    ...set,
  );
  const logged: string[] = [];
  const log = createLog(
    { level: 'info', transcripts: false },
    { write: (line: string) => void (logged.length < MAX_LOGGED && logged.push(line)) },
  );
  const parley = await startParley({
    config,
    log,
    secrets: {},
    modelsDir: join(dataDir, 'models'),
    cacheDir: dataDir,
    pageDir: join(dataDir, 'page'),
    services: { ready: Promise.resolve(), keys: {}, status: () => [], restart: () => undefined, stop: () => Promise.resolve() },
    progress: () => undefined,
    stop: new AbortController().signal,
    prepareSpeech: () =>
      Promise.resolve({
        warm: () => undefined,
        converse: (leg) => ({ sayGoodbye: async (_text, reason) => leg.end(reason) }),
        finishInBackground: () => undefined,
        refusedByLlm: [],
        vectorsFault: undefined,
      }),
  });
  return houseOf(parley, httpsPort, logged, dataDir);
}

function houseOf(parley: Parley, httpsPort: number, logged: readonly string[], dataDir: string): House {
  const { httpUrl } = parley.page;
  const sipPort = Number(/:(\d+)$/.exec(parley.addresses[0] ?? '')?.[1]);
  return {
    httpUrl,
    httpPort: Number(new URL(httpUrl).port),
    httpsPort,
    sipPort,
    places: async () => ((await (await fetch(`${httpUrl}/health`)).json()) as { places: Record<LegKind, PlacesHeld> }).places,
    phoneCall: async () => {
      const caller = await Caller.dial(`sip:bot@127.0.0.1:${sipPort}`);
      const { setupMs } = caller;
      await caller.hangUp();
      return setupMs;
    },
    logged: () => logged,
    close: async () => {
      await parley.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until `holds`, at most `timeoutMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 8_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const MAX_LOGGED = 20_000;
