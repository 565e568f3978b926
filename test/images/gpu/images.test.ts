import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { places, ROOT } from '#app/setup/places';
import { makeCheckout } from '../support/checkout.ts';
import { composeProject } from '../support/compose.ts';
import { LIMITS, openEngine, type Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';

const IMAGE = 'parley-services-gpu';
const ENDS_WITHIN_MS = 90_000;
/** What CTranslate2 and ONNX Runtime open when they are to use a card; the driver's own library comes with the card. */
const LIBRARIES = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcudnn.so.9',
  'libcufft.so.11',
  'libcurand.so.10',
  'libnvrtc.so.12',
];

let engine: Engine;
let folder: string;

beforeAll(async () => {
  engine = await openEngine(places().cacheDir);
  folder = await mkdtemp(join(tmpdir(), 'parley-images-gpu-'));
  const checkout = join(folder, 'checkout');
  await makeCheckout(ROOT, checkout, {}, 'canary');
  const { code, tail } = await composeProject(
    engine,
    'parley-test-gpu',
    checkout,
    'gpu',
    join(checkout, 'compose.yml'),
  )(['build', 'stt-gpu']);
  if (code !== 0) throw new Error(`the image could not be built:\n${tail.slice(-40).join('\n')}`);
});
afterAll(async () => {
  await engine?.tidy();
  await rm(folder, { recursive: true, force: true });
});

describe('the image for a GPU, on a machine without one', () => {
  it('has the libraries of CUDA 12 where the programs look for them', async () => {
    const script = `import ctypes, onnxruntime, pathlib
for name in ${JSON.stringify(LIBRARIES)}:
    ctypes.CDLL(name)
ctypes.CDLL(next(pathlib.Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime_providers_shared.so")))
print("loaded", onnxruntime.get_available_providers())`;
    const output = await engine.ok([
      'run',
      '--rm',
      ...LIMITS,
      '--network',
      'none',
      '--entrypoint',
      '/venv/bin/python',
      IMAGE,
      '-c',
      script,
    ]);
    expect(output).toContain('loaded');
    expect(output).toContain('CUDAExecutionProvider');
  });

  it.each([
    ['stt', { STT_DEVICE: 'cuda', STT_MODEL: 'whisper-base' }],
    ['tts', { TTS_DEVICE: 'cuda' }],
  ] as const)('%s says that there is no card, and does not go on without', async (service, env) => {
    const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const args = [
      'run',
      '--rm',
      '--name',
      `parley-test-${service}-${process.pid}`,
      ...LIMITS,
      '--network',
      'host',
      '--volume',
      `${places().modelsDir}:/cache/models:ro`,
      ...variables,
    ];
    const { code, tail } = await engine.podman([...args, IMAGE, `${service}.server`, '--port', String(await freePort())], {
      timeoutMs: ENDS_WITHIN_MS,
    });
    expect(tail.join('\n')).toMatch(new RegExp(`^${service}: the device that was asked for cannot be had: .*(NVIDIA|CUDA)`, 'm'));
    expect(tail.join('\n')).not.toContain('"msg": "ready"');
    expect(code).toBe(2);
  });
});
