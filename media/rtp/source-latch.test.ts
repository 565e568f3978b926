import { describe, expect, it } from 'vitest';
import { SourceLatch } from './source-latch.ts';

const options = { preferMs: 1000, strangerPackets: 5, rebindAfterMs: 500 };
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
    expect(send(l, 1600, '198.51.100.7', 9, 1)).toBe(1);
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
});
