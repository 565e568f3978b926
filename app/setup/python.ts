import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#domain/errors';
import { needRoom } from './need-room.ts';
import type { Places } from './places.ts';
import { runCommand } from './run-command.ts';
import { digestOf, isStamped, writeStamp } from './stamp.ts';
import type { Report, Step } from './step.ts';

const OLDEST = [3, 10] as const;
/** Names under which a Python may be found, the person's own choice first, then newer ones for which wheels are sure to exist. */
const CANDIDATES = ['python3', 'python3.12', 'python3.13', 'python3.11', 'python3.10', 'python3.14', 'python'];
const PIP_WHEEL = 'pip-25.3-py3-none-any.whl';
const PACKAGES_BYTES = 1_200e6;

interface FoundPython {
  readonly command: string;
  readonly version: string;
  readonly isRecent: boolean;
  readonly hasVenv: boolean;
}

/** The Python environment in `.venv`, with pip from the wheel that comes along: distributions often leave pip out of venv. */
export function environmentStep(places: Places): Step {
  const wheel = join(places.root, 'app', 'setup', 'vendor', PIP_WHEEL);
  const stamp = join(places.venv, '.parley', 'environment');
  return {
    title: 'Python environment',
    missing: async () => ((await isStamped(stamp, PIP_WHEEL)) && existsSync(places.pythonPath) ? undefined : 'making .venv'),
    run: async (report, signal) => {
      const python = await findPython(signal);
      report({ label: `with Python ${python.version}` });
      if (!(await isWorking(places, signal))) {
        await rm(places.venv, { recursive: true, force: true });
        const made = await runCommand(python.command, ['-m', 'venv', '--without-pip', places.venv], signal);
        if (made.code !== 0)
          throw new AppError(
            'PYTHON_NO_VENV',
            `${python.command} -m venv failed:\n    ${made.tail.slice(-5).join('\n    ')}\n${venvAdvice()}`,
          );
      }
      const installed = await runCommand(
        places.pythonPath,
        [join(wheel, 'pip'), 'install', '--no-index', '--no-deps', '--force-reinstall', '--disable-pip-version-check', wheel],
        signal,
      );
      if (installed.code !== 0)
        throw new AppError('PIP_INSTALL', `pip cannot be installed into .venv:\n    ${installed.tail.slice(-5).join('\n    ')}`);
      await writeStamp(stamp, PIP_WHEEL);
    },
  };
}

/** Packages from a requirements file with hashes. */
export function packagesStep(places: Places, title: string, file: string): Step {
  const path = join(places.root, 'gpu-services', file);
  const stamp = join(places.venv, '.parley', file);
  const digest = (): Promise<string> => digestOf([{ file: path }, { text: PIP_WHEEL }]);
  return {
    title,
    missing: async () =>
      (await isStamped(stamp, await digest())) && existsSync(places.pythonPath) ? undefined : `those of gpu-services/${file}`,
    run: async (report, signal) => {
      await needRoom(places.root, PACKAGES_BYTES, 'The Python packages');
      const wanted = await digest();
      const args = [
        '-m',
        'pip',
        'install',
        '--require-hashes',
        '--only-binary',
        ':all:',
        '--no-deps',
        '--no-input',
        '--disable-pip-version-check',
        '--progress-bar',
        'raw',
        '-r',
        path,
      ];
      const total = countRequirements(await readFile(path, 'utf8'));
      const { code, tail } = await runCommand(places.pythonPath, args, signal, {
        onLine: pipProgress(report, total),
        env: { PIP_REQUIRE_VIRTUALENV: '0' },
      });
      if (code !== 0) throw new AppError('PYTHON_PACKAGES', pipAdvice(tail), { retryable: true });
      await writeStamp(stamp, wanted);
    },
  };
}

/** How many packages a requirements file names; one that is pinned by Python version counts once. */
export function countRequirements(text: string): number {
  return new Set([...text.matchAll(/^([\w.-]+)==/gm)].map((match) => match[1])).size;
}

