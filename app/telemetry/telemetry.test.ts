import { expect, it } from 'vitest';
import type { CallEvent } from '#domain/call-event';
import { FACTS, SHORT_CALL } from '../testing/events.ts';
import { callRecord } from './call-record.ts';
import { createLog, logCallEvent } from './log.ts';
import { CallMetrics } from './metrics.ts';

function captured(transcripts: boolean): string {
  const lines: string[] = [];
  const log = createLog({ level: 'trace', transcripts }, { write: (line: string) => void lines.push(line) });
  for (const event of SHORT_CALL) logCallEvent(log, event);
  logCallEvent(log, { callId: 'call-1', atMs: 1, kind: 'dtmf', digit: '7' });
  logCallEvent(log, { callId: 'call-1', atMs: 1, kind: 'caller-partial', text: 'what time is breakfast' });
  logCallEvent(log, { callId: 'call-1', atMs: 1, kind: 'message-taken', text: 'call Ann back at 5550100' });
  return lines.join('');
}

const ACTION: readonly CallEvent[] = [
  {
    callId: 'call-1',
    atMs: 6100,
    kind: 'action-started',
    actionId: 1,
    name: 'book-room',
    args: { place: 'Mountain View', people: 2, pin: '[masked]' },
    authority: { by: 'caller', readBack: 'Mountain View for two people, right?', answer: 'yes please do' },
  },
  {
    callId: 'call-1',
    atMs: 6300,
    kind: 'action-ended',
    actionId: 1,
    name: 'book-room',
    outcome: 'done',
    values: { reference: 'HI-77' },
    tookMs: 200,
  },
];

it('the log tells of actions, and nothing of what the caller wanted', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'trace', transcripts: true }, { write: (line: string) => void lines.push(line) });
  for (const event of ACTION) logCallEvent(log, event);
  const text = lines.join('');
  for (const said of ['Mountain View', 'yes please', 'HI-77', 'masked']) expect(text).not.toContain(said);
  expect(text).toContain('"action":"book-room","authority":"caller"');
  expect(text).toContain('"outcome":"done"');
});

it('counts actions by what came of them; what is learned late is not counted twice', async () => {
  const metrics = new CallMetrics();
  const failed: CallEvent = {
    callId: 'call-1',
    atMs: 1,
    kind: 'action-ended',
    actionId: 2,
    name: 'book-room',
    outcome: 'failed',
    code: 'timeout',
    mayHaveHappened: true,
    tookMs: 5000,
  };
  for (const event of [...ACTION, failed, { ...failed, outcome: 'done' as const, late: true }]) metrics.observe(event);
  const text = await metrics.registry.metrics();
  expect(text).toContain('parley_actions_total{name="book-room",outcome="done"} 1');
  expect(text).toContain('parley_actions_total{name="book-room",outcome="failed"} 1');
  expect(text).toMatch(/parley_action_seconds_bucket\{le="0.2",name="book-room"\} 1/);
});

it('the record of a call shows its actions with who confirmed them', () => {
  const events = [...SHORT_CALL.slice(0, 3), ...ACTION, { ...ACTION[0], actionId: 2 } as CallEvent];
  const record = callRecord(
    events.map((event, sequence) => ({ callId: event.callId, sequence, event, wallMs: 1_700_000_000_000 + event.atMs })),
  );
  expect(record?.actions).toMatchObject([
    {
      actionId: 1,
      name: 'book-room',
      args: { people: 2 },
      authority: { by: 'caller', answer: 'yes please do' },
      outcome: 'done',
      values: { reference: 'HI-77' },
      tookMs: 200,
      startedAt: '2023-11-14T22:13:26.100Z',
    },
    { actionId: 2, name: 'book-room' },
  ]);
  expect(record?.actions[1]).not.toHaveProperty('outcome');
});

it('no word of a caller, number or name reaches the log', () => {
  const log = captured(false);
  for (const secret of ['breakfast from', 'what time', 'from seven', '15550100', '5550100', 'Ann', 'A-4711', '"7"'])
    expect(log).not.toContain(secret);
  expect(log).toContain('"callId":"call-1"');
  expect(log).toContain('"firstPacketMs":450');
});

it('transcripts appear when the operator asks for them, numbers still do not', () => {
  const log = captured(true);
  expect(log).toContain('what time is breakfast');
  expect(log).not.toContain(FACTS.fromUser);
});

it('counts calls, turns and the time to the first sound', async () => {
  const metrics = new CallMetrics();
  for (const event of SHORT_CALL) metrics.observe(event);
  const text = await metrics.registry.metrics();
  expect(text).toContain('parley_calls_active{leg_kind="sip"} 0');
  expect(text).toContain('parley_calls_ended_total{leg_kind="sip",reason="caller/hangup"} 1');
  expect(text).toContain('parley_turns_total{source="knowledge",outcome="completed"} 1');
  expect(text).toMatch(/parley_first_sound_seconds_bucket\{le="0.5",leg_kind="sip",source="knowledge"\} 1/);
});

it('counts packets that were taken from addresses that nobody named, and the record shows them', async () => {
  const metrics = new CallMetrics();
  const stats = {
    packetsReceived: 90,
    packetsSent: 90,
    packetsLost: 0,
    packetsLate: 0,
    packetsDuplicate: 0,
    packetsFromStrangers: 5,
    packetsMalformed: 0,
    packetsFromUnnamed: 40,
    sourcesDisplaced: 1,
    framesConcealed: 0,
    jitterMs: 1,
    lossRatio: 0,
    mos: 4.4,
    sendJitterMaxMs: 1,
    staleTurnPackets: 0,
    piecesRefused: 0,
  };
  const events: readonly CallEvent[] = [
    ...SHORT_CALL.slice(0, -1),
    { callId: 'call-1', atMs: 7000, kind: 'call-ended', reason: { by: 'caller', code: 'hangup' }, stats },
  ];
  for (const event of events) metrics.observe(event);
  const text = await metrics.registry.metrics();
  expect(text).toContain('parley_rtp_packets_from_unnamed_total 40');
  expect(text).toContain('parley_rtp_sources_displaced_total 1');
  const record = callRecord(events.map((event, sequence) => ({ callId: event.callId, sequence, event, wallMs: event.atMs })));
  expect(record?.stats).toMatchObject({ packetsFromUnnamed: 40, sourcesDisplaced: 1 });
});

it('tells browser calls from telephone calls', async () => {
  const metrics = new CallMetrics();
  const [start, answered] = SHORT_CALL;
  if (start?.kind !== 'call-started' || answered === undefined) throw new Error('the short call does not start');
  metrics.observe({ ...start, callId: 'call-2', facts: { ...FACTS, callId: 'call-2', kind: 'webrtc' } });
  metrics.observe({ ...answered, callId: 'call-2' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('parley_calls_active{leg_kind="webrtc"} 1');
  expect(text).toContain('parley_calls_started_total{leg_kind="webrtc",persona="bot"} 1');
  expect(text).toContain('parley_call_setup_seconds_count{leg_kind="webrtc"} 1');
});
