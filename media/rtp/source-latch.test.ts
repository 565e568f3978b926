import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceLatch } from './source-latch.ts';

const options = { preferMs: 1000, strangerPackets: 5, rebindAfterMs: 500, unnamed: 'when-silent' as const };
const latch = () => new SourceLatch(0, options, { address: '192.0.2.9', port: 4000 }, '192.0.2.9');

/** Sends `count` packets 20 ms apart; returns how many were accepted. */
function send(to: SourceLatch, fromMs: number, address: string, port: number, count: number, ssrc = 1, sequence = 0): number {
  let accepted = 0;
  for (let i = 0; i < count; i += 1) if (to.accepts(fromMs + i * 20, address, port, ssrc, sequence + i)) accepted += 1;
  return accepted;
}

describe('source latch', () => {
  it('locks the address that SDP names with its first packet, and sends there before', () => {
    const l = latch();
    expect(l.remote).toEqual({ address: '192.0.2.9', port: 4000 });
    expect(send(l, 0, '192.0.2.9', 4000, 3)).toBe(3);
    expect(l.isLocked).toBe(true);
  });

  it('follows another port of the named address with the second packet (NAT)', () => {
    const l = latch();
    expect(send(l, 0, '192.0.2.9', 5555, 5)).toBe(4);
    expect(l.remote).toEqual({ address: '192.0.2.9', port: 5555 });
  });

  it('prefers the named address to a stranger who was first', () => {
    const l = latch();
    expect(send(l, 0, '198.51.100.66', 9, 20)).toBe(0);
    expect(send(l, 400, '192.0.2.9', 4000, 1)).toBe(1);
    expect(l.remote?.address).toBe('192.0.2.9');
    expect(l.strangers).toBe(20);
  });

  it('takes a stranger only when the named stayed silent and he keeps sending', () => {
    const l = latch();
    expect(send(l, 1500, '198.51.100.7', 9, 4)).toBe(0);
    expect(send(l, 1600, '198.51.100.7', 9, 1, 1, 4)).toBe(1);
    expect(l.fromUnnamed).toBe(1);
  });

  it('gives the call back to the address and port of the SDP at once, however long a stranger had it', () => {
    const l = latch();
    expect(send(l, 1000, '198.51.100.7', 9, 3000)).toBe(2996);
    expect(send(l, 61_000, '192.0.2.9', 4000, 1, 2)).toBe(1);
    expect(l.remote).toEqual({ address: '192.0.2.9', port: 4000 });
    expect(send(l, 62_000, '198.51.100.7', 9, 100, 1, 3000)).toBe(0);
    expect([l.fromUnnamed, l.displaced]).toEqual([2996, 1]);
  });

  it('gives it back to the named address with another port after two packets that follow on, not after two strays', () => {
    const l = latch();
    send(l, 1000, '198.51.100.7', 9, 30);
    for (const [ssrc, sequence] of [
      [7, 100],
      [8, 101],
      [7, 9000],
      [7, 8000],
    ] as const)
      expect(l.accepts(2000, '192.0.2.9', 5555, ssrc, sequence)).toBe(false);
    expect(l.accepts(2100, '192.0.2.9', 5555, 7, 8001)).toBe(true);
    expect(l.remote?.port).toBe(5555);
  });

  it('counts the packets of the named address although strangers send in between, from many ports', () => {
    const l = latch();
    let taken = 0;
    for (let i = 0; i < 10; i += 1) {
      for (let k = 0; k < 300; k += 1) l.accepts(i * 20, '198.51.100.7', 10_000 + i * 300 + k, k, i);
      if (l.accepts(i * 20 + 10, '192.0.2.9', 5555, 7, i)) taken += 1;
    }
    expect(taken).toBe(9);
  });

  it('never gives the place of the named to a stranger, to a port less named, or by a repeated packet', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 5555, 3, 7);
    expect(send(l, 100, '192.0.2.9', 4000, 1, 8)).toBe(1);
    expect(send(l, 5000, '192.0.2.9', 5555, 50, 7, 3)).toBe(0);
    expect(l.remote?.port).toBe(4000);
  });

  it('refuses unnamed sources altogether where that is wanted, rebinding too', () => {
    const l = new SourceLatch(0, { ...options, unnamed: 'never' }, { address: '192.0.2.9', port: 4000 }, '192.0.2.9');
    expect(send(l, 5000, '198.51.100.7', 9, 100)).toBe(0);
    expect(send(l, 8000, '192.0.2.9', 4000, 5, 42)).toBe(5);
    expect(send(l, 9000, '198.51.100.7', 9, 100, 42, 5)).toBe(0);
    expect(send(l, 12_000, '192.0.2.9', 4400, 2, 42, 6)).toBe(2);
  });

  it.each([
    ['2001:DB8:0:0::9', '2001:db8::9'],
    ['fe80::9', 'fe80::9%eth0'],
    ['::ffff:192.0.2.9', '192.0.2.9'],
  ])('knows an address that the SDP writes %s and the socket %s', (written, told) => {
    const l = new SourceLatch(0, options, { address: written, port: 4000 }, written);
    expect(send(l, 0, told, 4000, 2)).toBe(2);
    expect([l.remote, l.isAsNamed, l.isTrustedAddress(told)]).toEqual([{ address: told, port: 4000 }, true, true]);
    const nat = new SourceLatch(0, options, { address: '192.0.2.20', port: 4000 }, written);
    expect(send(nat, 0, told, 4400, 3)).toBe(2);
  });

  it('puts the media address of the SDP above the address of signalling', () => {
    const l = new SourceLatch(0, options, { address: '192.0.2.20', port: 4000 }, '192.0.2.9');
    expect(send(l, 0, '192.0.2.9', 777, 3)).toBe(2);
    expect(send(l, 100, '192.0.2.20', 4400, 2, 5)).toBe(1);
    expect(l.remote).toEqual({ address: '192.0.2.20', port: 4400 });
  });

  it('believes RTCP of the named address while a stranger has the call', () => {
    const l = latch();
    send(l, 1000, '198.51.100.7', 9, 30);
    expect([l.isTrustedAddress('192.0.2.9'), l.isTrustedAddress('198.51.100.7'), l.isTrustedAddress('203.0.113.1')]).toEqual([
      true,
      true,
      false,
    ]);
    send(l, 2000, '192.0.2.9', 4000, 1);
    expect(l.isTrustedAddress('198.51.100.7')).toBe(false);
  });

  it('drops and counts others once locked, even on the named address', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 4000, 1);
    expect(send(l, 5000, '192.0.2.9', 4002, 50, 77)).toBe(0);
    expect(l.strangers).toBe(50);
    expect(l.remote?.port).toBe(4000);
  });

  it('lets the same stream go on from elsewhere after silence (NAT rebinding), a guessed one not', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 4000, 10, 42, 100);
    expect(send(l, 200, '192.0.2.9', 7777, 1, 42, 111)).toBe(0);
    expect(send(l, 900, '192.0.2.9', 7777, 1, 43, 120)).toBe(0);
    expect(send(l, 900, '192.0.2.9', 7777, 1, 42, 50)).toBe(0);
    expect(send(l, 900, '192.0.2.9', 7777, 1, 42, 120)).toBe(1);
    expect(l.remote?.port).toBe(7777);
  });

  it('learns anew when a re-INVITE names another port, and does not fall back to the old one at once', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 4000, 5);
    l.expect(1000, { address: '192.0.2.9', port: 6000 }, '192.0.2.9');
    expect(l.remote?.port).toBe(6000);
    expect(send(l, 1010, '192.0.2.9', 4000, 5)).toBe(0);
    expect(send(l, 1200, '192.0.2.9', 6000, 1)).toBe(1);
    expect(send(l, 1300, '192.0.2.9', 4000, 1)).toBe(0);
  });

  it('stays with the old source after a re-INVITE where nothing comes from the new (symmetric NAT)', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 4000, 5);
    l.expect(1000, { address: '192.0.2.9', port: 6000 }, '192.0.2.9');
    expect(send(l, 2010, '192.0.2.9', 4000, 3)).toBe(2);
  });

  it('does not move for a re-INVITE that changes nothing', () => {
    const l = latch();
    send(l, 0, '192.0.2.9', 5555, 3);
    l.expect(500, { address: '192.0.2.9', port: 4000 }, '192.0.2.9');
    expect(l.remote?.port).toBe(5555);
  });

  it('ends up with whom the SDP names, in whatever order and from wherever else packets come', () => {
    const strangers = fc.record({
      kind: fc.constantFrom('stranger', 'neighbour', 'signalling', 'silence', 'follower'),
      from: fc.integer({ min: 1, max: 5 }),
      packets: fc.integer({ min: 1, max: 40 }),
      everyMs: fc.constantFrom(1, 20, 700),
    });
    fc.assert(
      fc.property(
        fc.array(strangers, { maxLength: 12 }),
        fc.boolean(),
        fc.array(strangers, { maxLength: 6 }),
        (before, isBehindNat, among) => {
          const l = new SourceLatch(0, options, { address: '192.0.2.9', port: 4000 }, '192.0.2.1');
          let nowMs = 0;
          const sequences = new Map<string, number>();
          const play = ({ kind, from, packets, everyMs }: (typeof before)[number]) => {
            for (let i = 0; i < packets; i += 1) {
              nowMs += everyMs;
              if (kind === 'silence') continue;
              const address =
                kind === 'neighbour' && !isBehindNat ? '192.0.2.9' : kind === 'signalling' ? '192.0.2.1' : `198.51.100.${from}`;
              const key = `${kind}${from}`;
              const sequence = (sequences.get(key) ?? 0) + 1;
              sequences.set(key, sequence);
              l.accepts(nowMs, address, 9000 + from, kind === 'follower' ? 1 : 100 + from, sequence);
            }
          };
          for (const deed of before) play(deed);
          const port = isBehindNat ? 5555 : 4000;
          // The caller speaks, and the others go on between his packets.
          for (let i = 0; i < 20; i += 1) {
            nowMs += 20;
            l.accepts(nowMs, '192.0.2.9', port, 7, 500 + i);
            const deed = among[i % Math.max(1, among.length)];
            if (deed !== undefined && i < 15) play({ ...deed, everyMs: 1 });
          }
          expect(l.remote).toEqual({ address: '192.0.2.9', port });
          expect(l.accepts(nowMs + 20, '192.0.2.9', port, 7, 520)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
