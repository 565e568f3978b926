import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { LegState } from './leg-state.ts';
import type { LegAction, LegInput, LegOptions } from './leg-state.ts';

const hangup = { by: 'caller', code: 'hangup' } as const;
const cancelled = { by: 'caller', code: 'cancelled' } as const;
const goodbye = { by: 'bot', code: 'goodbye' } as const;
const lost = { by: 'network', code: 'control-connection-lost' } as const;

function leg(options: Partial<LegOptions> = {}) {
  const state = new LegState({ ringMs: ms(0), ackMs: ms(8_000), ...options });
  const did: LegAction[] = [];
  return {
    state,
    did,
    feed: (...inputs: (LegInput | LegInput['kind'])[]): string[] => {
      const from = did.length;
      for (const input of inputs) did.push(...state.handle(ms(0), (typeof input === 'string' ? { kind: input } : input) as LegInput));
      return did.slice(from).map((action) => action.kind);
    },
  };
}
const acked = { kind: 'acked', answer: 'good' } as const;
const end = { kind: 'end', reason: goodbye } as const;
const bye = { kind: 'bye', reason: hangup } as const;

describe('a call that goes well', () => {
  it('rings, opens media, is accepted and answered, and ends with the caller’s BYE', () => {
    const { feed, did } = leg();
    expect(feed('admitted')).toEqual(['ring', 'open-media']);
    expect(feed('media-opened')).toEqual(['accept']);
    expect(feed('accepted')).toEqual([]);
    expect(feed(acked)).toEqual(['answered']);
    expect(feed(acked)).toEqual([]);
    expect(feed(bye)).toEqual(['ended', 'close-media']);
    expect(did.find((action) => action.kind === 'ended')).toEqual({ kind: 'ended', reason: hangup, wasAnswered: true });
  });

  it('rings for as long as configured before it takes ports', () => {
    const { state } = leg({ ringMs: ms(3000) });
    expect(state.handle(ms(100), { kind: 'admitted' })).toEqual([{ kind: 'ring' }]);
    expect(state.wakeAtMs).toBe(3100);
    expect(state.handle(ms(3099), { kind: 'wake' })).toEqual([]);
    expect(state.handle(ms(3100), { kind: 'wake' })).toEqual([{ kind: 'open-media' }]);
    expect(state.wakeAtMs).toBeUndefined();
  });

  it("one forged INVITE brought eight seconds of the bot's voice to whomever its SDP named: nothing is said before the ACK", () => {
    const { feed } = leg();
    expect(feed('admitted', 'media-opened', 'accepted')).toEqual(['ring', 'open-media', 'accept']);
    expect(feed(end)).toEqual(['ended', 'close-media']);
    expect(feed(acked)).toEqual(['bye']);
  });

  it('hangs up on a bad answer in the ACK', () => {
    const { feed, did } = leg();
    feed('admitted', 'media-opened', 'accepted');
    const reason = { by: 'refused', code: 'bad-offer' } as const;
    expect(feed({ kind: 'acked', answer: { reason } })).toEqual(['bye', 'ended', 'close-media']);
    expect(did.at(-2)).toEqual({ kind: 'ended', reason, wasAnswered: false });
  });
});

describe('CANCEL at every moment', () => {
  const before: [string, (LegInput | LegInput['kind'])[], string[]][] = [
    ['before anything', [], ['ended']],
    ['while media open', ['admitted'], ['ended']],
    ['while the 200 is being handed over', ['admitted', 'media-opened'], ['ended', 'close-media']],
  ];
  it.each(before)('%s', (_name, inputs, expected) => {
    const { feed, state } = leg();
    feed(...inputs);
    expect(feed('cancelled')).toEqual(expected);
    expect(state.endReason).toEqual(cancelled);
    expect(state.lingering).toBe(false);
  });

  it('while it rings: the ring timer is gone', () => {
    const { feed, state } = leg({ ringMs: ms(1000) });
    feed('admitted');
    expect(feed('cancelled')).toEqual(['ended']);
    expect(state.wakeAtMs).toBeUndefined();
    expect(feed('wake')).toEqual([]);
  });

  it('media that come up after the CANCEL are closed and nothing is answered', () => {
    const { feed } = leg();
    feed('admitted', 'cancelled');
    expect(feed('media-opened')).toEqual(['close-media']);
  });

  it('a 200 that lost the race against CANCEL is a cancelled call', () => {
    const { feed, state } = leg();
    feed('admitted', 'media-opened');
    expect(feed('accept-failed')).toEqual(['ended', 'close-media']);
    expect(state.endReason).toEqual(cancelled);
  });
});

