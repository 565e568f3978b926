// One set-up at a time in one place: a file that names its owner, taken over when the owner is gone. node: built-ins only.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const POLL_MS = 500;
const UNREADABLE_OWNER = -1;

/**
 * @template T
 * @param {string} path
 * @param {(pid: number) => void} onWait
 * @param {() => T | Promise<T>} work
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 *
 * Runs `work` while this process holds the lock at `path`. `onWait(pid)` is called once when somebody else holds it.
 * A holder that died is replaced; an aborted `signal` ends the waiting with its reason. The file appears with its owner already written (link), so nobody reads it half made.
 */
export async function withLock(path, onWait, work, signal) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    const owner = ownerOf(path);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) onWait(owner);
    told = true;
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid}\n`);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The process id in the lock file; undefined when it has just gone. */
function ownerOf(path) {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : UNREADABLE_OWNER;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  if (pid === UNREADABLE_OWNER) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
