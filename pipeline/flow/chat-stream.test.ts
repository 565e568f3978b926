import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireFixtures } from '../io/testing/wire-fixtures.ts';
import { ChatStreamReader } from './chat-stream.ts';

interface Case {
  readonly name: string;
  readonly transcript: string;
  readonly text: string;
  readonly ends: string;
  readonly contentType?: string;
}

function read(parts: readonly Uint8Array[]): { readonly text: string; readonly ends: string } {
  const reader = new ChatStreamReader();
  const text = parts.map((part) => reader.push(part)).join('');
  return { text, ends: reader.end() };
}

const cases = wireFixtures<Case>('llm-streams.json').cases.filter((one) => one.contentType === undefined);

describe('ChatStreamReader', () => {
  for (const { name, transcript, text, ends } of cases) {
    it(`${name}, split at every byte`, () => {
      const bytes = Buffer.from(transcript);
      for (let at = 0; at <= bytes.length; at++) expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual({ text, ends });
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual({ text, ends });
    });
  }

  it.each([
    ['data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}', 'Hi', 'complete'],
    ['data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]', 'Hi', 'complete'],
    ['data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n', 'Hi', 'complete'],
    ['data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: {"choices":[{"del', 'Hi', 'cut'],
    ['data: {"choices":[{"delta":{"content":"Hi"}}]}', 'Hi', 'cut'],
    ['data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DO', 'Hi', 'cut'],
  ])('a last event without an empty line behind it: %j', (transcript, text, ends) => {
    const reader = new ChatStreamReader();
    expect(reader.push(Buffer.from(transcript)) + reader.finish()).toBe(text);
    expect(reader.end()).toBe(ends);
  });

  it.each<[string, object, string, readonly string[]]>([
    ['a number as id', { tool_calls: [{ id: 5, function: { name: 'f', arguments: '{}' } }] }, '', ['{}']],
    ['null among the calls', { content: 'Hi', tool_calls: [null] }, 'Hi', []],
    ['a list as arguments, which is no object', { tool_calls: [{ id: 'a', function: { name: 'f', arguments: [] } }] }, '', ['[]']],
    ['null among the parts', { content: [null, { type: 'text', text: 'Hi' }] }, 'Hi', []],
    ['one part', { content: { type: 'text', text: 'Hi' } }, 'Hi', []],
  ])('%s', (_what, delta, text, args) => {
    const reader = new ChatStreamReader();
    expect(reader.push(Buffer.from(`data: ${JSON.stringify({ choices: [{ delta, finish_reason: 'stop' }] })}\n\n`))).toBe(text);
    expect(reader.calls.map(({ argumentsText }) => argumentsText)).toEqual(args);
  });

  it('an event that never ends is not collected for ever', () => {
    const reader = new ChatStreamReader(1000);
    reader.push(Buffer.from(`data: ${'x'.repeat(2000)}`));
    expect(reader.state).toBe('bad');
    expect(reader.push(Buffer.from('data: [DONE]\n\n'))).toBe('');
  });

  it('never throws', () => {
    const bits = fc.constantFrom(
      'data: ',
      'data:',
      '\n',
      '\r\n',
      '\r',
      '{"choices":[{"delta":{"content":"a"}}]}',
      '[DONE]',
      ':',
      'event: error',
      'id: 1',
      '{',
      '\uFEFF',
      'ü',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(bits, fc.string({ unit: 'binary' })), { maxLength: 30 }), (lines) => {
        const reader = new ChatStreamReader(200);
        for (const line of lines) expect(reader.push(Buffer.from(line))).toBeTypeOf('string');
        expect(() => reader.end()).not.toThrow();
      }),
    );
  });
});
