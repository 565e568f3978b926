import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatStreamReader } from './chat-stream.ts';
import { ToolCallAssembler } from './tool-calls.ts';

function event(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

/** Two calls as OpenAI and vLLM stream them: names first, arguments in pieces, the second before the first has ended. */
const TWO_CALLS = [
  event({ role: 'assistant', content: 'One moment – ' }),
  event({ tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'free-times', arguments: '' } }] }),
  event({ tool_calls: [{ index: 0, function: { arguments: '{"da' } }] }),
  event({ tool_calls: [{ index: 1, id: 'call_b', type: 'function', function: { name: 'book-room', arguments: '{"place":"Café' } }] }),
  event({
    tool_calls: [
      { index: 0, function: { arguments: 'te":"2026-11-23"}' } },
      { index: 1, function: { arguments: ' 😀 \\"x\\""}' } },
    ],
  }),
  event({}, 'tool_calls'),
  'data: [DONE]\n\n',
].join('');
const CALLS = [
  { id: 'call_a', name: 'free-times', argumentsText: '{"date":"2026-11-23"}' },
  { id: 'call_b', name: 'book-room', argumentsText: '{"place":"Café 😀 \\"x\\""}' },
];

describe('streamed tool calls', () => {
  it('are whole, wherever the bytes are broken', () => {
    const bytes = Buffer.from(TWO_CALLS);
    for (let at = 0; at <= bytes.length; at += 1) {
      const reader = new ChatStreamReader();
      const text = reader.push(bytes.subarray(0, at)) + reader.push(bytes.subarray(at));
      expect(text).toBe('One moment – ');
      expect(reader.calls).toEqual(CALLS);
    }
    const reader = new ChatStreamReader();
    for (const byte of bytes) reader.push(Uint8Array.of(byte));
    expect(reader.calls).toEqual(CALLS);
  });

  it('are none where the stream was broken off, at whatever byte', () => {
    const bytes = Buffer.from(TWO_CALLS);
    const finished = Buffer.from(TWO_CALLS.slice(0, TWO_CALLS.indexOf('data: [DONE]'))).length;
    for (let at = 0; at < finished; at += 1) {
      const reader = new ChatStreamReader();
      reader.push(bytes.subarray(0, at));
      expect(reader.calls).toEqual([]);
    }
  });

  it.each<[string, readonly object[], readonly string[]]>([
    [
      'whole calls without an index',
      [
        { id: 'a', function: { name: 'x', arguments: '{}' } },
        { id: 'b', function: { name: 'y', arguments: '{}' } },
      ],
      ['x', 'y'],
    ],
    [
      'whole calls under the same index',
      [
        { index: 0, id: 'a', function: { name: 'x', arguments: '{}' } },
        { index: 0, id: 'b', function: { name: 'y', arguments: '{}' } },
      ],
      ['x', 'y'],
    ],
    [
      'the id repeated with every piece',
      [
        { index: 0, id: 'a', function: { name: 'x', arguments: '{' } },
        { index: 0, id: 'a', function: { arguments: '}' } },
      ],
      ['x'],
    ],
    [
      'another id with every piece',
      [
        { index: 0, id: 'a', function: { name: 'x', arguments: '{' } },
        { index: 0, id: 'b', function: { arguments: '}' } },
      ],
      ['x'],
    ],
    [
      'no id at all',
      [
        { index: 0, function: { name: 'x', arguments: '{' } },
        { index: 0, function: { arguments: '}' } },
      ],
      ['x'],
    ],
    [
      'null in the place of what is missing',
      [
        { index: 0, id: 'a', function: { name: 'x', arguments: null } },
        { index: 0, id: null, function: { name: null, arguments: '{}' } },
      ],
      ['x'],
    ],
  ])('with %s', (_what, deltas, names) => {
    const calls = new ToolCallAssembler();
    for (const delta of deltas) calls.push([delta]);
    expect(calls.calls.map(({ name }) => name)).toEqual(names);
    for (const { argumentsText } of calls.calls) expect(JSON.parse(argumentsText)).toEqual({});
  });

  it('too long or too many of them are none', () => {
    const long = new ToolCallAssembler();
    long.push([{ index: 0, id: 'a', function: { name: 'x', arguments: `"${'y'.repeat(9000)}"` } }]);
    expect([long.overflow, long.calls]).toEqual([true, []]);
    const many = new ToolCallAssembler();
    many.push(Array.from({ length: 9 }, (_, index) => ({ index, id: `c${index}`, function: { name: 'x', arguments: '{}' } })));
    expect([many.overflow, many.calls]).toEqual([true, []]);
  });

  it('never throw', () => {
    const piece = fc.record({
      index: fc.option(fc.nat(12), { nil: undefined }),
      id: fc.option(fc.string(), { nil: null }),
      function: fc.option(
        fc.record({ name: fc.option(fc.string(), { nil: null }), arguments: fc.option(fc.string(), { nil: undefined }) }),
        { nil: null },
      ),
    });
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 4 }), { maxLength: 20 }), (deltas) => {
        const calls = new ToolCallAssembler();
        for (const delta of deltas) calls.push(delta);
        expect(calls.calls.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
