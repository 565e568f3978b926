import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFolder, configOf, faultsOf, root } from './testing/config-folder.ts';

const { load, path, write } = configFolder();

describe('an empty command line', () => {
  it('gives default.yaml, with paths made absolute', () => {
    const config = configOf(load());
    expect(config.sip.port).toBe(5060);
    expect(config.store.path).toBe(`${root}/data/calls.sqlite`);
    expect(config.personas.directory).toBe(`${root}/config/personas`);
  });
});

describe('the files that come with it', () => {
  it.each(['dev.yaml', 'test.yaml'])('%s is right', (name) => {
    expect(faultsOf(load(['--config', join(root, 'config', name)]))).toEqual([]);
  });
});

describe('who wins', () => {
  it('file over default, environment over file, --set over environment', () => {
    const file = write('a.yaml', 'http:\n  port: 3001\nlimits:\n  calls: 3\nsip:\n  port: 5071\n');
    const config = configOf(load(['--config', file, '--set', 'sip.port=5073'], { PORT: '3002', PARLEY__sip__port: '5072' }));
    expect([config.limits.calls, config.http.port, config.sip.port]).toEqual([3, 3002, 5073]);
  });

  it('the later of two files', () => {
    const first = write('a.yaml', 'limits: {calls: 3}');
    const second = write('b.yaml', 'limits: {calls: 4}');
    expect(configOf(load(['--config', first, `--config=${second}`])).limits.calls).toBe(4);
  });

  it('an empty variable counts as not given, and capitals are understood', () => {
    const config = configOf(load([], { PORT: '', STT_DEVICE: ' ', PARLEY__SIP__RINGMS: '5' }));
    expect([config.http.port, config.services.stt.device, config.sip.ringMs]).toEqual([3000, 'cpu', 5]);
  });

  it('lists and text that looks like something else', () => {
    const config = configOf(
      load(['--set', 'sip.transports=[udp]', '--set', 'clients.llm.systemPrompt=Be brief: no lists', '--set', 'clients.llm.model=123']),
    );
    expect([config.sip.transports, config.clients.llm.systemPrompt, config.clients.llm.model]).toEqual([
      ['udp'],
      'Be brief: no lists',
      '123',
    ]);
  });

  it('a text of the environment or the command line is taken whole: there are no comments there', () => {
    const config = configOf(
      load(['--set', 'clients.llm.systemPrompt=You are bot #1 of #2', '--set', 'store.path=/srv/my #1/calls.sqlite'], {
        LLM_SYSTEM_PROMPT: 'x',
        PARLEY__clients__llm__model: '"a #b" # c',
      }),
    );
    expect([config.clients.llm.systemPrompt, config.store.path, config.clients.llm.model]).toEqual([
      'You are bot #1 of #2',
      '/srv/my #1/calls.sqlite',
      'a #b',
    ]);
  });

  it.each([
    ['actions.allowHosts=["api.example.com:99999"]', 'must be a host'],
    ['actions.allowHosts=["a..b"]', 'must be a host'],
    ['actions.allowHosts=["-a.example"]', 'must be a host'],
    ['actions.allowHosts=["999.1.1.1"]', 'must be a host'],
    ['actions.allowHosts=["[::1::2]"]', 'must be a host'],
    ['actions.allowHosts=["api.example.com:0"]', 'must be a host'],
    ['http.https.hostnames=["desk..local"]', 'must be a host name'],
    ['http.https.hostnames=["1.2.3"]', 'must be a host name'],
    ['services.stt.computeType=int9', 'must be one of default, auto, int8'],
    ['webrtc.bindAddresses=["300.1.1.1"]', 'must be an IPv4 address'],
    ['webrtc.origins=["https://a@b.example"]', 'no user, path, query or wildcard'],
    ['http.insiders=["10.0.0.0/33"]', 'http.insiders'],
    ['http.insiders=["localhost"]', 'http.insiders'],
  ])('%s is refused: there is no such thing, though it has the shape', (setting, message) =>
    expect(faultsOf(load(['--set', setting]))[0]).toContain(message),
  );

  it('hosts that there are are taken', () => {
    const { actions, http } = configOf(
      load([
        '--set',
        'actions.allowHosts=["api.example.com:8443","[::1]:80","127.0.0.1","my_host","xn--bcher-kva.example"]',
        '--set',
        'http.https.hostnames=["desk.local","fd00::1","192.0.2.7"]',
      ]),
    );
    expect([actions.allowHosts.length, http.https.hostnames.length]).toEqual([5, 3]);
  });

  it('--lan opens HTTP, and https with it unless that is set otherwise', () => {
    const { http } = configOf(load(['--lan']));
    expect([http.bindAddress, http.https.enabled]).toEqual(['0.0.0.0', true]);
    expect(load(['--lan']).flags.lan).toBe(true);
    const file = write('a.yaml', 'http:\n  https:\n    enabled: false\n');
    for (const said of [
      ['--config', file, '--lan'],
      ['--set', 'http.https.enabled=false', '--lan'],
    ]) {
      expect(configOf(load(said)).http).toMatchObject({ bindAddress: '0.0.0.0', https: { enabled: false } });
    }
  });

  it('paths are taken from the root of the checkout, those of a certificate too', () => {
    const { https } = configOf(load(['--set', 'http.https.certFile=tls/cert.pem', '--set', 'http.https.keyFile=/etc/tls/key.pem'])).http;
    expect(https).toMatchObject({ certFile: `${root}/tls/cert.pem`, keyFile: '/etc/tls/key.pem', directory: `${root}/data/https` });
  });

  it('an empty section in a file changes nothing', () => {
    expect(faultsOf(load(['--config', write('a.yaml', '# nothing yet\nsip:\n')]))).toEqual([]);
    expect(faultsOf(load(['--config', write('b.yaml', '')]))).toEqual([]);
  });
});

