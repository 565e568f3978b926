import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatStreamReader } from './chat-stream.ts';
import { wireFixtures } from '../io/testing/wire-fixtures.ts';

// The caller heard an apology, half an answer, or nothing was booked although the model had asked for it.

interface Case {
  readonly name: string;
  readonly transcript: string;
  readonly text: string;
  readonly calls: readonly object[];
  readonly ends: string;
}

const { cases } = wireFixtures<Case>('llm-servers.json');

function read(parts: readonly Uint8Array[]): object {
  const reader = new ChatStreamReader();
  const text = parts.map((part) => reader.push(part)).join('');
  return { text, calls: reader.calls, ends: reader.end() };
}

describe('replies as servers really send them', () => {
  it.each(cases)('$name', ({ transcript, text, calls, ends }) => {
    const bytes = Buffer.from(transcript);
    expect(read([bytes])).toEqual({ text, calls, ends });
    for (let at = 1; at < bytes.length; at += 7) expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual({ text, calls, ends });
  });

  it('come out the same wherever the network cuts them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.array(fc.nat(4000), { maxLength: 40 }), ({ transcript, text, calls, ends }, cuts) => {
        const bytes = Buffer.from(transcript);
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
        const parts = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
        expect(read(parts)).toEqual({ text, calls, ends });
      }),
      { numRuns: 500 },
    );
  });

  it('with signs of life of other servers between their events', () => {
    const strangers = [
      'event: ping\ndata: {}\n\n',
      'data:\n\n',
      'data: null\n\n',
      ': waiting\n\n',
      'data: {"usage":{"total_tokens":1}}\n\n',
      'data: {"choices":[]}\n\n',
      'data: {"choices":null}\n\n',
      'event: keepalive\ndata: .\n\n',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.array(fc.constantFrom(...strangers), { minLength: 1, maxLength: 5 }),
        fc.nat(100),
        ({ transcript, text, calls, ends }, between, where) => {
          const events = transcript.split(/(?<=\n\n)/);
          const at = where % events.length;
          const mixed = [...events.slice(0, at), ...between, ...events.slice(at)].join('');
          expect(read([Buffer.from(mixed)])).toEqual({ text, calls, ends });
        },
      ),
      { numRuns: 500 },
    );
  });
});
