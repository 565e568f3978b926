import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { CallEvent } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import { SHORT_CALL } from '../testing/events.ts';
import { callRecord } from '../telemetry/call-record.ts';
import { SqliteCallStore } from './sqlite.ts';

const DAY_MS = 86_400_000;

it('gives back a call as it happened, with its turns', () => {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, 1_000_000 + event.atMs);

  expect(store.list({ limit: 10 })).toEqual([
    expect.objectContaining({
      callId: 'call-1',
      persona: 'bot',
      endReason: 'caller/hangup',
      turns: 1,
      startedAt: new Date(1_000_000).toISOString(),
    }),
  ]);
  const record = callRecord(store.events('call-1'));
  expect(record?.turns[0]).toMatchObject({
    callerText: 'what time is breakfast',
    stages: { firstPacketMs: 450 },
    detail: { entry: 'breakfast' },
  });
  expect(record?.utterances[0]?.text).toBe('what time is breakfast');
  store.close();
});

it('a file from before browsers called is taken over: its calls were telephone calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  const path = join(folder, 'calls.db');
  try {
    const old = new DatabaseSync(path);
    old.exec(`CREATE TABLE calls (call_id TEXT PRIMARY KEY, signalling_id TEXT NOT NULL, persona TEXT NOT NULL, from_user TEXT NOT NULL,
      to_user TEXT NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER, end_reason TEXT) STRICT`);
    old.exec("INSERT INTO calls VALUES ('old', 's', 'bot', 'a', 'bot', 1, 2, 'caller/hangup')");
    old.close();
    const store = new SqliteCallStore(path);
    for (const event of SHORT_CALL)
      store.append(event.kind === 'call-started' ? { ...event, facts: { ...event.facts, kind: 'webrtc' } } : event, 5000 + event.atMs);
    expect(store.list({ limit: 10 }).map(({ callId, kind }) => [callId, kind])).toEqual([
      ['call-1', 'webrtc'],
      ['old', 'sip'],
    ]);
    store.close();
    new SqliteCallStore(path).close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('an hour of INVITEs that nobody acknowledged filled the disk with records of calls that never were', () => {
  const store = new SqliteCallStore(':memory:');
  const started = SHORT_CALL[0]!;
  const call = (callId: string, atMs: number, reason: EndReason): void => {
    store.append({ ...started, callId } as CallEvent, atMs);
    store.append({ callId, atMs: started.atMs, kind: 'call-ended', reason }, atMs + 10);
  };
  const reasons: readonly EndReason[] = [
    { by: 'network', code: 'ack-timeout' },
    { by: 'refused', code: 'too-many-calls' },
    { by: 'caller', code: 'cancelled' },
    { by: 'network', code: 'connect-timeout' },
  ];
  for (let n = 0; n < 2_400; n += 1) call(`forged-${n}`, n * 250, reasons[n % 4]!);
  const kept = store.list({ limit: 5_000 });
  expect(kept.length).toBeGreaterThanOrEqual(60);
  expect(kept.length).toBeLessThanOrEqual(60 + 60);
  expect(store.events('forged-2399')).toEqual([]);
  // Who was there is kept, and who rings and gives up on a usual day.
  call('talked', 600_000, { by: 'caller', code: 'hangup' });
  call('gave-up', 660_000, { by: 'caller', code: 'cancelled' });
  expect(store.list({ limit: 2 }).map(({ callId }) => callId)).toEqual(['gave-up', 'talked']);
  store.close();
});

it('finds a call by the id that its network used', () => {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, event.atMs);
  expect(store.list({ limit: 10, signallingId: 'abc@192.0.2.9' })).toHaveLength(1);
  expect(store.list({ limit: 10, signallingId: 'other' })).toEqual([]);
  store.close();
});

it('a process killed in a call loses none of the turns that were over, and the next one closes the call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  const path = join(folder, 'calls.db');
  try {
    const killed = new SqliteCallStore(path);
    for (const event of SHORT_CALL.slice(0, -1)) killed.append(event, 5000 + event.atMs);
    // No close(): the process is gone. WAL readers see what was committed.
    const next = new SqliteCallStore(path);
    expect(next.list({ limit: 1 })[0]).toMatchObject({ endReason: 'system/process-died', turns: 1 });
    expect(callRecord(next.events('call-1'))?.turns).toHaveLength(1);
    next.close();
    killed.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('forgets calls older than the retention and keeps younger ones', () => {
  const store = new SqliteCallStore(':memory:');
  for (const event of SHORT_CALL) store.append(event, event.atMs);
  for (const event of SHORT_CALL) {
    const other =
      event.kind === 'call-started'
        ? { ...event, callId: 'call-2', facts: { ...event.facts, callId: 'call-2' } }
        : { ...event, callId: 'call-2' };
    store.append(other, 40 * DAY_MS + event.atMs);
  }
  expect(store.removeBefore(10 * DAY_MS)).toBe(1);
  expect(store.list({ limit: 10 }).map((call) => call.callId)).toEqual(['call-2']);
  expect(store.events('call-1')).toEqual([]);
  store.close();
});

it('says which setting is wrong when the file cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  try {
    expect(() => new SqliteCallStore(folder)).toThrow(/store\.path .* cannot be used/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
