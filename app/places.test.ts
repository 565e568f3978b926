import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegKind } from '#domain/call';
import { ms } from '#domain/units';
import { Places, type PlacesOptions } from './places.ts';

const KINDS = ['sip', 'webrtc', 'websocket'] as const;
const NONE = { sip: 0, webrtc: 0, websocket: 0 };

function places(options: Partial<PlacesOptions> = {}) {
  const core = new Places({
    calls: 20,
    kept: { sip: 5, webrtc: 5, websocket: 2 },
    connecting: 20,
    connectingPerAddress: 10,
    perAddress: NONE,
    isTrusted: () => false,
    ringMs: 0,
    ...options,
  });
  let ids = 0;
  const enter = (nowMs: number, kind: LegKind, address: string): { id: string; victim: string | undefined } | string => {
    const refused = core.refusal(ms(nowMs), { kind, address });
    if (refused !== undefined) return refused;
    const id = `${kind}-${(ids += 1)}`;
    return { id, victim: core.enter(ms(nowMs), id, { kind, address }) };
  };
  /** So many calls, each from an address of its own, that connect. */
  const fill = (kind: LegKind, count: number): string[] =>
    Array.from({ length: count }, (_, index) => {
      const entered = enter(0, kind, `198.51.100.${index}`);
      return typeof entered === 'string' ? entered : core.connect(entered.id) ? entered.id : 'not connected';
    });
  return { core, enter, fill };
}

describe('places that are kept', () => {
  it('however many browsers call, telephones have theirs', () => {
    const { fill, enter, core } = places();
    expect(fill('webrtc', 14).at(-1)).toBe('too-many-calls');
    expect(core.held('webrtc')).toEqual({ connected: 13, connecting: 0, free: 0 });
    expect(fill('websocket', 3).at(-1)).toBe('too-many-calls');
    expect(fill('sip', 5).every((id) => id.startsWith('sip-'))).toBe(true);
    expect(enter(0, 'sip', '203.0.113.1')).toBe('too-many-calls');
  });

  it("are anybody's beyond that", () => {
    const { fill } = places({ kept: NONE });
    expect(fill('websocket', 20).every((id) => id.startsWith('websocket-'))).toBe(true);
  });

  it('a call ended gives its place back, once', () => {
    const { fill, core, enter } = places({ calls: 1, kept: NONE });
    const [id = ''] = fill('sip', 1);
    core.leave(id);
    core.leave(id);
    expect(core.held('sip').free).toBe(1);
    expect(enter(0, 'webrtc', '192.0.2.1')).toMatchObject({ victim: undefined });
  });
});

describe('calls of one address', () => {
  it('are bounded, and an IPv6 network of 64 bits is one', () => {
    const { enter } = places({ perAddress: { sip: 2, webrtc: 2, websocket: 0 } });
    expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => typeof enter(0, 'webrtc', address))).toEqual([
      'object',
      'object',
      'string',
    ]);
    expect(enter(0, 'webrtc', '2001:db8:0:1::1')).toBeTypeOf('object');
    // Of another kind it has the places of that kind.
    expect(enter(0, 'sip', '2001:db8::1')).toBeTypeOf('object');
  });

  it('are not bounded for a trusted one, but for what has not connected', () => {
    const { enter, core } = places({
      perAddress: { sip: 2, webrtc: 2, websocket: 2 },
      isTrusted: (address) => address === '192.0.2.5',
      connectingPerAddress: 4,
    });
    const entered = Array.from({ length: 4 }, () => enter(0, 'sip', '192.0.2.5'));
    expect(enter(0, 'sip', '192.0.2.5')).toBe('too-many-from-address');
    for (const call of entered) if (typeof call !== 'string') core.connect(call.id);
    expect(enter(0, 'sip', '192.0.2.5')).toBeTypeOf('object');
  });
});

