import { describe, expect, it } from 'vitest';
import { ReceiverStats } from './receiver-stats.ts';

describe('receiver statistics', () => {
  it('has no loss and no jitter on a perfect line', () => {
    const stats = new ReceiverStats(8000);
    for (let i = 0; i < 100; i += 1) stats.packet(65536 + i, (i * 160) >>> 0, 1000 + i * 20);
    expect(stats.lost).toBe(0);
    expect(stats.jitterMs).toBe(0);
    expect(stats.takeFractionLost()).toBe(0);
  });

  it('counts what is missing, and the share since the last report', () => {
    const stats = new ReceiverStats(8000);
    for (let i = 0; i < 100; i += 1) if (i % 4 !== 1) stats.packet(65536 + i, i * 160, i * 20);
    expect(stats.lost).toBe(25);
    expect(stats.lossRatio).toBeCloseTo(0.25, 2);
    expect(stats.takeFractionLost()).toBe(64);
    for (let i = 100; i < 200; i += 1) stats.packet(65536 + i, i * 160, i * 20);
    expect(stats.takeFractionLost()).toBe(0);
  });

  it('approaches the mean deviation of arrival; RFC 3550 appendix A.8', () => {
    const stats = new ReceiverStats(8000);
    for (let i = 0; i < 500; i += 1) stats.packet(65536 + i, i * 160, i * 20 + (i % 2) * 5);
    expect(stats.jitterMs).toBeGreaterThan(4.9);
    expect(stats.jitterMs).toBeLessThan(5.1);
  });

  it('takes a pause of the sender for no jitter', () => {
    const stats = new ReceiverStats(8000);
    stats.packet(65536, 0, 0);
    stats.packet(65537, 160, 5020);
    expect(stats.jitterMs).toBe(0);
  });

  it('keeps the totals over a new stream', () => {
    const stats = new ReceiverStats(8000);
    stats.packet(65536, 0, 0);
    stats.packet(65539, 480, 60);
    stats.restart();
    stats.packet(70000, 9, 80);
    expect(stats.lost).toBe(2);
    expect(stats.expected).toBe(5);
  });
});
