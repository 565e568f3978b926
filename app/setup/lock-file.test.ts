import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock-file.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const nobodyWaits = (): void => {
  throw new Error('waited');
};

describe('one set-up at a time', () => {
  it('holds the lock while the work runs and gives it back, also when the work fails', async () => {
    const path = join(folder, 'setup.lock');
    await withLock(path, nobodyWaits, () => {
      expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    });
    expect(existsSync(path)).toBe(false);
    await expect(withLock(path, nobodyWaits, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from an owner that died', async () => {
    const path = join(folder, 'setup.lock');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, `${pid}\n`);
    expect(await withLock(path, nobodyWaits, () => 'done')).toBe('done');
  });

  it('takes over from a file that names nobody', async () => {
    const path = join(folder, 'setup.lock');
    writeFileSync(path, 'half writ');
    expect(await withLock(path, nobodyWaits, () => 'done')).toBe('done');
  });

  it('waits while another holds it, and says for whom', async () => {
    const path = join(folder, 'setup.lock');
    const order: string[] = [];
    let release = (): void => undefined;
    const first = withLock(path, nobodyWaits, async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('first');
    });
    const second = withLock(
      path,
      (pid: number) => {
        order.push(`waits for ${pid === process.pid}`);
        release();
      },
      () => {
        order.push('second');
      },
    );
    await Promise.all([first, second]);
    expect(order).toEqual(['waits for true', 'first', 'second']);
  });
});
