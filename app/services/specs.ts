import { join } from 'node:path';
import type { Config, Secrets } from '#config';
import type { ProcessSpec } from './process.ts';

export type ServiceName = 'stt' | 'tts' | 'llm';

export interface ServiceSpec {
  readonly name: ServiceName;
  readonly healthUrl: string;
  readonly port: number;
  /** Absent: somebody else runs it. */
  readonly process?: ProcessSpec;
}

export interface SpecPlaces {
  /** The checkout. */
  readonly root: string;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
}

/** What is to be run or watched, as the configuration says: in managed mode every service whose address is on this machine. */
export function serviceSpecs(config: Config, secrets: Secrets, places: SpecPlaces): readonly ServiceSpec[] {
  const { clients, services } = config;
  const addresses = { stt: clients.stt.url, tts: clients.tts.url, llm: clients.llm.baseUrl } as const;
  const environments = {
    stt: compact({
      STT_MODEL: services.stt.model,
      STT_DEVICE: services.stt.device,
      STT_COMPUTE_TYPE: services.stt.computeType,
      STT_NUM_WORKERS: services.stt.workers?.toString(),
      TURN_DETECTION: services.stt.turnDetection,
    }),
    tts: compact({
      TTS_PROVIDER: services.tts.provider === 'elevenlabs' ? 'elevenlabs' : 'local',
      TTS_ENGINE: services.tts.provider === 'elevenlabs' ? undefined : services.tts.provider,
      ELEVENLABS_API_KEY: secrets.elevenLabsApiKey,
    }),
    llm: {},
  } as const;
  return (['stt', 'tts', 'llm'] as const).map((name) => {
    const url = new URL(addresses[name].replace(/^ws/, 'http'));
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const spec = { name, port, healthUrl: `${url.origin}/health` };
    if (services.mode !== 'managed' || !LOOPBACK.has(url.hostname)) return spec;
    return {
      ...spec,
      process: {
        name,
        command: places.pythonPath,
        args: ['-m', `${name}.server`, '--host', '127.0.0.1', '--port', String(port), '--parent-pid', String(process.pid)],
        cwd: join(places.root, 'gpu-services'),
        env: { ...BASE_ENV, PARLEY_MODELS_DIR: places.modelsDir, PARLEY_CACHE_DIR: places.cacheDir, ...environments[name] },
        niceness: services.supervision.niceness,
      },
    };
  });
}

/** One thread a model: cores are shared with media, and spinning threads take them from each other. */
const BASE_ENV = { PYTHONUNBUFFERED: '1', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', TOKENIZERS_PARALLELISM: 'false', HF_HUB_DISABLE_TELEMETRY: '1' };
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

function compact(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
