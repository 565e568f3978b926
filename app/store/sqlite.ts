import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CallEvent } from '#domain/call-event';
import type { CallId, LegKind } from '#domain/call';
import { endReasonLabel } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import { ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { makePrivateFile } from '../private-files.ts';
import type { CallStore, CallSummary, StoredEvent } from './port.ts';
import { Unwritten } from './unwritten.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY, signalling_id TEXT NOT NULL, persona TEXT NOT NULL, from_user TEXT NOT NULL,
    to_user TEXT NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER, end_reason TEXT,
    leg_kind TEXT NOT NULL DEFAULT 'sip'
  ) STRICT;
  CREATE INDEX IF NOT EXISTS calls_started ON calls (started_ms);
  CREATE INDEX IF NOT EXISTS calls_signalling ON calls (signalling_id);
  CREATE TABLE IF NOT EXISTS events (
    call_id TEXT NOT NULL, sequence INTEGER NOT NULL, wall_ms INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (call_id, sequence)
  ) STRICT, WITHOUT ROWID;
`;

/** Files from before there were other calls than those of telephones have no such column. */
const ADD_LEG_KIND = `ALTER TABLE calls ADD COLUMN leg_kind TEXT NOT NULL DEFAULT 'sip'`;

/** Calls that a killed process left open end with their last stored event. */
const CLOSE_ORPHANS = `
  UPDATE calls SET end_reason = 'system/process-died',
    ended_ms = coalesce((SELECT max(wall_ms) FROM events e WHERE e.call_id = calls.call_id), started_ms)
  WHERE ended_ms IS NULL;