describe('ending it ourselves', () => {
  it('before the 200 it is a refusal', () => {
    const { feed } = leg();
    feed('admitted');
    expect(feed(end)).toEqual(['refuse', 'ended']);
  });

  it('with the 200 under way the BYE waits for the ACK', () => {
    const { feed, state } = leg();
    feed('admitted', 'media-opened');
    expect(feed(end)).toEqual(['ended', 'close-media']);
    expect(feed('accepted')).toEqual([]);
    expect(state.lingering).toBe(true);
    expect(feed(acked)).toEqual(['bye']);
    expect(state.lingering).toBe(false);
  });

  it('after the 200 and before the ACK the BYE waits too', () => {
    const { feed } = leg();
    feed('admitted', 'media-opened', 'accepted');
    expect(feed(end)).toEqual(['ended', 'close-media']);
    expect(feed(acked)).toEqual(['bye']);
  });

  it('does not wait for the ACK when the process stops', () => {
    const { feed } = leg();
    feed('admitted', 'media-opened', 'accepted', end);
    expect(feed('abandon-dialog')).toEqual(['bye']);
    expect(feed('abandon-dialog', acked)).toEqual([]);
  });

  it('nor when the 200 is still being handed over', () => {
    const { feed } = leg();
    feed('admitted', 'media-opened', end, 'abandon-dialog');
    expect(feed('accepted')).toEqual(['bye']);
  });

  it('an ACK that never comes leaves the BYE to the server, and the first reason stays', () => {
    const { feed, state } = leg();
    feed('admitted', 'media-opened', 'accepted', end);
    expect(feed({ kind: 'bye', reason: { by: 'network', code: 'ack-timeout' } })).toEqual([]);
    expect(state.endReason).toEqual(goodbye);
    expect(state.lingering).toBe(false);
  });

  it('crossing BYEs end the call once, with the first reason', () => {
    const { feed, state, did } = leg();
    feed('admitted', 'media-opened', 'accepted', acked);
    expect(feed(end)).toEqual(['bye', 'ended', 'close-media']);
    expect(feed(bye, end)).toEqual([]);
    expect(state.endReason).toEqual(goodbye);
    expect(did.filter((action) => action.kind === 'ended')).toHaveLength(1);
  });
});

describe('faults', () => {
  it('no ports: refused with its reason', () => {
    const { feed, did } = leg();
    feed('admitted');
    const reason = { by: 'system', code: 'no-ports' } as const;
    expect(feed({ kind: 'media-failed', reason })).toEqual(['refuse', 'ended']);
    expect(did.at(-1)).toEqual({ kind: 'ended', reason, wasAnswered: false });
  });

  it('a lost control connection ends the call without a word on the wire', () => {
    const { feed, state } = leg();
    feed('admitted', 'media-opened', 'accepted', acked);
    expect(feed('control-lost')).toEqual(['ended', 'close-media']);
    expect(state.endReason).toEqual(lost);
    expect(state.lingering).toBe(false);
  });
});

