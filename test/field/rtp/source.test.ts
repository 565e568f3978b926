import { describe, expect, it } from 'vitest';
import { FieldCall } from './field-call.ts';

const STRANGER = '198.51.100.66:9999';
const CALLER = '192.0.2.9:4000';

/** Packets each 20 ms. */
function sends(call: FieldCall, fromMs: number, packets: number, from: string, ssrc: number, sequence = 0): void {
  for (let i = 0; i < packets; i += 1)
    call.arrives(fromMs + i * 20, { sequence: sequence + i, timestamp: (sequence + i) * 160, ssrc }, from);
}

describe('a caller who is silent at first', () => {
  it('is heard as soon as she speaks, and hears the bot again, although a stranger took the line meanwhile', () => {
    const call = new FieldCall();
    sends(call, 0, 2_996, STRANGER, 66);
    sends(call, 60_000, 50, CALLER, 7);
    const back = call.sentTo.filter(({ atMs }) => atMs > 60_020);
    expect(back.length).toBeGreaterThan(40);
    expect(new Set(back.map(({ to }) => to))).toEqual(new Set([CALLER]));
    expect(call.stats()).toMatchObject({ sourcesDisplaced: 1, packetsFromUnnamed: 2_942 });
    expect(call.stats().packetsReceived).toBe(2_942 + 50);
  });

  it('is heard behind NAT, too, where her port is another one', () => {
    const call = new FieldCall();
    sends(call, 0, 200, STRANGER, 66);
    sends(call, 4_000, 50, '192.0.2.9:61234', 7);
    expect(call.sentTo.at(-1)!.to).toBe('192.0.2.9:61234');
    expect(call.stats().sourcesDisplaced).toBe(1);
  });

  it('loses nothing to strangers at all where unnamed sources are refused', () => {
    const call = new FieldCall({}, { latch: { unnamed: 'never' } });
    sends(call, 0, 500, STRANGER, 66);
    sends(call, 10_000, 50, CALLER, 7);
    expect(new Set(call.sentTo.map(({ to }) => to))).toEqual(new Set([CALLER]));
    expect(call.stats()).toMatchObject({ packetsFromUnnamed: 0, packetsFromStrangers: 500, packetsReceived: 50 });
  });

  it('does not lose the line again, although the stranger goes on all the time', () => {
    const call = new FieldCall();
    sends(call, 0, 200, STRANGER, 66);
    for (let i = 0; i < 200; i += 1) {
      call.arrives(4_000 + i * 20, { sequence: i, timestamp: i * 160, ssrc: 7 }, CALLER);
      for (let k = 0; k < 5; k += 1) call.arrives(4_001 + i * 20 + k, { sequence: 200 + i * 5 + k, timestamp: 0, ssrc: 66 }, STRANGER);
    }
    expect(call.sentTo.filter(({ atMs, to }) => atMs > 4_020 && to !== CALLER)).toEqual([]);
    expect(call.stats().sourcesDisplaced).toBe(1);
  });
});
