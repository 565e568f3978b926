import { expect, it } from 'vitest';
import type { CallEventBody } from '#domain/call-event';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { ms } from '#domain/units';
import { personaSchema } from '#pipeline';
import { CallSupervisor, type SupervisorDependencies } from './call-supervisor.ts';
import { FACTS } from './testing/events.ts';

const BOT = personaSchema.parse({ name: 'bot', mode: 'knowledge', greeting: 'Hello.' });

function legOf(callId = 'call-1'): CallLeg & { readonly reasons: EndReason[] } {
  const reasons: EndReason[] = [];
  let settle: (value: { reason: EndReason }) => void = () => {};
  const ended = new Promise<{ reason: EndReason }>((resolve) => (settle = resolve));
  return {
    facts: { ...FACTS, callId },
    media: { legId: 'leg-1', send: () => {}, onEvent: () => () => {} },
    arrivedAtMs: ms(0),
    answeredAtMs: ms(30),
    signal: new AbortController().signal,
    ended,
    reasons,
    end: async (reason) => {
      reasons.push(reason);
      settle({ reason });
    },
  };
}

function supervisor(overrides: Partial<SupervisorDependencies> = {}) {
  const events: CallEventBody[] = [];
  const goodbyes: string[] = [];
  const calls = new CallSupervisor({
    clock: { nowMs: () => ms(0), wallMs: () => 0 },
    personaFor: (user) => (user === 'bot' ? BOT : undefined),
    converse: (leg) => ({
      sayGoodbye: async (text, reason) => {
        goodbyes.push(text);
        await leg.end(reason);
      },
    }),
    warm: () => {},
    publish: (_callId, event) => void events.push(event),
    ready: () => true,
    refused: () => {},
    maxCalls: 20,
    ...overrides,
  });
  return { calls, events, goodbyes };
}

it('refuses an address that nobody answers', () => {
  const { calls } = supervisor();
  expect(calls.admit({ ...FACTS, toUser: 'nobody' })).toEqual({ kind: 'refuse', reason: { by: 'refused', code: 'no-such-address' } });
  expect(calls.admit(FACTS)).toEqual({ kind: 'accept' });
});

it('refuses calls while it could not understand them', () => {
  const { calls } = supervisor({ ready: () => false });
  expect(calls.admit(FACTS)).toMatchObject({ reason: { code: 'not-ready' } });
});

it('counts calls of every kind, ringing and running, and refuses one more until one has ended', async () => {
  const refusals: string[] = [];
  const { calls } = supervisor({ maxCalls: 3, refused: (_facts, { code }) => void refusals.push(code) });
  const phone = legOf('a');
  calls.ringing(phone.facts, phone.signal);
  calls.answered(phone);
  const page = legOf('b');
  calls.ringing({ ...page.facts, kind: 'webrtc' }, page.signal);
  expect(calls.admit({ ...FACTS, callId: 'c', kind: 'websocket' })).toEqual({ kind: 'accept' });
  calls.ringing({ ...FACTS, callId: 'c', kind: 'websocket' }, page.signal);
  for (const kind of ['sip', 'webrtc', 'websocket'] as const) expect(calls.admit({ ...FACTS, callId: 'd', kind })).toMatchObject({ reason: { code: 'too-many-calls' } });
  expect(refusals).toHaveLength(3);
  expect(calls.countByKind).toEqual({ sip: 1, webrtc: 1, websocket: 1 });
  calls.abandoned({ ...FACTS, callId: 'c' }, { by: 'network', code: 'connect-timeout' });
  expect(calls.admit(FACTS)).toEqual({ kind: 'accept' });
  calls.ringing({ ...FACTS, callId: 'd' }, page.signal);
  expect(calls.admit(FACTS)).toMatchObject({ kind: 'refuse' });
  await phone.end({ by: 'caller', code: 'hangup' });
  await phone.ended;
  expect(calls.admit(FACTS)).toEqual({ kind: 'accept' });
});

it('records a call from its start to its one end', async () => {
  const { calls, events } = supervisor();
  const leg = legOf();
  calls.ringing(leg.facts, leg.signal);
  calls.answered(leg);
  expect(calls.count).toBe(1);
  await leg.end({ by: 'caller', code: 'hangup' });
  await leg.ended;
  expect(events.map((event) => event.kind)).toEqual(['call-started', 'call-answered', 'call-ended']);
  expect(calls.count).toBe(0);
});

it('a caller who hangs up while it rings is recorded too', () => {
  const { calls, events } = supervisor();
  calls.ringing(FACTS, new AbortController().signal);
  calls.abandoned(FACTS, { by: 'caller', code: 'cancelled' });
  expect(events.at(-1)).toEqual({ kind: 'call-ended', reason: { by: 'caller', code: 'cancelled' } });
});

it('a call whose conversation cannot begin has an end in its record', async () => {
  const { calls, events } = supervisor({
    converse: () => {
      throw new Error('no voice');
    },
  });
  const leg = legOf();
  calls.ringing(leg.facts, leg.signal);
  expect(() => calls.answered(leg)).toThrow('no voice');
  const reason = { by: 'system', code: 'internal-error' } as const;
  await leg.end(reason);
  await leg.ended;
  expect(events.at(-1)).toEqual({ kind: 'call-ended', reason });
  expect(calls.count).toBe(0);
});

it('at shutdown every caller hears a goodbye and new ones are refused', async () => {
  const { calls, goodbyes } = supervisor();
  const legs = ['a', 'b'].map(legOf);
  for (const leg of legs) {
    calls.ringing(leg.facts, leg.signal);
    calls.answered(leg);
  }
  await calls.drain(ms(1000), () => new Promise(() => {}));
  expect(goodbyes).toEqual([BOT.shutdown, BOT.shutdown]);
  expect(legs.map((leg) => leg.reasons[0])).toEqual([{ by: 'operator', code: 'shutdown' }, { by: 'operator', code: 'shutdown' }]);
  expect(calls.admit(FACTS)).toMatchObject({ reason: { code: 'shutting-down' } });
  expect(calls.count).toBe(0);
});

it('a goodbye that never ends does not hold the shutdown up', async () => {
  const { calls } = supervisor({ converse: () => ({ sayGoodbye: () => new Promise(() => {}) }) });
  const leg = legOf();
  calls.ringing(leg.facts, leg.signal);
  calls.answered(leg);
  await calls.drain(ms(10), async () => {});
  expect(leg.reasons).toEqual([{ by: 'operator', code: 'shutdown' }]);
});
