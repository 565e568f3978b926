import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInfoDigit } from './dtmf-info.ts';

describe('readInfoDigit', () => {
  it.each([
    ['Cisco', 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', { digit: '5', durationMs: 160 }],
    ['spaces around', 'application/dtmf-relay', 'Signal= *\r\nDuration= 100', { digit: '*', durationMs: 100 }],
    ['no duration', 'application/dtmf-relay', 'Signal=#', { digit: '#', durationMs: 250 }],
    ['event code', 'application/dtmf-relay', 'Signal=11\r\nDuration=250', { digit: '#', durationMs: 250 }],
    ['letter, lower case', 'Application/DTMF-Relay; charset=utf-8', 'signal=a\nduration=99999', { digit: 'A', durationMs: 10_000 }],
    ['plain', 'application/dtmf', '7', { digit: '7', durationMs: 250 }],
    ['plain with line end', 'application/dtmf', '7\r\n', { digit: '7', durationMs: 250 }],
    ['plain in the relay form', 'application/dtmf', 'Signal=7\r\nDuration=80', { digit: '7', durationMs: 80 }],
  ])('%s', (_name, type, body, expected) => {
    expect(readInfoDigit(type, body)).toEqual(expected);
  });

  it.each([
    ['application/dtmf-relay', ''],
    ['application/dtmf-relay', 'Signal=55'],
    ['application/dtmf-relay', 'Signal=hello'],
    ['application/dtmf', 'constructor'],
    ['application/dtmf', 'x'.repeat(600)],
  ])('says bad for %s %j', (type, body) => {
    expect(readInfoDigit(type, body)).toBe('bad');
  });

  it('leaves other content to others', () => {
    expect(readInfoDigit('application/media_control+xml', '<x/>')).toBeUndefined();
    expect(readInfoDigit('', '')).toBeUndefined();
  });

  it('never throws and only ever says a real digit', () => {
    fc.assert(
      fc.property(fc.constantFrom('application/dtmf', 'application/dtmf-relay'), fc.string(), (type, body) => {
        const read = readInfoDigit(type, body);
        if (read !== undefined && read !== 'bad') expect(read.digit).toMatch(/^[0-9*#A-D]$/);
      }),
    );
  });
});
