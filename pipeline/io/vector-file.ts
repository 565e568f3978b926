import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { VectorStore } from '../knowledge/create-knowledge.ts';
import type { Embedder } from '../ports.ts';

export interface VectorFile extends VectorStore {
  /** Writes what was added; the file is replaced in one step. Throws what the file system throws. */
  save(): void;
}

/**
 * Sentence vectors kept in a file between starts, so that learning what the personas know takes no time. Kept vectors
 * are used only if the embedder still gives the same vector of a probe. A file that cannot be read counts as empty.
 * Throws `AppError` with code `EMBEDDING_*`.
 */
export async function openVectorFile(path: string, embedder: Embedder, signal: AbortSignal): Promise<VectorFile> {
  const [probe = new Float32Array()] = await embedder.embed([PROBE], signal);
  const kept = new Map<string, Float32Array>();
  for (const [text, packed] of Object.entries(readVectors(path))) {
    const vector = unpack(packed);
    if (vector.length === probe.length) kept.set(text, vector);
  }
  const before = kept.get(PROBE);
  const usable = before !== undefined && isSame(before, probe);
  if (!usable) kept.clear();
  kept.set(PROBE, probe);
  let added = !usable;
  return {
    get: (text) => kept.get(text),
    set: (text, vector) => {
      kept.set(text, vector);
      added = true;
    },
    save: () => {
      if (!added) return;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const vectors = Object.fromEntries([...kept].map(([text, vector]) => [text, pack(vector)]));
      writeFileSync(`${path}.new`, JSON.stringify({ version: 1, vectors }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      added = false;
    },
  };
}

const fileSchema = z.object({ version: z.literal(1), vectors: z.record(z.string(), z.base64()) });

function readVectors(path: string): Readonly<Record<string, string>> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).vectors;
  } catch {
    return {};
  }
}

function pack(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function unpack(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  // A copy, because a Buffer need not begin at a multiple of four.
  return new Float32Array(Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);
}

/** Another machine may round differently. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  let cosine = 0;
  for (let i = 0; i < a.length; i++) cosine += (a[i] ?? 0) * (b[i] ?? 0);
  return cosine > 0.999;
}

const PROBE = 'The quick brown fox jumps over the lazy dog.';
