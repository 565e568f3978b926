import type { CallEvent } from '#domain/call-event';
import type { CallFacts, CallId } from '#domain/call';
import { endReasonLabel } from '#domain/end-reason';
import type { LegMediaStats } from '#domain/leg-media';
import type { StoredEvent } from '../store/port.ts';

type TurnClosed = Extract<CallEvent, { kind: 'turn-closed' }>;

/** Everything known about one call, as `GET /v1/calls/ID` shows it. Times are ISO 8601, UTC. */
export interface CallRecord {
  readonly callId: CallId;
  readonly facts: CallFacts;
  readonly persona: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly setupMs?: number;
  readonly turns: readonly (Omit<TurnClosed, 'kind' | 'callId' | 'atMs'> & { readonly at: string })[];
  readonly utterances: readonly { readonly at: string; readonly text: string; readonly confidence: number }[];
  readonly bargeIns: readonly { readonly at: string; readonly turnId: number; readonly decision: string; readonly why: string; readonly decidedMs: number }[];
  readonly dtmf: string;
  readonly messages: readonly string[];
  readonly faults: readonly { readonly at: string; readonly service: string; readonly code: string }[];
  readonly stats?: LegMediaStats;
}

/** Puts the stored events of one call together; `undefined` if they do not begin with its start. */
export function callRecord(events: readonly StoredEvent[]): CallRecord | undefined {
  const first = events[0];
  if (first === undefined || first.event.kind !== 'call-started') return undefined;
  const { facts, persona } = first.event;
  const of = <K extends CallEvent['kind']>(kind: K) =>
    events.flatMap(({ event, wallMs }) =>
      event.kind === kind ? [{ ...(event as Extract<CallEvent, { kind: K }>), at: new Date(wallMs).toISOString() }] : [],
    );
  const ended = of('call-ended').at(-1);
  const answered = of('call-answered')[0];
  return {
    callId: facts.callId,
    facts,
    persona,
    startedAt: new Date(first.wallMs).toISOString(),
    ...(ended === undefined ? {} : { endedAt: ended.at, endReason: endReasonLabel(ended.reason) }),
    ...(answered === undefined ? {} : { setupMs: answered.setupMs }),
    turns: of('turn-closed').map(({ kind: _kind, callId: _callId, atMs: _atMs, ...turn }) => turn),
    utterances: of('caller-final').map(({ at, text, confidence }) => ({ at, text, confidence })),
    bargeIns: of('barge-in').map(({ at, turnId, decision, why, decidedMs }) => ({ at, turnId, decision, why, decidedMs })),
    dtmf: of('dtmf').map(({ digit }) => digit).join(''),
    messages: of('message-taken').map(({ text }) => text),
    faults: of('fault').map(({ at, service, code }) => ({ at, service, code })),
    ...(ended?.stats === undefined ? {} : { stats: ended.stats }),
  };
}
