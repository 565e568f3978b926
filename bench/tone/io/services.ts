import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { prepareFor } from '#app/setup/prepare';
import { startServices } from '#app/services/index';
import { systemClock } from '#app/system-clock';
import { ROOT_DIR } from '#bench/call/bench';
import type { SpeechServices } from '#bench/call/io/speech-services';
import type { Progress } from '#bench/progress';
import { loadConfig, type Config } from '#config';
import { errorText } from '#domain/errors';
import { createServiceClients, type Embedder, type PipelineOptions } from '#pipeline';
import type { ToneBenchOptions } from '../options.ts';

export interface BenchServices {
  readonly speech: SpeechServices;
  readonly embedder: Embedder;
  readonly tone: PipelineOptions['tone'];
  close(): Promise<void>;
}

/** Those that are named, or own ones on free ports, which end with the bench. Throws an `Error` that says what is wrong. */
export async function openServices(options: ToneBenchOptions, progress: Progress): Promise<BenchServices> {
  const { stt, tts, embedding } = options;
  const isOurs = stt === undefined || tts === undefined || embedding === undefined;
  const ports = isOurs ? await freePorts(3) : [];
  const urls = isOurs
    ? { stt: `ws://127.0.0.1:${ports[0]}/ws/stt`, tts: `http://127.0.0.1:${ports[1]}`, llm: `http://127.0.0.1:${ports[2]}` }
    : { stt, tts, llm: embedding };
  const config = configFor(urls);
  const key = process.env['PARLEY_SERVICES_KEY']?.trim();
  const own = isOurs ? await startOwn(config, progress) : undefined;
  const keys = own?.keys ?? (key ? { stt: key, tts: key, llm: key, embedding: key } : {});
  // Many texts at once on a busy machine: nobody waits.
  const patient = { ...config.clients, embedding: { ...config.clients.embedding, timeoutMs: 30_000 } };
  const clients = createServiceClients(patient, { clock: systemClock, log: SILENT, keys });
  return {
    speech: { sttUrl: urls.stt, ttsUrl: urls.tts, ...(keys.tts !== undefined && { key: keys.tts }) },
    embedder: clients.embedder,
    tone: config.pipeline.tone,
    close: async () => {
      await clients.close();
      await own?.stop();
    },
  };
}

function configFor(urls: { readonly stt: string; readonly tts: string; readonly llm: string }): Config {
  const set = {
    'clients.stt.url': urls.stt,
    'clients.tts.url': `${urls.tts}/tts/stream`,
    'clients.llm.baseUrl': urls.llm,
    'clients.embedding.baseUrl': urls.llm,
    'log.level': 'error',
  };
  const loaded = loadConfig({
    argv: Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    env: {},
    root: ROOT_DIR,
    cwd: ROOT_DIR,
  });
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  return loaded.config;
}

async function startOwn(
  config: Config,
  progress: Progress,
): Promise<{ readonly keys: Readonly<Partial<Record<'stt' | 'tts' | 'llm' | 'embedding', string>>>; stop(): Promise<void> }> {
  const prepared = await prepareFor(['python', 'models']);
  progress.note('starting the speech services of this bench');
  // What they print tells why one does not start.
  const printed: string[] = [];
  const log = (level: string, message: string, fields: Record<string, unknown> = {}): void => {
    if (message.startsWith('service') && (level === 'error' || level === 'warn' || fields['line'] !== undefined))
      printed.push(`${message}: ${JSON.stringify(fields)}`);
  };
  const services = await startServices(config, {
    places: { root: ROOT_DIR, ...prepared },
    secrets: {},
    log,
    progress: (message) => progress.note(`  ${message}`),
  });
  try {
    await services.ready;
  } catch (error) {
    await services.stop();
    throw new Error(
      `the speech services do not start: ${errorText(error)}${printed
        .slice(-5)
        .map((line) => `\n  ${line}`)
        .join('')}\nName running ones with --stt, --tts and --embedding instead.`,
      { cause: error },
    );
  }
  return { keys: services.keys, stop: () => services.stop() };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

const SILENT = { debug: () => undefined, warn: () => undefined };
