import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from './command.ts';
import { FRAME_MAX_BYTES, FrameReader } from './frame-reader.ts';
import { writeFrame } from './frame-writer.ts';
import { messageLeader, newRequestLeader, replyLeader, sentRequestLeader, sentResponseLeader, timeOfDay } from './leader.ts';
import { Routes } from './routes.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const meta = { source: 'network', bytes: 10, protocol: 'udp', address: '192.0.2.9', port: 5062, wallMs: 3_723_004.5 } as const;

describe('frames', () => {
  it('count bytes, not characters', () => {
    expect(textOf(writeFrame('é|☎'))).toBe('6#é|☎');
    expect(textOf(writeFrame('a|sip', bytesOf('BYE')))).toBe('10#a|sip\r\nBYE');
  });

  it('come out as they went in, however the stream is cut', () => {
    const payload = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(payload), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (payloads, sizes) => {
        const parts = payloads.map((text) => writeFrame(text));
        const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
        parts.reduce((at, part) => (stream.set(part, at), at + part.length), 0);
        const reader = new FrameReader();
        const read: string[] = [];
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const size = sizes[i % sizes.length] as number;
          for (const item of reader.push(stream.subarray(at, at + size)))
            read.push(item.kind === 'frame' ? textOf(item.payload) : 'broken');
          at += size;
        }
        expect(read).toEqual(payloads.map((text) => textOf(bytesOf(text))));
      }),
    );
  });

  it('take a megabyte, and end the connection on a length that is none', () => {
    const reader = new FrameReader();
    const large = writeFrame('x'.repeat(FRAME_MAX_BYTES));
    expect(reader.push(large).map((item) => item.kind)).toEqual(['frame']);
    for (const bad of [`${FRAME_MAX_BYTES + 1}#`, '-1#x', 'abc#', '0#', '12345678901', '#', '1e3#', ' 5#']) {
      const broken = new FrameReader();
      expect(
        broken.push(bytesOf(bad)).map((item) => item.kind),
        bad,
      ).toEqual(['broken']);
      expect(broken.push(bytesOf('5#hello'))).toEqual([]);
    }
  });

  it('never throw on any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const reader = new FrameReader();
        const readAll = (): void => {
          for (const chunk of chunks) for (const item of reader.push(chunk)) if (item.kind === 'frame') parseCommand(item.payload);
        };
        expect(readAll).not.toThrow();
      }),
    );
  });
});

describe('commands', () => {
  it('are taken apart', () => {
    expect(parseCommand(bytesOf('1|authenticate|secret|a,b'))).toEqual({ id: '1', kind: 'authenticate', secret: 'secret' });
    expect(parseCommand(bytesOf('1|route|INVITE'))).toEqual({ id: '1', kind: 'route', verb: 'invite' });
    expect(parseCommand(bytesOf('1|sip|t|d;from-tag=1|sip:h\r\nBYE'))).toMatchObject({
      transactionId: 't',
      dialogId: 'd;from-tag=1',
      nextHop: 'sip:h',
      message: bytesOf('BYE'),
    });
    expect(parseCommand(bytesOf('1|sip||'))).toMatchObject({ kind: 'sip', transactionId: '', dialogId: '', nextHop: '' });
    expect(parseCommand(bytesOf('1|proxy|t'))).toMatchObject({ kind: 'unsupported', name: 'proxy' });
    expect(parseCommand(bytesOf('nothing'))).toBeUndefined();
  });
});

describe('leaders', () => {
  const metaText = 'network|10|udp|192.0.2.9|5062|01:02:03.004500';

  it('have their fields where clients look for them', () => {
    expect(newRequestLeader('i', meta, 't', 'h', 5060)).toBe(`i|sip|${metaText}|t||h|5060|`);
    expect(messageLeader('i', meta, 't', 'd')).toBe(`i|sip|${metaText}|t|d|`);
    expect(replyLeader('i', 'r', 'OK', 'pong')).toBe('i|response|r|OK|pong');
    const request = sentRequestLeader('i', 'r', meta, 't').split('|');
    expect([request[3], request[10], request[11], request.length]).toEqual(['OK', 't', 'Msg sent:', 13]);
    const response = sentResponseLeader('i', 'r', meta, 't', 'd').split('|');
    expect([response[3], response[10], response[11], response[12], response[13], response.length]).toEqual([
      'OK',
      't',
      'd',
      '',
      'Msg sent:',
      15,
    ]);
  });

  it('write the time of day in UTC with microseconds', () => {
    expect(timeOfDay(Date.UTC(2026, 0, 2, 23, 59, 59, 999))).toBe('23:59:59.999000');
    expect(timeOfDay(0)).toBe('00:00:00.000000');
  });
});

describe('Routes', () => {
  it('go round, are idempotent, and end with their client', () => {
    const routes = new Routes<string>();
    for (const client of ['a', 'b', 'a']) routes.add('invite', client);
    expect([routes.next('invite'), routes.next('invite'), routes.next('invite')]).toEqual(['a', 'b', 'a']);
    routes.remove('invite', 'b');
    expect([routes.next('invite'), routes.next('invite')]).toEqual(['a', 'a']);
    routes.removeAll('a');
    expect(routes.next('invite')).toBeUndefined();
    expect(routes.next('bye')).toBeUndefined();
  });
});