describe("the seed's variables", () => {
  it('REMOTE_IP points everything elsewhere; the single addresses go over it', () => {
    const config = configOf(
      load([], { REMOTE_IP: '192.0.2.3', PARLEY_SERVICES_KEY: 'the-key-of-both-machines', STT_WS_URL: 'ws://192.0.2.9:7003' }),
    );
    expect(config.services.mode).toBe('external');
    expect(config.clients.stt.url).toBe('ws://192.0.2.9:7003/ws/stt');
    expect(config.clients.tts.url).toBe('http://192.0.2.3:7002/tts/stream');
    expect(config.clients.llm.baseUrl).toBe('http://192.0.2.3:8000');
    expect(config.clients.embedding.baseUrl).toBe('http://192.0.2.3:8000');
    expect(configOf(load([], { REMOTE_IP: '2001:db8::7', PARLEY_SERVICES_KEY: 'the-key-of-both-machines' })).clients.stt.url).toBe(
      'ws://[2001:db8::7]:7003/ws/stt',
    );
  });

  it('REMOTE_IP without the key that the other machine wants is told at once; this machine needs none', () => {
    for (const host of ['192.0.2.3', 'gpu.example.net', '2001:db8::7']) {
      expect(faultsOf(load([], { REMOTE_IP: host }))).toContainEqual(expect.stringContaining('REMOTE_IP  needs PARLEY_SERVICES_KEY'));
    }
    for (const host of ['127.0.0.1', 'localhost']) expect(faultsOf(load([], { REMOTE_IP: host }))).toEqual([]);
  });

  it('each of the others reaches its key', () => {
    const config = configOf(
      load([], {
        PORT: '4000',
        TTS_STREAM_URL: 'http://192.0.2.3:7002/tts/stream',
        VLLM_BASE_URL: 'http://192.0.2.3:8001/v1',
        VLLM_MODEL_ID: 'Qwen/Qwen2.5-3B-Instruct',
        LLM_MAX_NEW_TOKENS: '256',
        LLM_TEMPERATURE: '0.6',
        LLM_SYSTEM_PROMPT: 'Short, please.',
        ELEVENLABS_API_KEY: 'key-of-the-test',
        RMS_SPEECH_THRESHOLD: '600',
        STT_NUM_WORKERS: '4',
        STT_DEVICE: 'cuda',
        TURN_DETECTION: 'off',
        TTS_PROVIDER: 'elevenlabs',
      }),
    );
    expect(config.http.port).toBe(4000);
    expect(config.clients.tts.url).toBe('http://192.0.2.3:7002/tts/stream');
    expect(config.clients.llm).toMatchObject({
      baseUrl: 'http://192.0.2.3:8001/v1',
      dialect: 'vllm',
      model: 'Qwen/Qwen2.5-3B-Instruct',
      maxNewTokens: 256,
      temperature: 0.6,
      systemPrompt: 'Short, please.',
    });
    expect(config.media.vad.gateFloorDbov).toBe(-34.7);
    expect(configOf(load([], { TTS_PROVIDER: 'kokoro' })).services.tts).toMatchObject({ provider: 'local', engine: 'kokoro' });
    expect(config.services).toMatchObject({ stt: { workers: 4, device: 'cuda', turnDetection: 'off' }, tts: { provider: 'elevenlabs' } });
  });
});

