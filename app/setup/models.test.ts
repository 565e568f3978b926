import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchProgress, missingOfHub } from './models.ts';

let modelsDir: string;
beforeAll(() => (modelsDir = mkdtempSync(join(tmpdir(), 'parley-models-'))));
afterAll(() => rmSync(modelsDir, { recursive: true, force: true }));

it('a language model of a hub is fetched by the set-up, once', () => {
  expect(missingOfHub(undefined, modelsDir)).toBeUndefined();
  expect(missingOfHub('', modelsDir)).toBeUndefined();
  expect(missingOfHub('smollm2/model.gguf', modelsDir)).toBeUndefined();
  expect(missingOfHub(' hub:owner/repository/model.gguf ', modelsDir)).toBe('language model owner/repository/model.gguf');
  mkdirSync(join(modelsDir, 'hub-files', 'owner', 'repository'), { recursive: true });
  writeFileSync(join(modelsDir, 'hub-files', 'owner', 'repository', 'model.gguf'), 'GGUF');
  expect(missingOfHub('hub:owner/repository/model.gguf', modelsDir)).toBeUndefined();
});

it('its progress has a bar of its own, and a failure is told', () => {
  const shown: unknown[] = [];
  const failures: string[] = [];
  const read = fetchProgress((progress) => shown.push(progress), [], failures);
  const line = (fields: object): void => read(JSON.stringify({ step: 'llm-model', title: 'Language model model.gguf', ...fields }));
  line({ status: 'downloading', bytes: 5, totalBytes: 20 });
  line({ status: 'downloading', bytes: 7, totalBytes: 0 });
  line({ status: 'failed', bytes: 0, message: 'it does not exist' });
  expect(shown).toEqual([
    { label: 'Language model model.gguf', done: 5, total: 20, unit: 'bytes' },
    { label: 'Language model model.gguf', done: 7, total: 7, unit: 'bytes' },
  ]);
  expect(failures).toEqual(['Language model model.gguf: it does not exist']);
});
