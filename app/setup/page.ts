import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#domain/errors';
import type { Places } from './places.ts';
import { runCommand } from './run-command.ts';
import { digestOf, isStamped, writeStamp } from './stamp.ts';
import type { Report, Step } from './step.ts';

/** The two builds of `webrtc-client/web/vite.config.ts`, in this order, and what each leaves behind. */
const BUILDS = [
  { mode: 'page', title: 'the page', made: 'index.html' },
  { mode: 'element', title: 'the element for other pages', made: 'voice-call.js' },
] as const;
const BUILD_TIMEOUT_MS = 5 * 60_000;

/**
 * The page and `voice-call.js`, built by Vite into `webrtc-client/dist`. Made in a folder beside it that takes its place once
 * all is there, so that a build that is broken off leaves the one before, and a running server never serves half of one.
 */
export function pageStep({ root }: Pick<Places, 'root'>): Step {
  const dist = join(root, 'webrtc-client', 'dist');
  const stamp = join(root, '.parley', 'page.stamp');
  return {
    title: 'Browser page',
    missing: async () => {
      const made = await Promise.all(BUILDS.map((build) => exists(join(dist, build.made))));
      if (!made.every(Boolean)) return 'not built yet';
      return (await isStamped(stamp, await sourceDigest(root))) ? undefined : 'its sources have changed';
    },
    run: async (report, signal) => {
      // Taken before: what is changed during the build is built the next time.
      const digest = await sourceDigest(root);
      const draft = `${dist}.new`;
      const before = `${dist}.old`;
      await removeAll([draft, before]);
      for (const [index, build] of BUILDS.entries()) {
        report({ label: build.title, done: (100 * index) / BUILDS.length, total: 100, unit: 'percent' });
        await buildOne(root, build, draft, report, signal);
      }
      if (await exists(dist)) await rename(dist, before);
      await rename(draft, dist);
      await removeAll([before]);
      await writeStamp(stamp, digest);
    },
  };
}

async function buildOne(root: string, build: (typeof BUILDS)[number], outDir: string, report: Report, signal: AbortSignal): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(root, 'webrtc-client', 'web', 'vite.config.ts');
  const args = [
    vite,
    'build',
    '--config',
    config,
    '--configLoader',
    'native',
    '--mode',
    build.mode,
    '--outDir',
    outDir,
    '--logLevel',
    'warn',
  ];
  const { code, tail } = await runCommand(process.execPath, args, signal, {
    cwd: root,
    // Tests run with another NODE_ENV, by which Vite would take the development builds of packages.
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, NODE_ENV: 'production' },
    timeoutMs: BUILD_TIMEOUT_MS,
    onLine: (line) => report({ label: `${build.title}: ${line.slice(0, 80)}` }),
  });
  if (code === 0 && (await exists(join(outDir, build.made)))) return;
  throw new AppError(
    'PAGE_BUILD_FAILED',
    `The browser page could not be built (${build.title}, code ${code}):\n    ${tail.slice(-20).join('\n    ')}`,
  );
}

/** All that the result is made from: sources, and the versions of the packages. */
async function sourceDigest(root: string): Promise<string> {
  const web = join(root, 'webrtc-client', 'web');
  // Folders of kit/ need Node: no page is made of them.
  const entries = [await readdir(web, { recursive: true, withFileTypes: true }), await readdir(join(root, 'kit'), { withFileTypes: true })];
  const names = entries
    .flat()
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const files = [...names, join(root, 'webrtc-client', 'signalling.ts'), join(root, 'package-lock.json')];
  return await digestOf(files.flatMap((file) => [{ text: file.slice(root.length) }, { file }]));
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
