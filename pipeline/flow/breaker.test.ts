import { describe, expect, it } from 'vitest';
import { Breaker } from './breaker.ts';

const options = { failures: 3, openMs: 1000, maxOpenMs: 3000, probeMs: 500 };

function opened(): Breaker {
  const breaker = new Breaker(options);
  for (const atMs of [0, 1, 2]) {
    expect(breaker.admit(atMs)).toBe(true);
    breaker.failed(atMs);
  }
  return breaker;
}

describe('Breaker', () => {
  it('opens after failures in a row', () => {
    const breaker = opened();
    expect(breaker.state).toBe('open');
    expect(breaker.admit(1001)).toBe(false);
  });

  it('a success between failures keeps it closed', () => {
    const breaker = new Breaker(options);
    for (let round = 0; round < 5; round++) {
      breaker.failed(round);
      breaker.failed(round);
      breaker.succeeded();
    }
    expect(breaker.state).toBe('closed');
  });

  it('lets one request probe after a while, and the others when that succeeded', () => {
    const breaker = opened();
    expect(breaker.admit(1002)).toBe(true);
    expect(breaker.state).toBe('half-open');
    expect(breaker.admit(1003)).toBe(false);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    expect(breaker.admit(1004)).toBe(true);
  });

  it('waits twice as long after each failed probe, up to its bound', () => {
    const breaker = opened();
    let nowMs = 2;
    for (const waitMs of [1000, 2000, 3000, 3000]) {
      expect(breaker.admit(nowMs + waitMs - 1)).toBe(false);
      nowMs += waitMs;
      expect(breaker.admit(nowMs)).toBe(true);
      breaker.failed(nowMs);
    }
  });

  it('an aborted probe makes room for the next at once', () => {
    const breaker = opened();
    expect(breaker.admit(1002)).toBe(true);
    breaker.abandoned();
    expect(breaker.admit(1003)).toBe(true);
  });

  it('a probe that never reports does not keep it shut', () => {
    const breaker = opened();
    expect(breaker.admit(1002)).toBe(true);
    expect(breaker.admit(1501)).toBe(false);
    expect(breaker.admit(1502)).toBe(true);
  });

  it('late failures of requests from before do not prolong the wait', () => {
    const breaker = opened();
    breaker.failed(900);
    expect(breaker.admit(1002)).toBe(true);
  });
});
