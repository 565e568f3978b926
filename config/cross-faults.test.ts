import { describe, expect, it } from 'vitest';
import { crossFaults } from './cross-faults.ts';
import { configSchema } from './schema.ts';
import type { Secrets } from './secrets.ts';

function faultsOf(config: object, secrets: Secrets = {}): readonly string[] {
  return crossFaults(configSchema.parse(config), secrets).map(({ key, message }) => `${key} ${message}`);
}

describe('what the defaults say', () => {
  it('agrees with itself', () => {
    expect(faultsOf({})).toEqual([]);
  });
});

describe('secrets that a choice needs', () => {
  it.each([
    [{ services: { tts: { provider: 'elevenlabs' } } }, /^services\.tts\.provider needs a key: .*ELEVENLABS_API_KEY/],
    [{ sip: { backend: 'drachtio' } }, /^sip\.backend needs the daemon's secret: .*DRACHTIO_SECRET/],
    [{ sip: { backend: 'drachtio', drachtio: { secretEnv: 'MY_SECRET' } } }, /MY_SECRET_FILE/],
    [{ webrtc: { turn: { urls: ['turn:turn.example.net:3478'] } } }, /^webrtc\.turn\.urls needs the secret/],
  ])('%j without its secret is a fault', (config, message) => {
    const faults = faultsOf(config);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(message);
  });

  it('is none when the secret is there, or when somebody else runs the voice', () => {
    expect(faultsOf({ services: { tts: { provider: 'elevenlabs' } } }, { elevenLabsApiKey: 'x' })).toEqual([]);
    expect(faultsOf({ services: { mode: 'external', tts: { provider: 'elevenlabs' } } })).toEqual([]);
    expect(faultsOf({ sip: { backend: 'drachtio' } }, { drachtioSecret: 'x' })).toEqual([]);
    expect(faultsOf({ webrtc: { turn: { urls: ['turn:turn.example.net:3478'] } } }, { turnSecret: 'x' })).toEqual([]);
  });
});

describe('two listeners on one port', () => {
  it.each([
    [{ sip: { port: 3000 } }, '(TCP: sip.port and http.port)'],
    [{ http: { port: 7003 } }, '(TCP: http.port and clients.stt.url)'],
    [{ http: { https: { enabled: true, port: 5060 } } }, '(TCP: sip.port and http.https.port)'],
    [{ clients: { tts: { url: 'http://127.0.0.1:7003/tts/stream' } } }, '(TCP: clients.stt.url and clients.tts.url)'],
    [{ clients: { embedding: { baseUrl: 'http://localhost:7002' } } }, '(TCP: clients.tts.url and clients.embedding.baseUrl)'],
    [{ http: { bindAddress: '0.0.0.0', port: 8000 } }, '(TCP: http.port and clients.llm.baseUrl)'],
  ])('%j', (config, beginning) => {
    const faults = faultsOf(config);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(beginning);
  });

  it.each([
    [20_500, 'media.ports'],
    [30_001, 'webrtc.ports'],
  ])('SIP by UDP at %i lies in %s', (port, range) => {
    expect(faultsOf({ sip: { port } })).toEqual([expect.stringContaining(`sip.port must be outside ${range}`)]);
  });

  it.each([
    { sip: { port: 3000, transports: ['udp'] } },
    { sip: { port: 0 }, http: { port: 0 } },
    { sip: { port: 7003 }, services: { mode: 'external' } },
    { sip: { bindAddress: '192.0.2.7', port: 3000 } },
    { sip: { port: 20_500, transports: ['tcp'] } },
    { sip: { backend: 'embedded', port: 7003, transports: ['udp'] } },
    { clients: { stt: { url: 'ws://192.0.2.9:3000/ws/stt' } } },
  ])('%j has no clash', (config) => {
    expect(faultsOf(config)).toEqual([]);
  });
});
