import { describe, expect, it } from 'vitest';
import { connectionLine, formatLines, mediaLine, originLines, refusedMediaLine, writeLines } from './writing.ts';

describe('lines of a description', () => {
  it('name the version of the address', () => {
    expect(connectionLine('192.0.2.1')).toBe('c=IN IP4 192.0.2.1');
    expect(connectionLine('2001:db8::1')).toBe('c=IN IP6 2001:db8::1');
    expect(originLines({ sessionId: '7', version: 2, address: '::1' })).toEqual(['v=0', 'o=parley 7 2 IN IP6 ::1', 's=-']);
  });

  it('name media, taken and refused', () => {
    const line = { kind: 'audio', port: 4000, protocol: 'RTP/AVP', formats: ['0', '101'] };
    expect([mediaLine(line), refusedMediaLine(line)]).toEqual(['m=audio 4000 RTP/AVP 0 101', 'm=audio 0 RTP/AVP 0 101']);
  });

  it('name formats, with channels where there are several and the keys where they are keys', () => {
    expect(formatLines(0, { name: 'PCMU', clockHz: 8000, channels: 1 })).toEqual(['a=rtpmap:0 PCMU/8000']);
    expect(formatLines(111, { name: 'opus', clockHz: 48000, channels: 2 })).toEqual(['a=rtpmap:111 opus/48000/2']);
    expect(formatLines(101, { name: 'telephone-event', clockHz: 8000, channels: 1 })).toEqual([
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
    ]);
  });

  it('can hold no second line', () => {
    expect(writeLines(['v=0', 's=-'])).toBe('v=0\r\ns=-\r\n');
    for (const end of ['\r', '\n', '\r\n', '\0']) expect(() => writeLines(['v=0', `a=mid:1${end}a=x`])).toThrow('line end');
  });
});
