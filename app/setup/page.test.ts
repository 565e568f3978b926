import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageStep } from './page.ts';

/** A stand-in for Vite: writes what the build of a mode leaves behind, or fails. */
const VITE = `
const { mkdirSync, writeFileSync } = require('node:fs');
const value = (name) => process.argv[process.argv.indexOf(name) + 1];
if (require('node:fs').existsSync('broken')) { console.error('main.ts: unexpected token'); process.exit(1); }
mkdirSync(value('--outDir'), { recursive: true });
writeFileSync(value('--outDir') + '/' + (value('--mode') === 'page' ? 'index.html' : 'voice-call.js'), 'made');
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-page-'));
  mkdirSync(join(root, 'webrtc-client', 'web', 'console'), { recursive: true });
  mkdirSync(join(root, 'node_modules', 'vite', 'bin'), { recursive: true });
  writeFileSync(join(root, 'webrtc-client', 'web', 'console', 'main.ts'), '1;\n');
  writeFileSync(join(root, 'webrtc-client', 'signalling.ts'), '2;\n');
  mkdirSync(join(root, 'kit'));
  writeFileSync(join(root, 'kit', 'backoff.ts'), '2;\n');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), VITE);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const never = new AbortController().signal;
const silent = (): void => undefined;

describe('the browser page', () => {
  it('is built once, and again when a source or a package has changed', async () => {
    const step = pageStep({ root });
    expect(await step.missing()).toBe('not built yet');
    await step.run(silent, never);
    expect(await step.missing()).toBeUndefined();
    writeFileSync(join(root, 'webrtc-client', 'web', 'console', 'words.test.ts'), 'a test is no source');
    expect(await step.missing()).toBeUndefined();
    writeFileSync(join(root, 'webrtc-client', 'web', 'console', 'main.ts'), '3;\n');
    expect(await step.missing()).toBe('its sources have changed');
    await step.run(silent, never);
    expect(await step.missing()).toBeUndefined();
    writeFileSync(join(root, 'kit', 'backoff.ts'), '3;\n');
    expect(await step.missing()).toBe('its sources have changed');
    await step.run(silent, never);
    expect(await step.missing()).toBeUndefined();
    writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion":3}');
    expect(await step.missing()).toBe('its sources have changed');
  });

  it('that cannot be built leaves the one before, and says why', async () => {
    const step = pageStep({ root });
    await step.run(silent, never);
    writeFileSync(join(root, 'broken'), '');
    writeFileSync(join(root, 'webrtc-client', 'signalling.ts'), '4;\n');
    await expect(step.run(silent, never)).rejects.toMatchObject({
      code: 'PAGE_BUILD_FAILED',
      message: expect.stringContaining('unexpected token') as string,
    });
    expect(readFileSync(join(root, 'webrtc-client', 'dist', 'index.html'), 'utf8')).toBe('made');
    expect(await step.missing()).toBe('its sources have changed');
  });

  it('broken off is begun anew', async () => {
    mkdirSync(join(root, 'webrtc-client', 'dist.new'));
    writeFileSync(join(root, 'webrtc-client', 'dist.new', 'half.js'), '');
    await pageStep({ root }).run(silent, never);
    expect(existsSync(join(root, 'webrtc-client', 'dist', 'half.js'))).toBe(false);
    expect(existsSync(join(root, 'webrtc-client', 'dist.new'))).toBe(false);
  });
});
