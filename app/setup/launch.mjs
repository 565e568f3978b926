// The first step of `npm start` and `npm test`: packages by npm, then the same command line under Node 24.
// Runs under any Node >= 20 with nothing installed, so node: built-ins only.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock-file.mjs';
import { NODE_MAJOR, countPackages, findNode, nodePackage, whyInstall, whyLockIsStale } from './packages.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
/** The terminal sends these to every process in the foreground, so the child has them already. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT', 'SIGHUP'];

/** Installs what is missing and runs `entry` (a path from the root) with `args`; this process ends as the child ends. */
export async function launch(entry, args) {
  const stale = whyLockIsStale(ROOT);
  if (stale !== undefined)
    return fail('LOCK_STALE', `package.json and package-lock.json disagree: ${stale}. Run \`npm install\` and start again.`);
  if (whyInstall(ROOT) !== undefined && !(await installPackages())) return;

  const node = findNode(ROOT);
  if (node === undefined) return fail('NODE_MISSING', nodeAdvice());
  if (!existsSync(join(ROOT, entry))) return fail('ENTRY_MISSING', `${entry} is not part of this checkout.`);
  const { code, signal } = await runChild(node, [join(ROOT, entry), ...args], { forward: true });
  endAs(code, signal);
}

/** Runs `npm ci` under a lock, unless another start has just done it. Returns whether the packages are there. */
async function installPackages() {
  const lock = join(ROOT, '.parley', 'packages.lock');
  const onWait = (pid) => console.error(`Packages: process ${pid} is already installing them; waiting for it.`);
  return withLock(lock, onWait, async () => {
    const why = whyInstall(ROOT);
    if (why === undefined) return true;
    console.error(`Packages: ${why}. Installing ${countPackages(ROOT)} with npm; the first time this takes a minute or so.`);
    const startedAt = Date.now();
    const { code, signal } = await runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) {
      fail(
        'NPM_CI_FAILED',
        `npm ci ended with ${signal ?? `code ${code}`}; its message is above. Without a network, packages cannot be ` +
          'installed the first time. Nothing needs cleaning up: run the same command again.',
      );
      if (signal !== null) endAs(code, signal);
      return false;
    }
    const still = whyInstall(ROOT);
    if (still !== undefined) {
      fail('PACKAGES_INCOMPLETE', `npm ci has ended well, but ${still}. Look at \`npm config get omit\` and at the disk space.`);
      return false;
    }
    console.error(`Packages: installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
    return true;
  });
}

/** npm as it was called, or the one in PATH. Its output goes to stderr: stdout belongs to the program. */
function runNpm(args) {
  const npm = process.env.npm_execpath;
  const stdio = ['inherit', 2, 2];
  if (npm !== undefined && npm.endsWith('.js') && existsSync(npm)) return runChild(process.execPath, [npm, ...args], { stdio });
  return runChild('npm', args, { stdio, shell: process.platform === 'win32' });
}

function runChild(command, args, { stdio = 'inherit', shell = false, forward = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio, shell });
    const handlers = FORWARDED.map((name) => {
      const handler = () => {
        const alreadySent = FROM_TERMINAL.includes(name) && process.stdin.isTTY;
        if (!alreadySent || !forward) child.kill(name);
      };
      process.on(name, handler);
      return [name, handler];
    });
    const done = (result) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve(result);
    };
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      done({ code: 127, signal: null });
    });
    child.on('exit', (code, signal) => done({ code, signal }));
  });
}

/** Ends this process with the child's code, or by the child's signal, as a shell would report it. */
function endAs(code, signal) {
  process.exitCode = signal === null ? code : 128 + (constants.signals[signal] ?? 0);
}

function nodeAdvice() {
  const name = nodePackage();
  const own = `Install Node ${NODE_MAJOR} and run the same command with it.`;
  return name === undefined
    ? `there is no Node ${NODE_MAJOR} package for ${process.platform}-${process.arch}. ${own}`
    : `Node ${NODE_MAJOR} should have come with the package ${name}, which npm has left out. Look at \`npm config get omit\`. ${own}`;
}

function fail(code, message) {
  console.error(`${code}: ${message}`);
  process.exitCode = 1;
}