describe('an ACK that does not come', () => {
  it('ends the call, whose place is wanted by others, and the dialog lingers until the server gives it up', () => {
    const { state, feed, did } = leg();
    feed('admitted', 'media-opened', 'accepted');
    expect(state.wakeAtMs).toBe(8_000);
    expect(state.handle(ms(7_999), { kind: 'wake' })).toEqual([]);
    expect(state.handle(ms(8_000), { kind: 'wake' }).map((action) => action.kind)).toEqual(['ended', 'close-media']);
    expect(state.endReason).toEqual({ by: 'network', code: 'ack-timeout' });
    expect(state.lingering).toBe(true);
    // Later than ever, but it came: now it may be said that the call is over (RFC 3261 section 15).
    feed(acked);
    expect(did.at(-1)).toMatchObject({ kind: 'bye' });
    expect(state.lingering).toBe(false);
  });

  it('is not waited for any more once it came', () => {
    const { state, feed } = leg();
    feed('admitted', 'media-opened', 'accepted', acked);
    expect(state.wakeAtMs).toBeUndefined();
  });
});

describe('session timer', () => {
  it('ends the call when the caller’s sign of life does not come, and each one starts it anew', () => {
    const { state, feed } = leg();
    feed('admitted', 'media-opened', 'accepted', acked, { kind: 'session-timer', giveUpMs: ms(1000) });
    expect(state.wakeAtMs).toBe(1000);
    state.handle(ms(900), { kind: 'session-timer', giveUpMs: ms(1000) });
    expect(state.handle(ms(1000), { kind: 'wake' })).toEqual([]);
    expect(state.handle(ms(1900), { kind: 'wake' }).map((action) => action.kind)).toEqual(['bye', 'ended', 'close-media']);
    expect(state.endReason).toEqual({ by: 'network', code: 'session-expired' });
  });

  it('is gone with the call, and when the caller asks for none', () => {
    const { state, feed } = leg();
    feed('admitted', 'media-opened', 'accepted', acked, { kind: 'session-timer', giveUpMs: ms(1000) });
    feed({ kind: 'session-timer', giveUpMs: undefined });
    expect(state.wakeAtMs).toBeUndefined();
    feed({ kind: 'session-timer', giveUpMs: ms(1000) }, bye);
    expect(state.wakeAtMs).toBeUndefined();
  });
});

describe('whatever comes in whatever order', () => {
  const anyInput = fc.constantFrom<LegInput>(
    { kind: 'media-opened' },
    { kind: 'media-failed', reason: { by: 'system', code: 'no-ports' } },
    { kind: 'accepted' },
    { kind: 'accept-failed' },
    acked,
    { kind: 'acked', answer: { reason: { by: 'refused', code: 'bad-offer' } } },
    { kind: 'cancelled' },
    bye,
    end,
    { kind: 'abandon-dialog' },
    { kind: 'control-lost' },
    { kind: 'wake' },
  );

  it('a call ends at most once, is answered at most once, and never both refused and accepted after its end', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 20 }), (inputs) => {
        const { feed, did } = leg();
        feed('admitted', ...inputs);
        const count = (kind: LegAction['kind']) => did.filter((action) => action.kind === kind).length;
        for (const kind of ['ended', 'answered', 'accept', 'refuse', 'bye', 'close-media'] as const)
          expect(count(kind)).toBeLessThanOrEqual(1);
        expect(count('refuse') + count('accept')).toBeLessThanOrEqual(1);
        const kinds = did.map((action) => action.kind);
        if (count('ended') === 1) expect(kinds.slice(kinds.indexOf('ended'))).not.toContain('answered');
      }),
    );
  });

  it('a BYE before the ACK leaves only when the process stops', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 20 }), (inputs) => {
        const { state } = leg();
        let seenAck = false;
        let stopping = false;
        state.handle(ms(0), { kind: 'admitted' });
        for (const input of inputs) {
          seenAck ||= input.kind === 'acked';
          stopping ||= input.kind === 'abandon-dialog';
          const actions = state.handle(ms(0), input);
          if (actions.some((action) => action.kind === 'bye')) expect(seenAck || stopping).toBe(true);
        }
      }),
    );
  });
});
