import { describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { planServices } from './plan.ts';

const root = import.meta.dirname.replace(/\/app\/services$/, '');

const KEYS = { own: 'made-at-this-start', given: undefined };

function plan(sets: readonly string[], secrets = {}): Record<string, string> {
  const loaded = loadConfig({ argv: sets.flatMap((set) => ['--set', set]), env: {}, root, cwd: root });
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  const services = planServices(loaded.config, secrets, KEYS);
  return Object.fromEntries(
    services.map(({ name, start, healthUrl }) => [
      name,
      start === undefined ? `watch ${healthUrl}` : `start ${start.module} ${start.host}:${start.port}`,
    ]),
  );
}

describe('which services are started', () => {
  it('all three, at the addresses of their clients', () => {
    expect(plan([])).toEqual({
      stt: 'start stt.server 127.0.0.1:7003',
      tts: 'start tts.server 127.0.0.1:7002',
      llm: 'start llm.server 127.0.0.1:8000',
    });
    expect(plan(['clients.stt.url=ws://localhost:7103/ws/stt'])).toMatchObject({ stt: 'start stt.server 127.0.0.1:7103' });
  });

  it('none in external mode', () => {
    expect(plan(['services.mode=external'])).toMatchObject({
      stt: 'watch http://127.0.0.1:7003/health',
      llm: 'watch http://127.0.0.1:8000/health',
    });
  });

  it('not the one that is elsewhere', () => {
    expect(plan(['clients.stt.url=wss://192.0.2.7/ws/stt'])).toMatchObject({
      stt: 'watch https://192.0.2.7/health',
      tts: 'start tts.server 127.0.0.1:7002',
    });
  });

  it('the llm service for the embeddings alone when the LLM is elsewhere or another one here', () => {
    expect(plan(['clients.llm.baseUrl=http://192.0.2.7:8000/v1'])).toMatchObject({
      llm: 'watch http://192.0.2.7:8000/health',
      embedding: 'start llm.server 127.0.0.1:8000',
    });
    expect(plan(['clients.llm.baseUrl=http://127.0.0.1:9000'])).toMatchObject({
      llm: 'watch http://127.0.0.1:9000/health',
      embedding: 'start llm.server 127.0.0.1:8000',
    });
  });

  it('the llm service for the LLM when the embeddings are elsewhere', () => {
    expect(plan(['clients.embedding.baseUrl=http://192.0.2.7:8000'])).toMatchObject({
      llm: 'start llm.server 127.0.0.1:8000',
      embedding: 'watch http://192.0.2.7:8000/health',
    });
  });
});

describe('what they are told', () => {
  it('devices, models and keys go into their environment, never into their arguments', () => {
    const loaded = loadConfig({
      argv: ['--set', 'services.stt.device=cuda', '--set', 'services.stt.workers=2', '--set', 'log.level=warn'],
      env: { TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'sesame' },
      root,
      cwd: root,
    });
    if (loaded.kind === 'faults') throw new Error(loaded.report);
    const [stt, tts] = planServices(loaded.config, { elevenLabsApiKey: 'sesame' }, KEYS);
    expect(stt?.start?.env).toEqual({
      LOG_LEVEL: 'warning',
      STT_DEVICE: 'cuda',
      STT_NUM_WORKERS: '2',
      TURN_DETECTION: 'smart-turn',
      PARLEY_SERVICES_KEY: 'made-at-this-start',
    });
    expect(tts?.start?.env).toMatchObject({ TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'sesame' });
  });
});

describe('who is shown which key', () => {
  const keysOf = (sets: readonly string[], given: string | undefined, secrets = {}): Record<string, string | undefined> => {
    const loaded = loadConfig({ argv: sets.flatMap((set) => ['--set', set]), env: {}, root, cwd: root });
    if (loaded.kind === 'faults') throw new Error(loaded.report);
    return Object.fromEntries(planServices(loaded.config, secrets, { own: given ?? 'made', given }).map(({ name, key }) => [name, key]));
  };

  it('our own services: the one made at this start, or the one that was given', () => {
    expect(keysOf([], undefined)).toEqual({ stt: 'made', tts: 'made', llm: 'made' });
    expect(keysOf([], 'given')).toEqual({ stt: 'given', tts: 'given', llm: 'given' });
    expect(keysOf([], undefined, { llmApiKey: 'of-an-api' })).toMatchObject({ llm: 'made' });
  });

  it('the one that was made goes to nobody else', () => {
    expect(keysOf(['clients.stt.url=ws://192.0.2.7:7003/ws/stt', 'clients.llm.baseUrl=http://127.0.0.1:9000'], undefined)).toEqual({
      stt: undefined,
      tts: 'made',
      llm: undefined,
      embedding: 'made',
    });
    expect(keysOf(['services.mode=external'], undefined)).toEqual({ stt: undefined, tts: undefined, llm: undefined });
  });

  it("the operator's goes to speech services and to what is on their machine, never to a hosted model", () => {
    const remote = [
      'services.mode=external',
      'clients.stt.url=ws://192.0.2.7:7003/ws/stt',
      'clients.tts.url=http://192.0.2.7:7002/tts/stream',
      'clients.embedding.baseUrl=http://192.0.2.7:8001',
    ];
    expect(keysOf([...remote, 'clients.llm.baseUrl=http://192.0.2.7:8000'], 'given')).toEqual({
      stt: 'given',
      tts: 'given',
      llm: 'given',
      embedding: 'given',
    });
    expect(keysOf([...remote, 'clients.llm.baseUrl=https://api.example.com/v1'], 'given')).toEqual({
      stt: 'given',
      tts: 'given',
      llm: undefined,
      embedding: 'given',
    });
    expect(keysOf([...remote, 'clients.llm.baseUrl=https://api.example.com/v1'], 'given', { llmApiKey: 'of-an-api' })).toMatchObject({
      llm: 'of-an-api',
      embedding: 'given',
    });
    expect(keysOf([...remote, 'clients.llm.baseUrl=http://192.0.2.7:8000'], 'given', { llmApiKey: 'of-vllm' })).toMatchObject({
      llm: 'of-vllm',
      embedding: 'given',
    });
    expect(keysOf(['clients.embedding.baseUrl=https://api.example.com/v1'], 'given')).toMatchObject({ llm: 'given', embedding: undefined });
  });
});
