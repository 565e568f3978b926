import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '#app/setup/places';
import { PROFILES, readCompose, type Profile } from '../support/compose.ts';

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly start_period?: string };
  readonly cap_add?: readonly string[];
  readonly profiles: readonly Profile[];
}
type Services = Readonly<Record<string, ComposeService>>;

const EXPECTED: Readonly<Record<Profile, readonly string[]>> = {
  gpu: ['models', 'vllm', 'stt-gpu', 'tts-gpu', 'llm-gpu', 'app', 'prometheus'],
  cpu: ['models', 'stt-cpu', 'tts-cpu', 'llm-cpu', 'app-cpu', 'prometheus'],
  'gpu-services': ['models', 'vllm', 'stt-gpu', 'tts-gpu', 'llm-gpu'],
  app: ['models', 'app-remote'],
  daemon: ['drachtio'],
};
/** What a container is told by its profile or under another name, and places inside of it. */
const NOT_ONES_CHOICE = new Set([
  'STT_WS_URL',
  'TTS_STREAM_URL',
  'VLLM_BASE_URL',
  'STT_DEVICE',
  'TTS_DEVICE',
  'LLM_ENGINE',
  'LLM_UPSTREAM_URL',
  'LLM_GPU_LAYERS',
  'PARLEY_CACHE_DIR',
  'PARLEY_MODELS_DIR',
  'XDG_CACHE_HOME',
  'TTS_CACHE_DIR',
]);
/** Where a variable has to arrive, under which name, for those that concern more than one or are called otherwise inside. */
const PASSED_ON: readonly (readonly [variable: string, value: string, services: readonly string[], as: string])[] = [
  ['VLLM_BASE_URL', 'https://llm.example.com', ['app', 'app-cpu', 'app-remote'], 'PARLEY__clients__llm__baseUrl'],
  ['LLM_TEMPERATURE', '0.4', ['app', 'app-cpu', 'app-remote'], 'LLM_TEMPERATURE'],
  ['LLM_SYSTEM_PROMPT', 'Be brief.', ['app', 'app-cpu', 'app-remote'], 'LLM_SYSTEM_PROMPT'],
  ['LLM_SLOTS', '7', ['llm-cpu', 'llm-gpu'], 'LLM_SLOTS'],
  ['ELEVENLABS_VOICE_ID', 'a-voice', ['tts-gpu', 'tts-cpu'], 'ELEVENLABS_VOICE_ID'],
  ['ELEVENLABS_API_KEY', 'of-the-voice', ['tts-gpu', 'tts-cpu'], 'ELEVENLABS_API_KEY'],
  ['TTS_VOICE', 'am_adam', ['tts-gpu', 'tts-cpu'], 'TTS_VOICE'],
  ['STT_LANGUAGE', 'fr', ['stt-gpu', 'stt-cpu'], 'STT_LANGUAGE'],
  ['STT_MODEL', 'medium', ['stt-gpu', 'stt-cpu'], 'STT_MODEL'],
  ['SIP_ALLOW', '[192.0.2.0/24]', ['app', 'app-cpu', 'app-remote'], 'PARLEY__sip__allow'],
  ['LIMITS_CALLS', '5', ['app', 'app-cpu', 'app-remote'], 'PARLEY__limits__calls'],
  ['LOG_LEVEL', 'debug', ['app', 'app-cpu', 'app-remote', 'stt-cpu', 'stt-gpu', 'tts-cpu', 'tts-gpu', 'llm-cpu', 'llm-gpu'], 'LOG_LEVEL'],
  [
    'PARLEY_SERVICES_KEY',
    'the-key-of-both-machines',
    ['stt-gpu', 'tts-cpu', 'llm-gpu', 'app', 'app-remote', 'prometheus'],
    'PARLEY_SERVICES_KEY',
  ],
  ['PARLEY_SERVICES_BIND', '0.0.0.0', ['stt-gpu', 'tts-gpu', 'llm-gpu'], 'PARLEY_SERVICES_BIND'],
  ['REMOTE_IP', '192.0.2.20', ['app-remote'], 'REMOTE_IP'],
];