describe('faults', () => {
  it('are all found at once, each with its source, key and what would be right', () => {
    const file = write(
      'a.yaml',
      'sip:\n  port: 70000\n  prot: 1\nlimits:\n  calls: 0\nmedia:\n  ports:\n    first: 10000\n    last: 9999\n',
    );
    const faults = faultsOf(
      load(['--config', file, '--config', 'none.yaml', '--bogus', '--set', 'x'], { STT_DEVICE: 'gpu', PARLEY__log__level: 'loud' }),
    );
    expect(faults).toEqual([
      expect.stringContaining('command line  --bogus is not a known option'),
      expect.stringContaining('--set  must be key=value'),
      expect.stringContaining('none.yaml  cannot be read'),
      expect.stringContaining('a.yaml:3 sip.prot is not known; did you mean sip.port?'),
      expect.stringContaining('a.yaml:2 sip.port must be at most 65535'),
      expect.stringContaining('a.yaml:5 limits.calls must be at least 1'),
      expect.stringContaining('STT_DEVICE services.stt.device must be one of cpu, cuda, auto'),
      expect.stringContaining('PARLEY__log__level log.level must be one of fatal, error'),
      expect.stringContaining('a.yaml:9 media.ports.last must be at least ports.first + 1'),
    ]);
  });

  it('a key in the wrong section is recognised', () => {
    expect(faultsOf(load(['--set', 'http.graceMs=5']))[0]).toContain('did you mean shutdown.graceMs?');
  });

  it('between keys that are right by themselves', () => {
    expect(faultsOf(load(['--set', 'http.https.enabled=true', '--set', 'http.https.port=3000']))[0]).toContain(
      'http.https.port must differ from http.port',
    );
    expect(faultsOf(load(['--set', 'http.https.certFile=cert.pem']))[0]).toContain('set both or neither');
    expect(faultsOf(load(['--set', 'media.ports.last=30001']))[0]).toContain('may not overlap');
    expect(faultsOf(load(['--set', 'http.https.hostnames=["https://x"]']))[0]).toContain('must be a host name');
  });

  it('of two keys that do not go together the one that was set is named, not a default', () => {
    expect(faultsOf(load(['--set', 'http.port=7003']))).toEqual([
      expect.stringMatching(/^--set http\.port is used twice: .*\(TCP: http\.port and clients\.stt\.url\)$/),
    ]);
    expect(faultsOf(load(['--set', 'clients.stt.url=ws://127.0.0.1:3000/ws/stt']))).toEqual([
      expect.stringMatching(/^--set clients\.stt\.url is used twice/),
    ]);
  });

  it('a value where a section stands, and a section where a value stands', () => {
    const file = write('a.yaml', 'sip: 5060\nlimits:\n  calls:\n    most: 5\n');
    expect(faultsOf(load(['--config', file]))).toEqual([
      expect.stringContaining('a.yaml:1 sip is a section; set one of its keys: backend'),
      expect.stringContaining('a.yaml:4 limits.calls.most is not known; limits.calls is a single value'),
    ]);
  });

  it('text that is no YAML is named by its line', () => {
    expect(faultsOf(load(['--config', write('a.yaml', 'sip:\n  port: 5060\n  port: 5061\n')]))[0]).toContain('a.yaml:3  this is not YAML');
    expect(faultsOf(load(['--config', write('b.yaml', '- 1\n')]))[0]).toContain('must hold keys and values');
    expect(faultsOf(load(['--config', write('c.yaml', 'limits:\n  calls:\n')]))[0]).toContain('limits.calls has no value');
  });

  it('the documents of one file are read as one, and a key that stands in two of them is told', () => {
    const both = write('a.yaml', 'sip:\n  port: 5071\n---\n# experts\nsip:\n  ringMs: 7\n');
    expect([configOf(load(['--config', both])).sip.port, configOf(load(['--config', both])).sip.ringMs]).toEqual([5071, 7]);
    const twice = write('b.yaml', 'sip:\n  port: 5071\n---\nsip:\n  port: 5072\n---\n- 1\n');
    expect(faultsOf(load(['--config', twice]))).toEqual([
      expect.stringMatching(/^b\.yaml:7 .*must hold keys and values/),
      'b.yaml:5 sip.port is set twice in this file: first at b.yaml:2; delete one of the two',
    ]);
    expect(configOf(load(['--config', write('c.yaml', '---\n---\n# nothing\n')])).sip.port).toBe(5060);
  });
});

