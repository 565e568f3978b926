import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSocketText } from './socket-text.ts';

describe('text frames of the socket', () => {
  it.each([
    ['{"type":"audio_start","sampleRate":24000,"turnId":"1"}', { kind: 'audio-start' }],
    ['{"type":"audio_end"}', { kind: 'audio-end' }],
    ['{"type":"audio_cancel"}', { kind: 'audio-cancel' }],
    ['{"type":"partial","text":"hel"}', { kind: 'repeated' }],
    ['{"type":"error","code":"too-many-calls","text":"busy"}', { kind: 'error', code: 'too-many-calls' }],
    [
      '{"kind":"ended","atMs":5,"reason":"caller/hangup"}',
      { kind: 'message', message: { kind: 'ended', atMs: 5, reason: 'caller/hangup' } },
    ],
  ])('%s', (json, expected) => {
    expect(parseSocketText(json)).toEqual(expected);
  });

  it.each([
    '',
    'null',
    '[]',
    '"audio_end"',
    '{"type":"toString"}',
    '{"type":"__proto__"}',
    '{"type":5}',
    '{"kind":"ended"}',
    `{"type":"audio_end","pad":"${'x'.repeat(40_000)}"}`,
  ])('%.40s is nothing of ours', (json) => {
    expect(parseSocketText(json)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseSocketText(text)).not.toThrow();
      }),
    );
  });
});
