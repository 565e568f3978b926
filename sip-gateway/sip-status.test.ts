import { describe, expect, it } from 'vitest';
import { byeReasonHeader, reasonOfServerBye, refusalOf } from './sip-status.ts';

describe('refusalOf', () => {
  it.each([
    ['refused', 'not-allowed', 403],
    ['refused', 'no-such-address', 404],
    ['refused', 'no-common-codec', 488],
    ['refused', 'no-audio', 488],
    ['refused', 'bad-offer', 488],
    ['refused', 'too-many-calls', 503],
    ['refused', 'shutting-down', 503],
    ['refused', 'not-ready', 503],
    ['system', 'no-ports', 503],
    ['system', 'internal-error', 500],
    ['operator', 'shutdown', 503],
    ['caller', 'cancelled', 487],
    ['network', 'media-timeout', 500],
  ] as const)('%s/%s is %i', (by, code, status) => {
    expect(refusalOf({ by, code } as Parameters<typeof refusalOf>[0]).status).toBe(status);
  });

  it('tells when to try again on every 503, and why on every 488', () => {
    expect(refusalOf({ by: 'refused', code: 'too-many-calls' }).retryAfterS).toBeGreaterThan(0);
    expect(refusalOf({ by: 'refused', code: 'no-common-codec' }).warning?.code).toBe(305);
    expect(refusalOf({ by: 'refused', code: 'no-audio' }).warning?.code).toBe(304);
  });

  it('takes a more exact warning where there is one', () => {
    expect(refusalOf({ by: 'refused', code: 'bad-offer' }, { code: 399, text: 'x' }).warning).toEqual({ code: 399, text: 'x' });
    expect(refusalOf({ by: 'refused', code: 'not-allowed' }, { code: 399, text: 'x' }).warning).toBeUndefined();
  });
});

it('writes the Reason of a BYE', () => {
  expect(byeReasonHeader({ by: 'bot', code: 'goodbye' })).toBe('Q.850;cause=16;text="Normal call clearing"');
  expect(byeReasonHeader({ by: 'network', code: 'media-timeout' })).toContain('cause=102');
  expect(byeReasonHeader({ by: 'caller', code: 'hangup' })).toContain('cause=31');
});

it('knows why the server hung up', () => {
  expect(reasonOfServerBye('ACK timeout')).toEqual({ by: 'network', code: 'ack-timeout' });
  expect(reasonOfServerBye('Session timer expired')).toEqual({ by: 'network', code: 'session-expired' });
  expect(reasonOfServerBye('CANCEL after 200 OK')).toEqual({ by: 'caller', code: 'cancelled' });
  expect(reasonOfServerBye('something new')).toEqual({ by: 'network', code: 'rejected-by-peer' });
});
