import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { PeerState, type PeerAction, type PeerInput } from './peer-state.ts';

function kinds(actions: readonly PeerAction[]): readonly string[] {
  return actions.map(({ kind }) => kind);
}

function connected(): PeerState {
  const state = new PeerState({ connectMs: ms(10_000) });
  for (const kind of ['admitted', 'media-opened', 'connected', 'channel-open'] as const) state.handle(ms(0), { kind });
  return state;
}

describe('the life of a browser leg', () => {
  it('rings, opens, responds, and begins when it is connected', () => {
    const state = new PeerState({ connectMs: ms(10_000) });
    expect(kinds(state.handle(ms(0), { kind: 'admitted' }))).toEqual(['ring', 'open-media']);
    expect(state.negotiable).toBe(false);
    expect(kinds(state.handle(ms(5), { kind: 'media-opened' }))).toEqual(['respond']);
    expect(state.negotiable).toBe(true);
    expect(state.wakeAtMs).toBe(12_005);
    expect(kinds(state.handle(ms(50), { kind: 'connected' }))).toEqual(['answered']);
    expect(state.wakeAtMs).toBeUndefined();
  });

  it('is given up where the transport says nothing at all', () => {
    const state = new PeerState({ connectMs: ms(10_000) });
    state.handle(ms(0), { kind: 'admitted' });
    state.handle(ms(0), { kind: 'media-opened' });
    expect(state.handle(ms(12_000), { kind: 'wake' })).toEqual([
      { kind: 'ended', reason: { by: 'network', code: 'connect-timeout' }, wasAnswered: false },
      { kind: 'close-media' },
    ]);
  });

  it('lets the last message out before media close, but not when nobody is there to read it', () => {
    const ours = connected();
    expect(kinds(ours.handle(ms(100), { kind: 'end', reason: { by: 'bot', code: 'goodbye' } }))).toEqual(['say-ended', 'ended']);
    expect(kinds(ours.handle(ms(250), { kind: 'wake' }))).toEqual(['close-media']);
    expect(kinds(connected().handle(ms(100), { kind: 'peer-ended', how: 'closed' }))).toEqual(['ended', 'close-media']);
  });

  it('does not wait for a far side that leaves meanwhile', () => {
    const state = connected();
    state.handle(ms(100), { kind: 'hangup' });
    expect(kinds(state.handle(ms(110), { kind: 'peer-ended', how: 'closed' }))).toEqual(['close-media']);
    expect(state.wakeAtMs).toBeUndefined();
  });

  it('closes media that open after the end', () => {
    const state = new PeerState({ connectMs: ms(10_000) });
    state.handle(ms(0), { kind: 'admitted' });
    expect(kinds(state.handle(ms(1), { kind: 'hangup' }))).toEqual(['refuse', 'ended']);
    expect(kinds(state.handle(ms(2), { kind: 'media-opened' }))).toEqual(['close-media']);
  });

  it('ends at most once, answers at most once, closes what was opened, whatever comes in whatever order', () => {
    const anyInput: fc.Arbitrary<PeerInput> = fc.constantFrom<PeerInput[]>(
      { kind: 'media-opened' },
      { kind: 'media-failed', reason: { by: 'system', code: 'no-ports' } },
      { kind: 'connected' },
      { kind: 'channel-open' },
      { kind: 'peer-ended', how: 'gone' },
      { kind: 'peer-ended', how: 'failed' },
      { kind: 'peer-ended', how: 'closed' },
      { kind: 'hangup' },
      { kind: 'end', reason: { by: 'bot', code: 'goodbye' } },
      { kind: 'wake' },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyInput, fc.nat(20_000)), { maxLength: 12 }), (inputs) => {
        const state = new PeerState({ connectMs: ms(10_000) });
        let nowMs = 0;
        const actions = [...state.handle(ms(0), { kind: 'admitted' })];
        for (const [input, waitMs] of inputs) actions.push(...state.handle(ms((nowMs += waitMs)), input));
        actions.push(
          ...state.handle(ms(nowMs), { kind: 'media-opened' }),
          ...state.handle(ms(nowMs), { kind: 'end', reason: { by: 'operator', code: 'shutdown' } }),
        );
        actions.push(...state.handle(ms(nowMs + 30_000), { kind: 'wake' }));
        const count = (kind: PeerAction['kind']): number => actions.filter((action) => action.kind === kind).length;
        expect(count('ended')).toBe(1);
        expect(count('answered')).toBeLessThanOrEqual(1);
        expect(count('refuse') + count('respond')).toBe(1);
        expect(count('close-media')).toBeLessThanOrEqual(1);
        if (count('respond') === 1) expect(count('close-media')).toBe(1);
        expect(state.wakeAtMs).toBeUndefined();
        const ended = actions.find((action) => action.kind === 'ended');
        expect(ended).toMatchObject({ wasAnswered: count('answered') === 1 });
      }),
    );
  });
});