let folder: string;
const seen = new Map<string, Promise<Services>>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-compose-'));
  // Alone, so that no `.env` of this checkout has a say.
  await copyFile(join(ROOT, 'compose.yml'), join(folder, 'compose.yml'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** What an engine would start with these profiles. Read once: it takes a second. */
function servicesOf(profiles: readonly Profile[], env: Readonly<Record<string, string>> = {}): Promise<Services> {
  const key = JSON.stringify([profiles, env]);
  const services = seen.get(key) ?? read(profiles, env);
  seen.set(key, services);
  return services;
}

async function read(profiles: readonly Profile[], env: Readonly<Record<string, string>>): Promise<Services> {
  const { code, stdout, tail } = await readCompose(folder, profiles, env);
  if (code !== 0) throw new Error(tail.join('\n'));
  const { services } = parse(stdout) as { services: Services };
  return Object.fromEntries(
    Object.entries(services).filter(([, service]) => service.profiles.some((profile) => profiles.includes(profile))),
  );
}

describe('compose.yml', () => {
  it.each(PROFILES)('can be read with the profile %s, and has what belongs to it', async (profile) => {
    expect(Object.keys(await servicesOf([profile])).toSorted()).toEqual([...EXPECTED[profile]].toSorted());
  });

  it('lets variables through to all whom they concern', async () => {
    const services = await servicesOf([...PROFILES], Object.fromEntries(PASSED_ON.map(([variable, value]) => [variable, value])));
    for (const [variable, value, names, as] of PASSED_ON) {
      for (const name of names) expect([variable, name, services[name]?.environment?.[as]]).toEqual([variable, name, value]);
    }
  });

  it('lets every variable of docs/environment.md through', async () => {
    const document = await readFile(join(ROOT, 'docs', 'environment.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `(\w+)` \| `([^`]*)` \|/gm)]
      .map(([, name = '', example = '']) => ({ name, example }))
      .filter(({ name }) => !NOT_ONES_CHOICE.has(name));
    expect(rows.length).toBeGreaterThan(50);
    const given = Object.fromEntries(rows.map(({ name, example }) => [name, example]));
    const services = await servicesOf([...PROFILES], { ...given, VLLM_BASE_URL: 'https://llm.example.com' });
    const arrived = new Set(
      Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment).map(([name, value]) => `${name}=${value}`)),
    );
    expect(Object.keys(given).filter((name) => !arrived.has(`${name}=${given[name]}`))).toEqual([]);
  });

  it('shows the key of a language model to no other', async () => {
    const key = { LLM_API_KEY: 'of-a-hosted-model' };
    const here = await servicesOf(['gpu', 'cpu', 'app'], key);
    const elsewhere = await servicesOf(['gpu', 'cpu', 'app'], { ...key, VLLM_BASE_URL: 'https://llm.example.com' });
    for (const name of ['app', 'app-cpu', 'app-remote']) {
      expect([name, here[name]?.environment?.['LLM_API_KEY']]).toEqual([name, '']);
      expect(elsewhere[name]?.environment).toMatchObject({ ...key, PARLEY__clients__llm__dialect: 'vllm' });
    }
  });

  it('waits for nobody who is not in the same profile', async () => {
    for (const profile of PROFILES) {
      const services = await servicesOf([profile]);
      for (const [name, service] of Object.entries(services)) {
        for (const other of Object.keys(service.depends_on ?? {}))
          expect([profile, name, other, other in services]).toEqual([profile, name, other, true]);
      }
    }
  });

  it('opens nothing to the network unless it is told to', async () => {
    const services = await servicesOf([...PROFILES]);
    for (const [name, service] of Object.entries(services)) {
      expect([name, service.ports ?? [], service.network_mode]).toEqual([name, [], 'host']);
      const { PARLEY_SERVICES_BIND: services = '127.0.0.1', PARLEY__http__bindAddress: http = '127.0.0.1' } = service.environment ?? {};
      expect([name, services, http]).toEqual([name, '127.0.0.1', '127.0.0.1']);
    }
    expect(services['vllm']?.command).toContain('--host=127.0.0.1');
  });

  it('asks for health where a service listens', async () => {
    const services = await servicesOf(['gpu', 'cpu'], {
      PARLEY_SERVICES_BIND: '192.0.2.20',
      STT_PORT: '7103',
      HTTP_BIND_ADDRESS: '192.0.2.20',
      PORT: '3100',
    });
    for (const name of ['stt-gpu', 'stt-cpu'])
      expect(services[name]?.healthcheck?.test.join(' ')).toContain('http://192.0.2.20:7103/health');
    expect(services['app']?.environment?.['STT_WS_URL']).toBe('ws://192.0.2.20:7103/ws/stt');
    expect(services['prometheus']?.environment).toMatchObject({ PARLEY: '192.0.2.20:3100', STT: '192.0.2.20:7103' });
    // The app has its check in the image, which asks where the running app says that it listens.
    expect(services['app']?.healthcheck).toBeUndefined();
  });

  it('mounts personas and settings, and lets media run first', async () => {
    const services = await servicesOf(['gpu', 'cpu', 'app'], { PARLEY_CONFIG: './mine.yaml' });
    for (const name of ['app', 'app-cpu', 'app-remote']) {
      expect(services[name]?.volumes).toEqual(
        expect.arrayContaining(['./config/personas:/app/config/personas:ro', './mine.yaml:/app/config/compose.yaml:ro']),
      );
      expect(services[name]?.cap_add).toEqual(['SYS_NICE']);
    }
  });
});

describe('vLLM of compose.yml', () => {
  it('takes requests with tools, which it answered with 400', async () => {
    const { vllm } = await servicesOf(['gpu']);
    expect(vllm?.command).toEqual(expect.arrayContaining(['--enable-auto-tool-choice', '--tool-call-parser=hermes']));
  });

  it('starts on a card of the 30 series, which has no fp8', async () => {
    const { vllm } = await servicesOf(['gpu']);
    expect(vllm?.command).toContain('--kv-cache-dtype=auto');
    expect(vllm?.command?.join(' ')).not.toMatch(/fp8/i);
  });

  it("has the publisher's own model", async () => {
    const { vllm } = await servicesOf(['gpu']);
    expect(vllm?.command).toContain('--model=Qwen/Qwen3-4B-AWQ');
  });

  it('has the card first: it takes a share of the whole, the others what they need of the rest', async () => {
    const services = await servicesOf(['gpu']);
    for (const name of ['stt-gpu', 'tts-gpu']) expect(services[name]?.depends_on?.['vllm']?.condition).toBe('service_healthy');
    expect(services['vllm']?.depends_on ?? {}).toEqual({});
  });

  it('is given an hour for its first download, and so is speech', async () => {
    const services = await servicesOf(['gpu']);
    for (const name of ['vllm', 'stt-gpu', 'tts-gpu']) expect(services[name]?.healthcheck?.start_period).toBe('3600s');
  });
});
