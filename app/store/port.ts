import type { CallEvent } from '#domain/call-event';
import type { CallId, LegKind } from '#domain/call';

/** One stored event; `body` is the event without its call and time. */
export interface StoredEvent {
  readonly callId: CallId;
  readonly sequence: number;
  readonly wallMs: number;
  readonly event: CallEvent;
}

export interface CallSummary {
  readonly callId: CallId;
  readonly kind: LegKind;
  readonly signallingId: string;
  readonly persona: string;
  readonly fromUser: string;
  readonly toUser: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `by/code`, as `endReasonLabel` writes it; absent while the call runs or if the process was killed in it. */
  readonly endReason?: string;
  readonly turns: number;
}

/**
 * What must outlive the process. Rows are appended as things happen and never changed, so that a killed process
 * loses at most the turn in progress. Text of callers is stored as said: who may read it is the HTTP layer's matter.
 */
export interface CallStore {
  append(event: CallEvent, wallMs: number): void;
  /** Newest first. */
  list(query: { readonly limit: number; readonly before?: string; readonly signallingId?: string }): readonly CallSummary[];
  events(callId: CallId): readonly StoredEvent[];
  /** Removes calls that started before `wallMs`; returns how many. */
  removeBefore(wallMs: number): number;
  close(): void;
}
