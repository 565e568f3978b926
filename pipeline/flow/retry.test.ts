import { describe, expect, it } from 'vitest';
import { Retry } from './retry.ts';

const options = { attempts: 3, backoffMs: 50, withinMs: 400 };
const passing = { retryable: true, firstByteSeen: false };

describe('Retry', () => {
  it('asks again, later each time, and then gives up', () => {
    const retry = new Retry(options, 1000);
    expect(retry.failed(1000, passing)).toEqual({ kind: 'again', afterMs: 50 });
    expect(retry.failed(1060, passing)).toEqual({ kind: 'again', afterMs: 100 });
    expect(retry.failed(1170, passing)).toEqual({ kind: 'give-up' });
  });

  it('never says a beginning twice: no retry after the first byte', () => {
    expect(new Retry(options, 0).failed(1, { retryable: true, firstByteSeen: true })).toEqual({ kind: 'give-up' });
  });

  it('does not repeat what cannot succeed', () => {
    expect(new Retry(options, 0).failed(1, { retryable: false, firstByteSeen: false })).toEqual({ kind: 'give-up' });
  });

  it('begins nothing after its time', () => {
    expect(new Retry(options, 0).failed(351, passing)).toEqual({ kind: 'give-up' });
    expect(new Retry(options, 0).failed(350, passing)).toEqual({ kind: 'again', afterMs: 50 });
  });
});
