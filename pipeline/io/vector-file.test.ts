import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../ports.ts';
import { openVectorFile } from './vector-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const giving = (...values: readonly number[]): Embedder => ({
  embed: (texts) => Promise.resolve(texts.map(() => Float32Array.from(values))),
});

describe('a vector file', () => {
  it('keeps vectors exactly between starts', async () => {
    const path = join(folder, 'deeper', 'vectors.json');
    const first = await openVectorFile(path, giving(0.6, 0.8), signal);
    first.set('a', Float32Array.of(0.1, -0.7));
    first.save();
    const second = await openVectorFile(path, giving(0.6, 0.8), signal);
    expect(second.get('a')).toEqual(Float32Array.of(0.1, -0.7));
    expect(second.get('b')).toBeUndefined();
  });

  it('is not used for another model', async () => {
    const path = join(folder, 'vectors.json');
    const first = await openVectorFile(path, giving(0.6, 0.8), signal);
    first.set('a', Float32Array.of(1, 0));
    first.save();
    expect((await openVectorFile(path, giving(0.8, 0.6), signal)).get('a')).toBeUndefined();
    expect((await openVectorFile(path, giving(1, 0, 0), signal)).get('a')).toBeUndefined();
  });

  it('is empty when damaged, and then written anew', async () => {
    const path = join(folder, 'vectors.json');
    for (const damage of [
      '',
      '{',
      '[]',
      '{"version":1,"vectors":{"a":5}}',
      '{"version":2,"vectors":{}}',
      '{"version":1,"vectors":{"a":"AAA="}}',
    ]) {
      writeFileSync(path, damage);
      const file = await openVectorFile(path, giving(1, 0), signal);
      expect(file.get('a')).toBeUndefined();
      file.save();
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1 });
    }
  });
});
