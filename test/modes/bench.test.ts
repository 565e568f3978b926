import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { run } from '#bench/modes/bench';
import { MODES, type Mode } from '#bench/modes/options';
import { silentProgress } from '#bench/progress';

const folder = mkdtempSync(join(tmpdir(), 'modes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const wav = fileURLToPath(new URL('../../gpu-services/fixtures/what-time-is-breakfast.wav', import.meta.url));

it.each(MODES)(
  '%s answers one user with one turn',
  async (mode: Mode) => {
    const { rows } = await run(
      [
        '--mode',
        mode,
        '--levels',
        '1',
        '--turns',
        '1',
        '--wav',
        wav,
        '--csv',
        join(folder, `${mode}.csv`),
        '--svg',
        join(folder, `${mode}.svg`),
      ],
      silentProgress,
    );
    expect(rows).toMatchObject([{ mode, level: 1, turns: 1, failed: 0, ttfaMs: { n: 1 } }]);
    const [row] = rows;
    expect(row?.ttfaMs.p50).toBeGreaterThan(0);
    expect(row?.completeMs.p50).toBeGreaterThanOrEqual(row?.ttfaMs.p50 ?? Infinity);
    expect(row?.memoryMb).toBeGreaterThan(100);
    expect(readFileSync(join(folder, `${mode}.csv`), 'utf8').split('\n')).toHaveLength(3);
    expect(readFileSync(join(folder, `${mode}.svg`), 'utf8')).toContain('</svg>');
  },
  300_000,
);