describe('calls that have not connected', () => {
  it('take no place', () => {
    const { enter, core } = places({ calls: 1, kept: NONE });
    for (let i = 0; i < 10; i += 1) enter(0, 'sip', `192.0.2.${i}`);
    expect(core.held('sip')).toEqual({ connected: 0, connecting: 10, free: 1 });
  });

  it('too late for a place, a call is told so when it connects', () => {
    const { enter, core } = places({ calls: 1, kept: NONE });
    enter(0, 'sip', '192.0.2.1');
    enter(0, 'webrtc', '192.0.2.2');
    expect(core.connect('sip-1')).toBe(true);
    expect(core.connect('sip-1')).toBe(true);
    expect(core.connect('webrtc-2')).toBe(false);
    expect(core.connect('never-came')).toBe(false);
  });

  it('of the address that has most give way to another caller, the oldest first, but not before they could have connected', () => {
    const { enter } = places({ connecting: 4, connectingPerAddress: 3 });
    for (const address of ['192.0.2.1', '192.0.2.9', '192.0.2.9', '192.0.2.9']) enter(0, 'sip', address);
    expect(enter(499, 'sip', '203.0.113.1')).toBe('too-many-calls');
    expect(enter(500, 'sip', '203.0.113.1')).toMatchObject({ victim: 'sip-2' });
    expect(enter(500, 'sip', '203.0.113.2')).toMatchObject({ victim: 'sip-3' });
    // The flood does not get them back from those who have no more than it.
    expect(enter(1_200, 'sip', '192.0.2.9')).toBe('too-many-calls');
  });

  it('in the name of the exchange that brings all calls: ten forged ones every eight seconds kept every caller of it out', () => {
    const { enter, core } = places({ perAddress: { sip: 10, webrtc: 4, websocket: 4 }, isTrusted: (address) => address === '192.0.2.5' });
    for (let i = 0; i < 10; i += 1) enter(i * 100, 'sip', '192.0.2.5');
    expect(enter(1_000, 'sip', '192.0.2.5')).toMatchObject({ victim: 'sip-1' });
    expect(core.held('sip').connecting).toBe(10);
    // Not those that are on their way: a swarm has to wait for half a second.
    const { enter: swarm } = places({ isTrusted: () => true });
    for (let i = 0; i < 10; i += 1) swarm(0, 'sip', '192.0.2.5');
    expect(swarm(499, 'sip', '192.0.2.5')).toBe('too-many-from-address');
    expect(swarm(500, 'sip', '192.0.2.5')).toMatchObject({ victim: 'sip-1' });
  });

  it('in the name of the exchange that brings all calls, a full line: its own oldest gives way', () => {
    const { enter } = places({ connecting: 4, isTrusted: () => true });
    for (let i = 0; i < 4; i += 1) enter(0, 'sip', '192.0.2.5');
    expect(enter(499, 'sip', '192.0.2.5')).toBe('too-many-calls');
    expect(enter(500, 'sip', '192.0.2.5')).toMatchObject({ victim: 'sip-1' });
  });

  it('where telephones ring for a while before they are answered, nobody is sent away while it rings', () => {
    const { enter } = places({ connecting: 2, ringMs: 3_000 });
    for (let i = 0; i < 2; i += 1) enter(0, 'sip', '192.0.2.9');
    expect(enter(3_499, 'sip', '203.0.113.1')).toBe('too-many-calls');
    expect(enter(3_500, 'sip', '203.0.113.1')).toMatchObject({ victim: 'sip-1' });
  });

  it('of one kind are no matter to the others', () => {
    const { enter } = places({ connecting: 1 });
    for (const kind of KINDS) expect(enter(0, kind, '192.0.2.1')).toMatchObject({ victim: undefined });
  });
});

it('whatever comes and goes: never more connected than there are places, never fewer free than are kept', () => {
  const step = fc.record({
    kind: fc.constantFrom(...KINDS),
    address: fc.integer({ min: 1, max: 6 }),
    waitMs: fc.integer({ min: 0, max: 2_000 }),
    what: fc.constantFrom('come', 'connect', 'leave'),
    which: fc.nat(40),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { core, enter } = places({
        calls: 8,
        kept: { sip: 3, webrtc: 2, websocket: 1 },
        connecting: 5,
        connectingPerAddress: 3,
        perAddress: { sip: 4, webrtc: 4, websocket: 4 },
      });
      const known: string[] = [];
      let nowMs = 0;
      for (const { kind, address, waitMs, what, which } of steps) {
        nowMs += waitMs;
        const id = known[which % Math.max(1, known.length)] ?? '';
        if (what === 'leave') core.leave(id);
        else if (what === 'connect') core.connect(id);
        else {
          const entered = enter(nowMs, kind, `192.0.2.${address}`);
          if (typeof entered !== 'string') known.push(entered.id);
        }
        const held = KINDS.map((each) => core.held(each));
        expect(held.reduce((sum, { connected }) => sum + connected, 0)).toBeLessThanOrEqual(8);
        for (const { connecting } of held) expect(connecting).toBeLessThanOrEqual(5);
        for (const [index, kept] of [3, 2, 1].entries()) expect(held[index]!.free + held[index]!.connected).toBeGreaterThanOrEqual(kept);
      }
    }),
  );
});
