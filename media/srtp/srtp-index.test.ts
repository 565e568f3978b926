import { describe, expect, it } from 'vitest';
import { estimateIndex, ReceiverIndex, SenderIndex } from './srtp-index.ts';

describe('SRTP packet index', () => {
  it('follows the wrap of sequence numbers in both directions', () => {
    expect(estimateIndex(65_535, 0)).toBe(65_536);
    expect(estimateIndex(65_536, 65_535)).toBe(65_535);
    expect(estimateIndex(3 * 65_536 + 10, 65_530)).toBe(2 * 65_536 + 65_530);
    expect(estimateIndex(3 * 65_536 + 65_000, 100)).toBe(4 * 65_536 + 100);
    expect(estimateIndex(5, 65_530)).toBe(65_530);
    expect(estimateIndex(1000, 1000)).toBe(1000);
  });

  it('counts what is sent, and a repeated packet keeps its index', () => {
    const sender = new SenderIndex();
    expect([65_534, 65_535, 0, 65_535, 1].map((sequence) => sender.take(sequence))).toEqual([65_534, 65_535, 65_536, 65_535, 65_537]);
  });

  it('refuses what has come, and moves only for authentic packets', () => {
    const receiver = new ReceiverIndex();
    expect(receiver.estimate(65_535)).toBe(65_535);
    expect(receiver.estimate(3)).toBe(3);
    receiver.accept(65_535);
    expect(receiver.estimate(65_535)).toBe(-1);
    expect(receiver.estimate(3)).toBe(65_539);
    receiver.accept(65_539);
    expect(receiver.estimate(3)).toBe(-1);
    expect(receiver.estimate(65_534)).toBe(65_534);
    expect(receiver.estimate(65_000)).toBe(-1);
  });
});
