import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallEvent } from '#domain/call-event';
import { SHORT_CALL } from '../testing/events.ts';
import { keepRetention } from './retention.ts';
import { SqliteCallStore } from './sqlite.ts';

const DAY_MS = 86_400_000;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  path = join(folder, 'calls.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const another = (callId: string, event: CallEvent): CallEvent =>
  event.kind === 'call-started' ? { ...event, callId, facts: { ...event.facts, callId } } : { ...event, callId };
const wholeFile = (): string => ['', '-wal'].map((end) => readFileSync(path + end, 'latin1')).join('');

describe('the bot fell silent for two seconds with every event, and the call was missing: somebody had the file open', () => {
  it('a locked file holds no call up, and gets all of it afterwards', () => {
    const store = new SqliteCallStore(path);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const began = performance.now();
    let refused = 0;
    for (const event of SHORT_CALL.slice(0, -1)) {
      try {
        store.append(event, 1_000_000 + event.atMs / 100);
      } catch (error) {
        refused += 1;
        expect(error).toMatchObject({
          code: 'STORE_WRITE_FAILED',
          message: expect.stringMatching(/locked; 1 events wait to be stored/) as string,
        });
      }
    }
    expect(refused).toBe(1);
    expect(performance.now() - began).toBeLessThan(1_000);
    other.exec('COMMIT');
    other.close();
    store.append(SHORT_CALL.at(-1)!, 1_010_000);
    expect(store.list({ limit: 9 })).toMatchObject([{ callId: 'call-1', turns: 1, endReason: 'caller/hangup' }]);
    expect(store.events('call-1').map(({ sequence }) => sequence)).toEqual(store.events('call-1').map((_, at) => at));
    store.close();
  });

  it('what waits at the end is written then', () => {
    const store = new SqliteCallStore(path);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    expect(() => store.append(SHORT_CALL[0]!, 1_000_000)).toThrow(/locked/);
    for (const event of SHORT_CALL.slice(1)) store.append(event, 1_000_001);
    other.exec('ROLLBACK');
    other.close();
    store.close();
    const next = new SqliteCallStore(path);
    expect(next.list({ limit: 9 })).toMatchObject([{ turns: 1, endReason: 'caller/hangup' }]);
    next.close();
  });
});

describe('what callers had said was still there after the time for which it is kept', () => {
  it('it is deleted while the server runs, too, and a file that is locked is tried again', () => {
    vi.useFakeTimers();
    try {
      let now = 100 * DAY_MS;
      const removed: number[] = [];
      const errors: object[] = [];
      let locked = false;
      const store = {
        removeBefore: (wallMs: number): number => {
          if (locked) throw new Error('database is locked');
          return removed.push(wallMs / DAY_MS);
        },
      };
      const stop = keepRetention(store, 30, { wallMs: () => now, log: { error: (fields: object) => void errors.push(fields) } });
      now += DAY_MS;
      vi.advanceTimersByTime(3_600_000);
      locked = true;
      vi.advanceTimersByTime(3_600_000);
      locked = false;
      vi.advanceTimersByTime(3_600_000);
      expect([removed, errors]).toEqual([[70, 71, 71], [{ error: 'database is locked' }]]);
      stop();
      vi.advanceTimersByTime(36_000_000);
      expect(removed).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('it stands nowhere in the file', () => {
    const store = new SqliteCallStore(path);
    for (const event of SHORT_CALL) store.append(event, 1_000 + event.atMs);
    for (const event of SHORT_CALL) store.append(another('call-2', event), 90 * DAY_MS + event.atMs);
    expect(wholeFile().match(/what time is breakfast/g)?.length).toBeGreaterThan(2);
    expect(store.removeBefore(30 * DAY_MS)).toBe(1);
    expect(wholeFile()).not.toContain('"callId":"call-1"');
    expect(store.events('call-2')).toHaveLength(SHORT_CALL.length);
    expect(store.removeBefore(100 * DAY_MS)).toBe(1);
    expect(wholeFile()).not.toContain('what time is breakfast');
    store.close();
  });

  it('events of a call whose beginning was lost are not kept', () => {
    const store = new SqliteCallStore(path);
    for (const event of SHORT_CALL.slice(1)) store.append(event, 1_000 + event.atMs);
    expect(store.events('call-1')).toEqual([]);
    store.close();
    const old = new DatabaseSync(path);
    old.exec(`INSERT INTO events VALUES ('gone', 0, 1, 'caller-final', '{"text":"my secret"}')`);
    old.close();
    const next = new SqliteCallStore(path);
    expect(next.events('gone')).toEqual([]);
    next.close();
  });
});

it('one call was stored under another: a clock that jumps back or far ahead within a call', () => {
  const store = new SqliteCallStore(path);
  const jumps = [1e12, 5e11, 2e12, 1];
  SHORT_CALL.forEach((event, at) => store.append(event, jumps[at % jumps.length]!));
  expect(store.list({ limit: 9 })).toMatchObject([{ callId: 'call-1', turns: 1, endReason: 'caller/hangup' }]);
  expect(store.events('call-1').map(({ event }) => event.kind)).toEqual(SHORT_CALL.map(({ kind }) => kind));
  store.close();
});
