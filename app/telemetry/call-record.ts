import type { ActionAuthority, ActionValues, CallEvent } from '#domain/call-event';
import type { CallFacts, CallId } from '#domain/call';
import { endReasonLabel } from '#domain/end-reason';
import type { LegMediaStats, MediaEncryption } from '#domain/leg-media';
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
  /** A guess at how the caller sounded in the turn that `turnId` answers. */
  readonly tones: readonly ({ readonly at: string } & Omit<Extract<CallEvent, { kind: 'caller-tone' }>, 'kind' | 'callId' | 'atMs'>)[];
  readonly bargeIns: readonly {
    readonly at: string;
    readonly turnId: number;
    readonly decision: string;
    readonly why: string;
    readonly decidedMs: number;
  }[];
  readonly dtmf: string;
  readonly messages: readonly string[];
  readonly actions: readonly ActionRecord[];
  readonly faults: readonly { readonly at: string; readonly service: string; readonly code: string }[];
  /** What the media were encrypted with, the last way that was agreed on. */
  readonly encryption?: MediaEncryption;
  readonly stats?: Omit<LegMediaStats, 'encryption'>;
}

/** One action from start to end; without an outcome while it runs, or if the process died meanwhile. */
export interface ActionRecord {
  readonly actionId: number;
  readonly name: string;
  readonly startedAt: string;
  readonly args: ActionValues;
  /** Who said that it may be done, with the words for it. */
  readonly authority: ActionAuthority;
  readonly endedAt?: string;
  readonly outcome?: 'done' | 'refused' | 'failed';
  readonly code?: string;
  readonly values?: ActionValues;
  readonly mayHaveHappened?: boolean;
  /** What was learned after its time-out, when the caller had been told that it failed. */
  readonly late?: {
    readonly at: string;
    readonly outcome: 'done' | 'refused' | 'failed';
    readonly code?: string;
    readonly values?: ActionValues;
  };
  readonly tookMs?: number;
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
    tones: of('caller-tone').map(({ kind: _kind, callId: _callId, atMs: _atMs, ...tone }) => tone),
    bargeIns: of('barge-in').map(({ at, turnId, decision, why, decidedMs }) => ({ at, turnId, decision, why, decidedMs })),
    dtmf: of('dtmf')
      .map(({ digit }) => digit)
      .join(''),
    messages: of('message-taken').map(({ text }) => text),
    actions: actionRecords(of('action-started'), of('action-ended')),
    faults: of('fault').map(({ at, service, code }) => ({ at, service, code })),
    ...mediaOf(ended?.stats),
  };
}

function mediaOf(stats: LegMediaStats | undefined): Pick<CallRecord, 'encryption' | 'stats'> {
  if (stats === undefined) return {};
  const { encryption, ...numbers } = stats;
  return { ...(encryption === undefined ? {} : { encryption }), stats: numbers };
}

type At<K extends CallEvent['kind']> = Extract<CallEvent, { kind: K }> & { readonly at: string };

function actionRecords(started: readonly At<'action-started'>[], ended: readonly At<'action-ended'>[]): readonly ActionRecord[] {
  return started.map(({ actionId, name, at, args, authority }) => {
    const end = ended.find((event) => event.actionId === actionId && event.late !== true);
    const late = ended.find((event) => event.actionId === actionId && event.late === true);
    const begun = { actionId, name, startedAt: at, args, authority };
    if (end === undefined) return begun;
    const { outcome, mayHaveHappened, tookMs } = end;
    return {
      ...begun,
      endedAt: end.at,
      outcome,
      ...told(end),
      ...(mayHaveHappened === undefined ? {} : { mayHaveHappened }),
      tookMs,
      ...(late === undefined ? {} : { late: { at: late.at, outcome: late.outcome, ...told(late) } }),
    };
  });
}

function told({ code, values }: At<'action-ended'>): Pick<ActionRecord, 'code' | 'values'> {
  return { ...(code === undefined ? {} : { code }), ...(values === undefined ? {} : { values }) };
}
