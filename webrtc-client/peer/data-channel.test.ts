import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, uint16 } from '#kit/bytes';
import { CONTROL, TEXT, TEXT_EMPTY, TextChannel } from './data-channel.ts';

function open(label: string): Uint8Array {
  return concatBytes([Uint8Array.of(3, 0), new Uint8Array(6), uint16(Buffer.byteLength(label)), uint16(0), Buffer.from(label)]);
}

describe('the text channel', () => {
  it('opens by its label and takes texts from then on', () => {
    const channel = new TextChannel('events', 10);
    expect(channel.receive(0, TEXT, Buffer.from('early'))).toEqual([{ kind: 'ignored', why: 'label' }]);
    expect(channel.receive(0, CONTROL, open('events'))).toEqual([{ kind: 'acknowledge', streamId: 0 }, { kind: 'opened' }]);
    expect(channel.receive(0, CONTROL, open('events'))).toEqual([{ kind: 'acknowledge', streamId: 0 }]);
    expect(channel.receive(0, TEXT, Buffer.from('grüß'))).toEqual([{ kind: 'text', text: 'grüß' }]);
    expect(channel.receive(0, TEXT_EMPTY, Uint8Array.of(0))).toEqual([{ kind: 'text', text: '' }]);
    expect(channel.streamId).toBe(0);
    channel.reset([0]);
    expect(channel.streamId).toBeUndefined();
  });

  it('ignores other channels, binary, what is too long and what is not UTF-8', () => {
    const channel = new TextChannel('events', 10);
    channel.receive(0, CONTROL, open('events'));
    expect(channel.receive(2, CONTROL, open('files'))).toEqual([
      { kind: 'acknowledge', streamId: 2 },
      { kind: 'ignored', why: 'label' },
    ]);
    expect(channel.receive(2, TEXT, Buffer.from('x'))).toEqual([{ kind: 'ignored', why: 'label' }]);
    expect(channel.receive(0, 53, Buffer.from('x'))).toEqual([{ kind: 'ignored', why: 'binary' }]);
    expect(channel.receive(0, TEXT, Buffer.from('x'.repeat(11)))).toEqual([{ kind: 'ignored', why: 'too-long' }]);
    expect(channel.receive(0, TEXT, Uint8Array.of(0xff))).toEqual([{ kind: 'ignored', why: 'malformed' }]);
    expect(channel.receive(4, CONTROL, open('events').subarray(0, 14))).toEqual([{ kind: 'ignored', why: 'malformed' }]);
    expect(channel.streamId).toBe(0);
  });

  it('never throws', () => {
    const channel = new TextChannel('events', 10);
    fc.assert(
      fc.property(fc.nat(3), fc.constantFrom(CONTROL, TEXT, 53, 0), fc.uint8Array({ maxLength: 40 }), (streamId, protocol, bytes) => {
        expect(channel.receive(streamId, protocol, bytes).length).toBeLessThan(3);
      }),
    );
  });
});