/** Reads pip's lines: which package it is at, and how much of it is there. */
export function pipProgress(report: Report, total: number): (line: string) => void {
  let label = 'looking for packages';
  let collected = 0;
  return (line) => {
    const bytes = /^Progress (\d+) of (\d+)$/.exec(line);
    if (bytes !== null)
      report({
        label: `${label}, ${(Number(bytes[1]) / 1e6).toFixed(1)} of ${(Number(bytes[2]) / 1e6).toFixed(1)} MB`,
        done: collected,
        total,
        unit: 'packages',
      });
    const collecting = /^\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)/.exec(line);
    if (collecting !== null) {
      collected += 1;
      label = collecting[1] ?? '';
      report({ label, done: collected, total, unit: 'packages' });
    }
    if (line.startsWith('Installing collected packages')) report({ label: `unpacking ${collected} packages; a minute or so` });
  };
}

async function findPython(signal: AbortSignal): Promise<FoundPython> {
  const own = process.env['PARLEY_PYTHON'];
  const found: FoundPython[] = [];
  for (const command of own ? [own] : CANDIDATES) {
    const python = await describePython(command, signal);
    if (python?.isRecent && python.hasVenv) return python;
    if (python !== undefined) found.push(python);
  }
  const recent = found.find((python) => python.isRecent);
  if (recent !== undefined)
    throw new AppError('PYTHON_NO_VENV', `${recent.command} (Python ${recent.version}) has no venv module. ${venvAdvice()}`);
  const seen = found.map(({ command, version }) => `${command} is ${version}`).join(', ');
  throw new AppError(
    found.length === 0 ? 'PYTHON_MISSING' : 'PYTHON_TOO_OLD',
    `Parley needs Python ${OLDEST.join('.')} or later${seen === '' ? `, and there is none${own ? ` at PARLEY_PYTHON=${own}` : ''}` : `; ${seen}`}. Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name one with PARLEY_PYTHON.`,
  );
}

async function describePython(command: string, signal: AbortSignal): Promise<FoundPython | undefined> {
  const script = 'import sys, importlib.util as u; print("%d.%d.%d" % sys.version_info[:3], u.find_spec("venv") is not None)';
  const { code, stdout } = await runCommand(command, ['-c', script], signal, { timeoutMs: 20_000 });
  const read = /^(\d+)\.(\d+)\.(\d+) (True|False)/.exec(stdout);
  if (code !== 0 || read === null) return undefined;
  const [, major, minor, patch, hasVenv] = read;
  const isRecent = Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1];
  return { command, version: `${major}.${minor}.${patch}`, isRecent, hasVenv: hasVenv === 'True' };
}

/** Whether the environment that is there can be gone on with: its Python runs and is recent enough. */
async function isWorking(places: Places, signal: AbortSignal): Promise<boolean> {
  return existsSync(places.pythonPath) && (await describePython(places.pythonPath, signal))?.isRecent === true;
}

function venvAdvice(): string {
  return 'Install it (Debian, Ubuntu: apt-get install python3-venv) and start again.';
}

function pipAdvice(tail: readonly string[]): string {
  const errors = tail
    .filter((line) =>
      /^(ERROR|error)|No matching|Connection|Temporary failure|Name or service|THESE PACKAGES DO NOT MATCH|No space left/i.test(line),
    )
    .slice(-4);
  const text = (errors.length > 0 ? errors : tail.slice(-4)).join('\n    ');
  if (/No space left/i.test(text)) return `The Python packages do not fit on the disk:\n    ${text}`;
  if (/DO NOT MATCH/i.test(text))
    return `A Python package is not the one that was pinned (its hash differs), so nothing was installed:\n    ${text}`;
  return `The Python packages cannot be had:\n    ${text}\nThey are downloaded once; is there a network, and does pip reach its package index? What is there already is kept.`;
}