describe('secrets', () => {
  it('come from the environment or from files', () => {
    write('key', 'from-a-file\n');
    const loaded = load([], {
      ELEVENLABS_API_KEY: 'given',
      LLM_API_KEY_FILE: 'key',
      DRACHTIO_SECRET: 'cymru',
      PARLEY_API_TOKEN: '0123456789abcdef',
      PARLEY_TURN_SECRET: 'relay',
    });
    if (loaded.kind !== 'loaded') throw new Error(loaded.report);
    expect(loaded.secrets).toEqual({
      elevenLabsApiKey: 'given',
      llmApiKey: 'from-a-file',
      drachtioSecret: 'cymru',
      apiToken: '0123456789abcdef',
      turnSecret: 'relay',
    });
    for (const secret of Object.values(loaded.secrets)) {
      expect(loaded.effective).not.toContain(secret);
      expect(JSON.stringify(loaded.config)).not.toContain(secret);
    }
    expect(loaded.effective).toContain('elevenLabsApiKey: ******** from ELEVENLABS_API_KEY');
  });

  it('are refused in YAML and on the command line without being repeated', () => {
    const loaded = load(['--config', write('a.yaml', 'clients:\n  llm:\n    apiKey: sesame\n'), '--set', 'http.token=sesame']);
    expect(faultsOf(loaded)).toEqual([
      expect.stringContaining('a.yaml:3 clients.llm.apiKey secrets come from'),
      expect.stringContaining('--set http.token secrets come from'),
    ]);
    expect(loaded.kind === 'faults' && loaded.report).not.toContain('sesame');
  });

  it('a file that is not there and a token that is too short are faults', () => {
    expect(faultsOf(load([], { PARLEY_SERVICES_KEY: 'too short' }))).toEqual([
      expect.stringContaining('PARLEY_SERVICES_KEY  the key must have 16 to 200'),
    ]);
    expect(faultsOf(load([], { LLM_API_KEY_FILE: 'none', PARLEY_API_TOKEN: 'short' }))).toEqual([
      expect.stringContaining('LLM_API_KEY_FILE  cannot be read'),
      expect.stringContaining('PARLEY_API_TOKEN  the token must have 16'),
    ]);
  });

  it("the speech services' key is read from a file only if nobody else can read or write that", () => {
    const file = path('key');
    writeFileSync(file, 'the-key-of-both-machines\n');
    for (const mode of [0o600, 0o400, 0o640]) {
      chmodSync(file, mode);
      const loaded = load([], { PARLEY_SERVICES_KEY_FILE: 'key' });
      expect(loaded.kind === 'loaded' && loaded.secrets.servicesKey).toBe('the-key-of-both-machines');
      expect(loaded.kind === 'loaded' && loaded.effective).toContain('servicesKey: ******** from PARLEY_SERVICES_KEY_FILE');
    }
    for (const mode of [0o644, 0o620, 0o604, 0o601]) {
      chmodSync(file, mode);
      expect(faultsOf(load([], { PARLEY_SERVICES_KEY_FILE: 'key' }))).toEqual([
        expect.stringMatching(/PARLEY_SERVICES_KEY_FILE {2}others may read or write the file \(mode 06..\): chmod 600/),
      ]);
    }
  });

  it('a password in an address is masked', () => {
    const loaded = load(['--check', '--set', 'clients.llm.baseUrl=http://me:sesame@192.0.2.7:8000']);
    expect(loaded.kind === 'loaded' && loaded.effective).toContain(
      'baseUrl: http://me:********@192.0.2.7:8000  # --set; default http://127.0.0.1:8000',
    );
    expect(loaded.flags.check).toBe(true);
  });
});