`;

/** Events whose call is not there would never be deleted with it. */
const DROP_STRAYS = 'DELETE FROM events WHERE call_id NOT IN (SELECT call_id FROM calls)';

/** Kinds that come many times a second and say nothing that a later event does not: not worth a row. */
const NOT_STORED: ReadonlySet<CallEvent['kind']> = new Set(['caller-partial', 'media-stats', 'queue-wait', 'bot-heard']);

/** Ends of calls that nobody ever was in: an INVITE or an offer is all that they cost, so that strangers could fill the disk with their records. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'caller/cancelled',
  'network/ack-timeout',
  'network/connect-timeout',
  'refused/too-many-calls',
]);
/** So many of those are kept in a minute, ten times as many at once. A guess; each has up to 20 kB of header fields. */
const KEPT_PER_MINUTE = 6;
const KEPT_AT_ONCE = 60;

interface CallRow {
  call_id: string;
  signalling_id: string;
  persona: string;
  from_user: string;
  to_user: string;
  started_ms: number;
  ended_ms: number | null;
  end_reason: string | null;
  leg_kind: LegKind;
  turns: number;
}

interface EventRow {
  readonly event: CallEvent;
  readonly sequence: number;
  readonly atMs: number;
}

/**
 * SQLite in WAL mode: one row an event, committed at once; a row survives a killed process. While the file is locked or the disk is full, rows wait
 * in memory and calls go on. What is deleted is overwritten.
 */
export class SqliteCallStore implements CallStore {
  readonly #db: DatabaseSync;
  readonly #insertCall: StatementSync;
  readonly #endCall: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #removeEvents: StatementSync;
  readonly #removeCall: StatementSync;
  readonly #neverConnected = new TokenBucket({ perMinute: KEPT_PER_MINUTE, capacity: KEPT_AT_ONCE });
  /** The next sequence number of each running call. */
  readonly #next = new Map<CallId, number>();
  readonly #unwritten = new Unwritten<EventRow>();

  constructor(path: string) {
    try {
      // The WAL and its index take the mode of this file.
      if (path !== ':memory:') makePrivateFile(path);
      this.#db = new DatabaseSync(path);
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 2000;');
      this.#db.exec(SCHEMA);
      if (!this.#hasLegKind()) this.#db.exec(ADD_LEG_KIND);
      this.#db.exec(CLOSE_ORPHANS);
      this.#db.exec(DROP_STRAYS);
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    } catch (error) {
      throw new AppError('STORE_UNUSABLE', `store.path ${path} cannot be used: ${errorText(error)}`, { cause: error });
    }
    this.#insertCall = this.#db.prepare(
      'INSERT INTO calls (call_id, signalling_id, persona, from_user, to_user, started_ms, leg_kind) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#endCall = this.#db.prepare('UPDATE calls SET ended_ms = ?, end_reason = ? WHERE call_id = ?');
    this.#insertEvent = this.#db.prepare(
      'INSERT INTO events SELECT call_id, ?, ?, ?, ? FROM calls WHERE call_id = ? ON CONFLICT DO NOTHING',
    );
    this.#removeEvents = this.#db.prepare('DELETE FROM events WHERE call_id = ?');
    this.#removeCall = this.#db.prepare('DELETE FROM calls WHERE call_id = ?');
  }

  append(event: CallEvent, wallMs: number): void {
    if (NOT_STORED.has(event.kind)) return;
    const atMs = Math.round(wallMs);
    const sequence = this.#next.get(event.callId) ?? 0;
    if (event.kind === 'call-ended') this.#next.delete(event.callId);
    else this.#next.set(event.callId, sequence + 1);
    this.#unwritten.push({ event, sequence, atMs });
    if (this.#unwritten.isDue(atMs)) this.#writeAll(atMs);
  }

  #writeAll(wallMs: number): void {
    try {
      this.#unwritten.writeAll(wallMs, (row) => this.#write(row), isPassing);
    } catch (error) {
      const lost = this.#unwritten.takeLost();
      const waiting = `${this.#unwritten.length} events wait to be stored${lost === 0 ? '' : `, ${lost} are lost`}`;
      throw new AppError('STORE_WRITE_FAILED', `${errorText(error)}; ${waiting}`, { cause: error });
    }
  }

  /** Safe to repeat where only a part of it was written. */
  #write({ event, sequence, atMs }: EventRow): void {
    const { callId } = event;
    if (event.kind === 'call-started') {
      const { facts, persona } = event;
      this.#insertCall.run(callId, facts.signallingId, persona, facts.fromUser, facts.toUser, atMs, facts.kind);
    }
    this.#insertEvent.run(sequence, atMs, event.kind, JSON.stringify(event), callId);
    if (event.kind !== 'call-ended') return;
    const reason = endReasonLabel(event.reason);
    this.#endCall.run(atMs, reason, callId);
    if (!NEVER_CONNECTED.has(reason) || this.#neverConnected.take(ms(atMs))) return;
    this.#removeEvents.run(callId);
    this.#removeCall.run(callId);
  }

  list(query: { limit: number; before?: string; signallingId?: string }): readonly CallSummary[] {
    const before = query.before === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(query.before);
    const rows = this.#db
      .prepare(
        `SELECT c.*, (SELECT count(*) FROM events e WHERE e.call_id = c.call_id AND e.kind = 'turn-closed') AS turns
         FROM calls c WHERE c.started_ms < ? AND (? IS NULL OR c.signalling_id = ?) ORDER BY c.started_ms DESC LIMIT ?`,
      )
      .all(before, query.signallingId ?? null, query.signallingId ?? null, query.limit) as unknown as CallRow[];
    return rows.map(toSummary);
  }

  events(callId: CallId): readonly StoredEvent[] {
    const rows = this.#db
      .prepare('SELECT sequence, wall_ms, body FROM events WHERE call_id = ? ORDER BY sequence')
      .all(callId) as unknown as { sequence: number; wall_ms: number; body: string }[];
    return rows.map((row) => ({ callId, sequence: row.sequence, wallMs: row.wall_ms, event: JSON.parse(row.body) as CallEvent }));
  }

  removeBefore(wallMs: number): number {
    const limit = Math.round(wallMs);
    this.#db.prepare('DELETE FROM events WHERE call_id IN (SELECT call_id FROM calls WHERE started_ms < ?)').run(limit);
    const removed = Number(this.#db.prepare('DELETE FROM calls WHERE started_ms < ?').run(limit).changes);
    // The log of the database still has the words until it is emptied into it.
    if (removed > 0) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return removed;
  }

  close(): void {
    try {
      if (this.#unwritten.length > 0) {
        this.#db.exec(`PRAGMA busy_timeout = ${BUSY_AT_END_MS}`);
        this.#writeAll(0);
      }
    } finally {
      this.#db.close();
    }
  }

  #hasLegKind(): boolean {
    const columns = this.#db.prepare('SELECT name FROM pragma_table_info(?)').all('calls') as unknown as { name: string }[];
    return columns.some(({ name }) => name === 'leg_kind');
  }
}

/** Whether a write that failed may go through later: locked, read-only for now, no space, or the disk fails. https://sqlite.org/rescode.html */
function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  return code !== undefined && PASSING_CODES.has(code);
}

function toSummary(row: CallRow): CallSummary {
  return {
    callId: row.call_id,
    kind: row.leg_kind,
    signallingId: row.signalling_id,
    persona: row.persona,
    fromUser: row.from_user,
    toUser: row.to_user,
    startedAt: new Date(row.started_ms).toISOString(),
    ...(row.ended_ms === null ? {} : { endedAt: new Date(row.ended_ms).toISOString() }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
    turns: row.turns,
  };
}

/** SQLITE_BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const PASSING_CODES: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
/** Every call's conversation waits as long; more than a common write of another takes. A guess. */
const BUSY_MS = 40;
const BUSY_AT_END_MS = 2_000;
