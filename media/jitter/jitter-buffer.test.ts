import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer } from './jitter-buffer.ts';

const push = (buffer: JitterBuffer, nowMs: number, extended: number) =>
  buffer.push(nowMs, extended, 0, extended * 160, Uint8Array.of(extended & 0xff), 0, 1);

/** What leaves at `nowMs`: sequence numbers (low byte), `-n` for n lost. */
function drain(buffer: JitterBuffer, nowMs: number): number[] {
  const left: number[] = [];
  while (buffer.pop(nowMs)) left.push(buffer.out.kind === 'lost' ? -buffer.out.lostPackets : buffer.out.bytes[buffer.out.start]!);
  return left;
}

describe('jitter buffer', () => {
  it('releases what is in order at once', () => {
    const buffer = new JitterBuffer(40);
    for (let i = 10; i < 14; i += 1) {
      push(buffer, i * 20, i);
      expect(drain(buffer, i * 20)).toEqual([i]);
    }
    expect(buffer.wakeAtMs).toBeUndefined();
  });

  it('puts overtaken packets into order', () => {
    const buffer = new JitterBuffer(40);
    push(buffer, 0, 10);
    drain(buffer, 0);
    push(buffer, 20, 12);
    expect(drain(buffer, 20)).toEqual([]);
    push(buffer, 25, 11);
    expect(drain(buffer, 25)).toEqual([11, 12]);
    expect(buffer.reordered).toBe(1);
    expect(buffer.declaredLost).toBe(0);
  });

  it('waits 40 ms on a gap and not longer', () => {
    const buffer = new JitterBuffer(40);
    push(buffer, 0, 10);
    drain(buffer, 0);
    push(buffer, 40, 13);
    expect(buffer.wakeAtMs).toBe(80);
    expect(drain(buffer, 79)).toEqual([]);
    expect(drain(buffer, 80)).toEqual([-2, 13]);
    expect(push(buffer, 81, 11)).toBe('late');
    expect(push(buffer, 82, 13)).toBe('duplicate');
  });

  it('counts duplicates, of what waits too', () => {
    const buffer = new JitterBuffer(40);
    push(buffer, 0, 10);
    drain(buffer, 0);
    expect(push(buffer, 1, 10)).toBe('duplicate');
    push(buffer, 2, 12);
    expect(push(buffer, 3, 12)).toBe('duplicate');
    expect(buffer.duplicates).toBe(2);
  });

  it('does not wait when many packets came behind the gap', () => {
    const buffer = new JitterBuffer(10_000);
    push(buffer, 0, 10);
    drain(buffer, 0);
    for (let i = 12; i < 22; i += 1) push(buffer, 1, i);
    expect(drain(buffer, 1)[0]).toBe(-1);
    expect(buffer.waitingPackets).toBe(0);
  });

  it('waits anew on a second gap', () => {
    const buffer = new JitterBuffer(40);
    push(buffer, 0, 10);
    drain(buffer, 0);
    push(buffer, 20, 12);
    push(buffer, 50, 14);
    expect(drain(buffer, 60)).toEqual([-1, 12]);
    expect(drain(buffer, 61)).toEqual([]);
    expect(drain(buffer, 100)).toEqual([-1, 14]);
  });

  it('never reorders, never repeats, and accounts for every packet, whatever the network does', () => {
    const network = fc.array(
      fc.record({ lost: fc.integer({ min: 0, max: 9 }), delayMs: fc.integer({ min: 0, max: 120 }), twice: fc.integer({ min: 0, max: 9 }) }),
      { minLength: 20, maxLength: 200 },
    );
    fc.assert(
      fc.property(network, fc.integer({ min: 0, max: 70_000 }), (packets, first) => {
        const arrivals = packets
          .flatMap(({ lost, delayMs, twice }, i) => {
            if (lost === 0) return [];
            const one = { at: i * 20 + delayMs, extended: first + i };
            return twice === 0 ? [one, { ...one, at: one.at + 7 }] : [one];
          })
          .sort((a, b) => a.at - b.at);
        const buffer = new JitterBuffer(40);
        let next = arrivals[0]?.extended ?? 0;
        const collect = (nowMs: number) => {
          while (buffer.pop(nowMs)) {
            if (buffer.out.kind === 'lost') next += buffer.out.lostPackets;
            else {
              expect(buffer.out.timestamp).toBe(next * 160);
              next += 1;
            }
          }
        };
        for (const { at, extended } of arrivals) {
          collect(at);
          push(buffer, at, extended);
          collect(at);
        }
        collect(1e9);
        collect(1e9 + 1);
        expect(buffer.waitingPackets).toBe(0);
      }),
    );
  });
});
