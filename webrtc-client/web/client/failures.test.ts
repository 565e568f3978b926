import { describe, expect, it } from 'vitest';
import type { CallError } from './call-error.ts';
import { refusalError, retryAfter, unreachableError } from './http-failure.ts';
import { microphoneError } from './microphone-failure.ts';
import { socketClosedError } from './socket-failure.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

function refused(status: number, code?: string, header: string | null = null): CallError {
  return refusalError(
    {
      status,
      body: code === undefined ? '<html>' : { type: 'about:blank', title: 'x', status, code, detail: 'The detail.' },
      retryAfter: header,
    },
    'call',
    NOW_MS,
  );
}

describe('refusals of the server', () => {
  it.each([
    [503, 'NOT_READY', 'NOT_READY'],
    [503, 'SHUTTING_DOWN', 'NOT_READY'],
    [503, 'TOO_MANY_CALLS', 'TOO_MANY_CALLS'],
    [503, 'NO_PORTS', 'TOO_MANY_CALLS'],
    [429, 'TOO_MANY_OFFERS', 'TOO_MANY_OFFERS'],
    [404, 'NO_SUCH_PERSONA', 'UNKNOWN_PERSONA'],
    [403, 'ORIGIN_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED'],
    [403, 'WEBRTC_OFF', 'WEBRTC_OFF'],
    [401, 'TOKEN_REQUIRED', 'TOKEN_NEEDED'],
    [401, 'TOKEN_EXPIRED', 'TOKEN_REFUSED'],
    [401, 'TOKEN_INVALID', 'TOKEN_REFUSED'],
    [403, 'TOKEN_NOT_FOR_THIS', 'TOKEN_REFUSED'],
    [400, 'BAD_OFFER', 'OFFER_REFUSED'],
    [413, 'OFFER_TOO_LARGE', 'OFFER_REFUSED'],
    [422, 'NO_COMMON_CODEC', 'OFFER_REFUSED'],
    [500, 'INTERNAL', 'SERVER_FAULT'],
  ])('%d %s is %s', (status, code, expected) => {
    expect(refused(status, code)).toMatchObject({ code: expected, status });
  });

  it('of something between, without a problem of ours, go by their status', () => {
    expect([503, 429, 404, 403, 401, 502].map((status) => refused(status).code)).toEqual([
      'NOT_READY',
      'TOO_MANY_OFFERS',
      'UNKNOWN_PERSONA',
      'ORIGIN_NOT_ALLOWED',
      'TOKEN_REFUSED',
      'SERVER_FAULT',
    ]);
  });

  it('say when to try again', () => {
    expect(refused(503, 'TOO_MANY_CALLS', '10')).toMatchObject({ retryAfterMs: 10_000, advice: 'Try again in 10 seconds.' });
    expect(refused(503, 'NOT_READY').advice).toBe('Try again in a moment.');
    expect(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT', NOW_MS)).toBe(30_000);
    expect(['soon', '-5', '', '99999999'].map((header) => retryAfter(header, NOW_MS) ?? 'none')).not.toContain(Number.NaN);
    expect(retryAfter('999999', NOW_MS)).toBe(3_600_000);
  });

  it('of a change tell that the call is gone', () => {
    expect(
      refusalError({ status: 404, body: { status: 404, code: 'NO_SUCH_CALL', detail: 'x' }, retryAfter: null }, 'change', NOW_MS).code,
    ).toBe('CALL_LOST');
    expect(refusalError({ status: 404, body: undefined, retryAfter: null }, 'config', NOW_MS).code).toBe('SERVER_FAULT');
  });

  it('that cannot be read mention what browsers keep from pages', () => {
    const here = { online: true, origin: 'https://shop.example' };
    expect(unreachableError('https://bot.example/', here, undefined).advice).toContain('webrtc.origins');
    expect(unreachableError('https://shop.example/', here, undefined).advice).not.toContain('webrtc.origins');
    expect(unreachableError('https://bot.example/', { ...here, online: false }, undefined).text).toBe('This device has no network.');
  });
});

describe('microphones', () => {
  const secure = { secure: true, address: 'https://bot.example/' };
  it.each([
    ['NotAllowedError', 'MICROPHONE_REFUSED'],
    ['SecurityError', 'MICROPHONE_REFUSED'],
    ['NotFoundError', 'MICROPHONE_MISSING'],
    ['NotReadableError', 'MICROPHONE_BUSY'],
    ['Unheard', 'MICROPHONE_FAILED'],
  ])('%s is %s', (name, code) => {
    expect(microphoneError(new DOMException('x', name), secure).code).toBe(code);
  });

  it('on a plain http page say which address to open', () => {
    const error = microphoneError(undefined, { secure: false, address: 'http://192.0.2.7:3000/' });
    expect(error).toMatchObject({ code: 'INSECURE_CONTEXT', advice: expect.stringContaining('https://192.0.2.7:3000/') as string });
    expect(microphoneError(undefined, secure).code).toBe('UNSUPPORTED_BROWSER');
  });
});

describe('sockets that close before the call began', () => {
  it.each([
    ['too-many-calls', 1013, 'TOO_MANY_CALLS'],
    ['not-ready', 1013, 'NOT_READY'],
    ['shutting-down', 1013, 'NOT_READY'],
    ['no-such-address', 4404, 'UNKNOWN_PERSONA'],
    ['not-allowed', 1008, 'TOKEN_REFUSED'],
    ['internal-error', 1011, 'SERVER_FAULT'],
    [undefined, 1013, 'NOT_READY'],
    [undefined, 1006, 'CALL_LOST'],
  ])('%s, %d is %s', (refusal, code, expected) => {
    expect(socketClosedError('bot.example', { hasOpened: true, code, refusal }).code).toBe(expected);
  });

  it('or never opened', () => {
    expect(socketClosedError('bot.example', { hasOpened: false, code: 1006, refusal: undefined })).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      text: expect.stringContaining('bot.example') as string,
    });
  });
});

describe('every failure', () => {
  it('has a sentence and an advice', () => {
    for (const error of [
      refused(503),
      microphoneError(new DOMException('', 'NotFoundError')),
      socketClosedError('h', { hasOpened: true, code: 0, refusal: undefined }),
    ]) {
      expect(error.text).toMatch(/^[A-Z].*\.$/);
      expect(error.advice).toMatch(/^[A-Z].*\.$/);
      expect(error.message).toBe(`${error.text} ${error.advice}`);
    }
  });
});
