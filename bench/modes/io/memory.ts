import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Memory of processes and all below them, MB; what several share is counted once (Linux; elsewhere 0). */
export function memoryMb(pids: readonly number[]): number {
  try {
    const children = new Map<number, number[]>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const parent = Number(/\) \S (\d+)/.exec(readOr(`/proc/${pid}/stat`))?.[1]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
    }
    const all = new Set<number>();
    const visit = (pid: number): void => {
      if (all.has(pid)) return;
      all.add(pid);
      for (const child of children.get(pid) ?? []) visit(child);
    };
    for (const pid of pids) visit(pid);
    const kilobytes = [...all].reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0);
    return Math.round(kilobytes / 1024);
  } catch {
    return 0;
  }
}

/** Memory in use on the first card, MB; undefined where there is none. */
export function gpuMemoryMb(): number | undefined {
  const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits'], {
    encoding: 'utf8',
    timeout: 5000,
  });
  const used = status === 0 ? Number(stdout.split('\n')[0]) : NaN;
  return Number.isFinite(used) ? used : undefined;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
