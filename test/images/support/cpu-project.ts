import { createHash } from 'node:crypto';
import { chown, copyFile, link, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { places, ROOT } from '#app/setup/places';
import { runCommand, type CommandResult } from '#app/setup/run-command';
import { makeCheckout } from './checkout.ts';
import { composeProject } from './compose.ts';
import { never, openEngine, type Engine } from './engine.ts';
import { freePort } from './free-port.ts';

/** The user of the images. */
const CONTAINER_USER = 10_001;
/** Other addresses than 127.0.0.1, so that whoever asks there whatever is set finds nobody; of loopback all the same. */
export const HTTP_ADDRESS = '127.0.0.3';
export const SERVICES_ADDRESS = '127.0.0.4';
export const SERVICES = ['stt-cpu', 'tts-cpu', 'llm-cpu', 'app-cpu'] as const;
type ServiceName = (typeof SERVICES)[number];

/** The profile `cpu` of a person's checkout, on free ports of loopback, with the models that this machine has already. */
export interface CpuProject {
  readonly engine: Engine;
  /** In every place where a secret may lie, and the token and the key of the services, too. */
  readonly canary: string;
  readonly checkout: string;
  readonly ports: Readonly<Record<'sip' | 'http' | 'stt' | 'tts' | 'llm', number>>;
  /** A command of podman-compose in that project. */
  readonly compose: (command: readonly string[]) => Promise<CommandResult>;
  readonly container: (service: ServiceName) => string;
  /** A caller made by script: speaks the lines by SIP, shows what it heard. */
  readonly call: (persona: string, ...lines: readonly string[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openCpuProject(settings: string, env: Readonly<Record<string, string>>): Promise<CpuProject> {
  const { cacheDir, modelsDir } = places();
  const engine = await openEngine(cacheDir);
  const scratch = await mkdtemp(join(tmpdir(), 'parley-images-'));
  // On the disk of the models, so that theirs can be linked.
  const volume = join(engine.folder, 'volume', String(process.pid));
  await linkTree(modelsDir, join(volume, 'models'));
  await chown(volume, CONTAINER_USER, CONTAINER_USER);
  const [sip, http, stt, tts, llm] = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()]);
  const canary = createHash('sha256').update(scratch).digest('hex');
  const checkout = join(scratch, 'checkout');
  await writeFile(join(scratch, 'settings.yaml'), settings);
  const variables = {
    SIP_PORT: sip,
    PORT: http,
    STT_PORT: stt,
    TTS_PORT: tts,
    LLM_PORT: llm,
    PARLEY_API_TOKEN: canary,
    PARLEY_SERVICES_KEY: canary,
    HTTP_BIND_ADDRESS: HTTP_ADDRESS,
    PARLEY_SERVICES_BIND: SERVICES_ADDRESS,
    PARLEY_CONFIG: join(scratch, 'settings.yaml'),
    MEDIA_NICE_LIMIT: 0,
    ...env,
  };
  await makeCheckout(ROOT, checkout, Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])), canary);
  const override = join(scratch, 'override.yml');
  await writeFile(
    override,
    JSON.stringify({ volumes: { models: { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: volume } } } }),
  );
  const name = `parley-test-${process.pid}`;
  const compose = composeProject(engine, name, checkout, 'cpu', override);
  return {
    engine,
    canary,
    checkout,
    ports: { sip, http, stt, tts, llm },
    compose,
    container: (service) => `${name}_${service}_1`,
    call: async (persona, ...lines) => {
      const { code, tail } = await runCommand(
        process.execPath,
        [
          join(ROOT, 'bench', 'talk.ts'),
          ...lines,
          '--to',
          `sip:${persona}@127.0.0.1:${sip}`,
          '--out',
          join(scratch, 'calls'),
          '--http',
          `http://${HTTP_ADDRESS}:${http}`,
          '--tts',
          `http://${SERVICES_ADDRESS}:${tts}`,
          '--stt',
          `ws://${SERVICES_ADDRESS}:${stt}/ws/stt`,
        ],
        never,
        { cwd: ROOT, env: { PARLEY_SERVICES_KEY: canary } },
      );
      if (code !== 0) throw new Error(`the call ended with ${code}:\n${tail.join('\n')}`);
      return tail.join('\n');
    },
    close: async () => {
      await compose(['down', '--volumes', '--timeout', '5']);
      await engine.tidy();
      await Promise.all([scratch, volume].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Folders of the container's user, with the files that are there already; what is only of the moment stays behind. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chown(to, CONTAINER_USER, CONTAINER_USER);
  for (const name of await readdir(from)) {
    if (name === '.lock' || name === '.download') continue;
    const [source, target] = [join(from, name), join(to, name)];
    if ((await lstat(source)).isDirectory()) await linkTree(source, target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}
