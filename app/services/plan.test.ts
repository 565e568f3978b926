import { describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { planServices } from './plan.ts';

const root = import.meta.dirname.replace(/\/app\/services$/, '');

function plan(sets: readonly string[], secrets = {}): Record<string, string> {
  const loaded = loadConfig({ argv: sets.flatMap((set) => ['--set', set]), env: {}, root, cwd: root });
  if (loaded.kind === 'faults') throw new Error(loaded.report);
  const services = planServices(loaded.config, secrets);
  return Object.fromEntries(services.map(({ name, start, healthUrl }) => [name, start === undefined ? `watch ${healthUrl}` : `start ${start.module} ${start.host}:${start.port}`]));
}

describe('which services are started', () => {
  it('all three, at the addresses of their clients', () => {
    expect(plan([])).toEqual({ stt: 'start stt.server 127.0.0.1:7003', tts: 'start tts.server 127.0.0.1:7002', llm: 'start llm.server 127.0.0.1:8000' });
    expect(plan(['clients.stt.url=ws://localhost:7103/ws/stt'])).toMatchObject({ stt: 'start stt.server 127.0.0.1:7103' });
  });

  it('none in external mode', () => {
    expect(plan(['services.mode=external'])).toMatchObject({ stt: 'watch http://127.0.0.1:7003/health', llm: 'watch http://127.0.0.1:8000/health' });
  });

  it('not the one that is elsewhere', () => {
    expect(plan(['clients.stt.url=wss://192.0.2.7/ws/stt'])).toMatchObject({ stt: 'watch https://192.0.2.7/health', tts: 'start tts.server 127.0.0.1:7002' });
  });

  it('the llm service for the embeddings alone when the LLM is elsewhere or another one here', () => {
    expect(plan(['clients.llm.baseUrl=http://192.0.2.7:8000/v1'])).toMatchObject({ llm: 'watch http://192.0.2.7:8000/health', embedding: 'start llm.server 127.0.0.1:8000' });
    expect(plan(['clients.llm.baseUrl=http://127.0.0.1:9000'])).toMatchObject({ llm: 'watch http://127.0.0.1:9000/health', embedding: 'start llm.server 127.0.0.1:8000' });
  });

  it('the llm service for the LLM when the embeddings are elsewhere', () => {
    expect(plan(['clients.embedding.baseUrl=http://192.0.2.7:8000'])).toMatchObject({ llm: 'start llm.server 127.0.0.1:8000', embedding: 'watch http://192.0.2.7:8000/health' });
  });
});

describe('what they are told', () => {
  it('devices, models and keys go into their environment, never into their arguments', () => {
    const loaded = loadConfig({ argv: ['--set', 'services.stt.device=cuda', '--set', 'services.stt.workers=2', '--set', 'log.level=warn'], env: { TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'sesame' }, root, cwd: root });
    if (loaded.kind === 'faults') throw new Error(loaded.report);
    const [stt, tts] = planServices(loaded.config, { elevenLabsApiKey: 'sesame' });
    expect(stt?.start?.env).toEqual({ LOG_LEVEL: 'warning', STT_DEVICE: 'cuda', STT_NUM_WORKERS: '2', TURN_DETECTION: 'smart-turn' });
    expect(tts?.start?.env).toMatchObject({ TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'sesame' });
  });
});
