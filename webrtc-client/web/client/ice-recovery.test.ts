import { describe, expect, it } from 'vitest';
import { IceRecovery } from './ice-recovery.ts';

const kinds = (actions: readonly { readonly kind: string }[]): readonly string[] => actions.map(({ kind }) => kind);

describe('a call whose network goes away', () => {
  it('waits a moment before it restarts, as most hiccups heal themselves', () => {
    const recovery = new IceRecovery();
    expect(recovery.handle(0, { kind: 'disconnected' })).toEqual([]);
    expect(recovery.wakeAtMs).toBe(1_500);
    recovery.handle(800, { kind: 'connected' });
    expect(recovery.wakeAtMs).toBeUndefined();
    expect(recovery.handle(1_500, { kind: 'wake' })).toEqual([]);
  });

  it('restarts when it stays away, and again when the restart comes to nothing', () => {
    const recovery = new IceRecovery();
    recovery.handle(0, { kind: 'disconnected' });
    expect(kinds(recovery.handle(1_500, { kind: 'wake' }))).toEqual(['restart']);
    expect(kinds(recovery.handle(6_500, { kind: 'wake' }))).toEqual(['restart']);
  });

  it('restarts at once on failure and on another network', () => {
    expect(kinds(new IceRecovery().handle(0, { kind: 'failed' }))).toEqual(['restart']);
    expect(kinds(new IceRecovery().handle(0, { kind: 'network-changed' }))).toEqual(['restart']);
  });

  it('asks a server that cannot be reached less and less often', () => {
    const recovery = new IceRecovery();
    let nowMs = 0;
    const waits: number[] = [];
    recovery.handle(nowMs, { kind: 'failed' });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      recovery.handle(nowMs, { kind: 'restart-failed' });
      const next = recovery.wakeAtMs ?? 0;
      waits.push(next - nowMs);
      nowMs = next;
      expect(kinds(recovery.handle(nowMs, { kind: 'wake' }))).toEqual(['restart']);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  });

  it('is given up after half a minute, once', () => {
    const recovery = new IceRecovery();
    const seen: string[] = [];
    let nowMs = 0;
    recovery.handle(0, { kind: 'disconnected' });
    while (recovery.wakeAtMs !== undefined && nowMs < 100_000) {
      nowMs = recovery.wakeAtMs;
      seen.push(...kinds(recovery.handle(nowMs, { kind: 'wake' })));
    }
    expect(seen.at(-1)).toBe('give-up');
    expect(nowMs).toBeGreaterThanOrEqual(30_000);
    expect(nowMs).toBeLessThan(36_000);
    expect(recovery.handle(nowMs, { kind: 'failed' })).toEqual([]);
  });
});
