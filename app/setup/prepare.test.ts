import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { needRoom } from './need-room.ts';
import { places } from './places.ts';
import { runSteps } from './prepare.ts';
import { interrupted, runCommand } from './run-command.ts';
import { digestOf, isStamped, writeStamp } from './stamp.ts';
import type { Step } from './step.ts';
import type { SetupUi } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-setup-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

function recordingUi(): { readonly ui: SetupUi; readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    ui: {
      note: (message) => seen.push(message),
      step: (number, total, title, why) => {
        seen.push(`${number}/${total} ${title}: ${why}`);
        return { report: ({ label }) => seen.push(label), done: () => seen.push('done') };
      },
    },
  };
}

/** A step that is done once it ran; `fault` makes it fail. */
function step(title: string, isDone: boolean, fault?: Error): Step & { runs: number } {
  return {
    title,
    runs: 0,
    missing() {
      return Promise.resolve(isDone ? undefined : 'not there');
    },
    run(report) {
      this.runs += 1;
      report({ label: `working at ${title}` });
      if (fault !== undefined) return Promise.reject(fault);
      isDone = true;
      return Promise.resolve();
    },
  };
}

describe('the set-up', () => {
  it('does only what is missing, in order, and nothing the second time', async () => {
    const { ui, seen } = recordingUi();
    const steps = [step('one', false), step('two', true), step('three', false)];
    await runSteps(steps, ui, join(folder, 'lock'));
    expect(seen).toEqual(['1/2 one: not there', 'working at one', 'done', '2/2 three: not there', 'working at three', 'done']);
    await runSteps(steps, ui, join(folder, 'lock'));
    expect(seen).toHaveLength(6);
  });

  it('stops at the first fault and goes on there the next time', async () => {
    const { ui } = recordingUi();
    const steps = [step('one', false), step('two', false, new AppError('DISK_FULL', 'full')), step('three', false)];
    await expect(runSteps(steps, ui, join(folder, 'lock'))).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(runSteps(steps, ui, join(folder, 'lock'))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(steps.map(({ runs }) => runs)).toEqual([1, 2, 0]);
  });

  it('two at once: the second waits and then finds everything done', async () => {
    const { ui, seen } = recordingUi();
    const steps = [step('one', false)];
    await Promise.all([runSteps(steps, ui, join(folder, 'lock')), runSteps(steps, ui, join(folder, 'lock'))]);
    expect(steps[0]?.runs).toBe(1);
    expect(seen.some((line) => line.includes('is at it already'))).toBe(true);
  });

  it('a signal breaks it off', async () => {
    const { ui } = recordingUi();
    const waiting: Step = {
      title: 'endless',
      missing: () => Promise.resolve('never there'),
      run: (_report, signal) => {
        const ended = new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(interrupted()), { once: true });
        });
        process.emit('SIGTERM');
        return ended;
      },
    };
    await expect(runSteps([waiting], ui, join(folder, 'lock'))).rejects.toMatchObject({ code: 'SETUP_INTERRUPTED' });
  });
});

describe('a program that the set-up runs', () => {
  it('hands on lines of both outputs and of descriptor 3', async () => {
    const lines: string[] = [];
    const status: string[] = [];
    const script = 'console.log("a\\rb"); console.error("c"); require("fs").writeSync(3, "s\\n"); process.exitCode = 3';
    const result = await runCommand(process.execPath, ['-e', script], never, {
      onLine: (line) => lines.push(line),
      onStatusLine: (line) => status.push(line),
    });
    expect(result.code).toBe(3);
    expect(lines.toSorted()).toEqual(['a', 'b', 'c']);
    expect(status).toEqual(['s']);
  });

  it('that is not there ends with 127', async () => {
    expect(await runCommand(join(folder, 'nothing'), [], never)).toMatchObject({ code: 127 });
  });

  it('is ended when the set-up is broken off', async () => {
    const stop = new AbortController();
    const running = runCommand(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], stop.signal, {
      onLine: () => stop.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'SETUP_INTERRUPTED' });
  });
});

describe('stamps', () => {
  it('hold as long as what they were made from', async () => {
    const file = join(folder, 'requirements.txt');
    writeFileSync(file, 'a==1\n');
    const before = await digestOf([{ file }, { text: 'pip' }]);
    await writeStamp(join(folder, 'deep', 'stamp'), before);
    expect(await isStamped(join(folder, 'deep', 'stamp'), before)).toBe(true);
    writeFileSync(file, 'a==2\n');
    expect(await isStamped(join(folder, 'deep', 'stamp'), await digestOf([{ file }, { text: 'pip' }]))).toBe(false);
    expect(await isStamped(join(folder, 'none'), before)).toBe(false);
  });
});

describe('room on the disk', () => {
  it('is asked for before anything is downloaded', async () => {
    await expect(needRoom(folder, 1e18, 'The models')).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('The models need 1000000000000 MB') as string,
    });
    await expect(needRoom(folder, 1, 'The models')).resolves.toBeUndefined();
  });

  it('a folder that cannot be made is named', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(needRoom(join(folder, 'file', 'below'), 1, 'x')).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
  });
});

describe('places', () => {
  it('follow the environment, then the system', () => {
    expect(places({ PARLEY_CACHE_DIR: '/a' }, 'linux')).toMatchObject({ cacheDir: '/a', modelsDir: '/a/models' });
    expect(places({ XDG_CACHE_HOME: '/b', PARLEY_MODELS_DIR: '/m' }, 'linux')).toMatchObject({ cacheDir: '/b/parley', modelsDir: '/m' });
    expect(places({}, 'darwin').cacheDir).toMatch(/\/Library\/Caches\/parley$/);
    expect(places({}, 'linux').cacheDir).toMatch(/\/\.cache\/parley$/);
  });
});

describe('the launchers', () => {
  it.each(['start.mjs', 'test.mjs'])('%s says so where Node is too old', (name) => {
    const script = `Object.defineProperty(process.versions, 'node', { value: '18.19.0' }); import(${JSON.stringify(join(places().root, name))})`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('NODE_TOO_OLD: this is Node 18.19.0; Parley needs Node 20 or later')]);
  });
});
