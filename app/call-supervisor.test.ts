import { expect, it } from 'vitest';
import type { LegKind } from '#domain/call';
import type { CallEventBody } from '#domain/call-event';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { ms } from '#domain/units';
import { personaSchema } from '#pipeline';
import { CallSupervisor, type SupervisorDependencies } from './call-supervisor.ts';
import { Places } from './places.ts';
import { FACTS } from './testing/events.ts';

const BOT = personaSchema.parse({ name: 'bot', mode: 'knowledge', greeting: 'Hello.' });

function legOf(callId = 'call-1', kind: LegKind = 'sip'): CallLeg & { readonly reasons: EndReason[] } {
  const reasons: EndReason[] = [];
  let settle: (value: { reason: EndReason }) => void = () => {};
  const ended = new Promise<{ reason: EndReason }>((resolve) => (settle = resolve));
  return {
    facts: { ...FACTS, callId, kind },
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

const placesOf = (calls: number, connecting = 20) =>
  new Places({
    calls,
    connecting,
    connectingPerAddress: connecting,
    kept: { sip: 0, webrtc: 0, websocket: 0 },
    perAddress: { sip: 0, webrtc: 0, websocket: 0 },
    isTrusted: () => false,
    ringMs: 0,
  });

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
    places: placesOf(20),
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

it('counts connected calls of every kind, and refuses one more until one has ended', async () => {
  const refusals: string[] = [];
  const { calls } = supervisor({ places: placesOf(2), refused: (_facts, { code }) => void refusals.push(code) });
  const [phone, page] = [legOf('a'), legOf('b', 'webrtc')];
  for (const leg of [phone, page]) {
    calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
    expect(calls.admit({ ...FACTS, callId: 'd' })).toEqual({ kind: 'accept' });
    calls.answered(leg);
    calls.established(leg.facts.callId);
  }
  for (const kind of ['sip', 'webrtc', 'websocket'] as const)
    expect(calls.admit({ ...FACTS, callId: 'd', kind })).toMatchObject({ reason: { code: 'too-many-calls' } });
  expect(refusals).toHaveLength(3);
  expect(calls.countByKind).toEqual({ sip: 1, webrtc: 1, websocket: 0 });
  await phone.end({ by: 'caller', code: 'hangup' });
  await phone.ended;
  expect(calls.admit(FACTS)).toEqual({ kind: 'accept' });
});

it('a call that connects when all places are taken by then is ended, and so is one that has to give way', async () => {
  const { calls, events } = supervisor({ places: placesOf(1) });
  const [quick, slow, waiting] = [legOf('a'), legOf('b'), legOf('c')];
  for (const leg of [quick, slow]) calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
  for (const leg of [quick, slow]) calls.answered(leg);
  calls.established('a');
  calls.established('b');
  expect(slow.reasons).toEqual([{ by: 'refused', code: 'too-many-calls' }]);
  await slow.ended;
  expect(events.at(-1)).toEqual({ kind: 'call-ended', reason: { by: 'refused', code: 'too-many-calls' } });
  expect(quick.reasons).toEqual([]);

  const full = supervisor({ places: placesOf(5, 1), clock: { nowMs: () => ms((nowMs += 60_000)), wallMs: () => 0 } });
  let nowMs = 0;
  full.calls.ringing(waiting.facts, waiting.signal, (reason) => waiting.end(reason));
  full.calls.ringing({ ...FACTS, callId: 'd', peer: '192.0.2.44:5060' }, waiting.signal, () => {});
  expect(waiting.reasons).toEqual([{ by: 'refused', code: 'too-many-calls' }]);
});

it('records a call from its start to its one end', async () => {
  const { calls, events } = supervisor();
  const leg = legOf();
  calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
  calls.answered(leg);
  expect(calls.count).toBe(1);
  await leg.end({ by: 'caller', code: 'hangup' });
  await leg.ended;
  expect(events.map((event) => event.kind)).toEqual(['call-started', 'call-answered', 'call-ended']);
  expect(calls.count).toBe(0);
});

it('a caller who hangs up while it rings is recorded too', () => {
  const { calls, events } = supervisor();
  calls.ringing(FACTS, new AbortController().signal, () => {});
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
  calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
  expect(() => calls.answered(leg)).toThrow('no voice');
  const reason = { by: 'system', code: 'internal-error' } as const;
  await leg.end(reason);
  await leg.ended;
  expect(events.at(-1)).toEqual({ kind: 'call-ended', reason });
  expect(calls.count).toBe(0);
});

it('at shutdown every caller hears a goodbye and new ones are refused', async () => {
  const { calls, goodbyes } = supervisor();
  const legs = ['a', 'b'].map((id) => legOf(id));
  for (const leg of legs) {
    calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
    calls.answered(leg);
  }
  await calls.drain(ms(1000), () => new Promise(() => {}));
  expect(goodbyes).toEqual([BOT.shutdown, BOT.shutdown]);
  expect(legs.map((leg) => leg.reasons[0])).toEqual([
    { by: 'operator', code: 'shutdown' },
    { by: 'operator', code: 'shutdown' },
  ]);
  expect(calls.admit(FACTS)).toMatchObject({ reason: { code: 'shutting-down' } });
  expect(calls.count).toBe(0);
});

it('a goodbye that never ends does not hold the shutdown up', async () => {
  const { calls } = supervisor({ converse: () => ({ sayGoodbye: () => new Promise(() => {}) }) });
  const leg = legOf();
  calls.ringing(leg.facts, leg.signal, (reason) => leg.end(reason));
  calls.answered(leg);
  await calls.drain(ms(10), async () => {});
  expect(leg.reasons).toEqual([{ by: 'operator', code: 'shutdown' }]);
});
