import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSdp } from './remote-sdp.ts';
import type { RemoteSdp } from './remote-sdp.ts';
import { offers } from './testing/vectors.ts';

function read(text: string): RemoteSdp {
  const reading = readSdp(text);
  if (reading.kind === 'bad') throw new Error(reading.why);
  return reading.sdp;
}

describe('readSdp', () => {
  it.each(Object.keys(offers) as (keyof typeof offers)[])('reads %s', (name) => {
    expect(readSdp(offers[name]).kind).toBe('ok');
  });

  it('finds what matters of an audio line', () => {
    const [audio] = read(offers.freeswitch).media;
    expect(audio).toMatchObject({
      kind: 'audio',
      port: 24578,
      protocol: 'RTP/AVP',
      address: '192.0.2.20',
      direction: 'sendrecv',
      ptimeMs: 20,
      rtcpPort: 24579,
      rtcpMux: false,
    });
    expect(audio?.encodings.get(101)).toEqual([{ name: 'telephone-event', clockHz: 8000, channels: 1 }]);
    expect(audio?.encodings.get(102)).toEqual([{ name: 'opus', clockHz: 48000, channels: 2 }]);
  });

  it('lets the connection of the media line count before that of the session', () => {
    expect(read(offers.cisco).media[0]?.address).toBe('192.0.2.32');
  });

  it('knows static payload types without rtpmap', () => {
    expect(read('v=0\nm=audio 4000 RTP/AVP 0 8 13\n').media[0]?.encodings.get(8)?.[0]?.name).toBe('pcma');
  });

  it('takes bare line feeds and missing lines', () => {
    const sdp = read('v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n');
    expect(sdp).toMatchObject({ timing: '0 0', media: [{ port: 4000, address: '192.0.2.1', direction: 'sendrecv' }] });
  });

  it('does not take a host name for an address', () => {
    expect(read('v=0\r\nc=IN IP4 phone.example\r\nm=audio 4000 RTP/AVP 0\r\n').media[0]?.address).toBeUndefined();
  });

  it('session attributes hold for lines without their own', () => {
    const sdp = read('v=0\r\na=inactive\r\na=ptime:30\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\na=sendonly\r\na=ptime:40\r\n');
    expect(sdp.media.map(({ direction, ptimeMs }) => [direction, ptimeMs])).toEqual([
      ['inactive', 30],
      ['sendonly', 40],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['not SDP', 'hello'],
    ['another version', 'v=1\r\n'],
    ['a port out of range', 'v=0\r\nm=audio 65536 RTP/AVP 0\r\n'],
    ['no format', 'v=0\r\nm=audio 4000 RTP/AVP\r\n'],
    ['a negative port', 'v=0\r\nm=audio -1 RTP/AVP 0\r\n'],
    ['control characters in a format', 'v=0\r\nm=audio 1 RTP/AVP 0\u0000\r\n'],
    ['too long', `v=0\r\n${'a=x\r\n'.repeat(10_000)}`],
    ['too many lines', `v=0\r\n${'a=\r\n'.repeat(1_001)}`],
    ['too many media', `v=0\r\n${'m=audio 1 RTP/AVP 0\r\n'.repeat(17)}`],
    ['too many formats', `v=0\r\nm=audio 1 RTP/AVP ${'0 '.repeat(65)}\r\n`],
  ])('refuses %s', (_name, text) => {
    expect(readSdp(text).kind).toBe('bad');
  });

  it('passes over attributes that make no sense', () => {
    const [audio] = read(
      'v=0\r\nc=IN IP4\r\nm=audio 4000 RTP/AVP 96 0\r\na=rtpmap:96\r\na=rtpmap:300 PCMU/8000\r\na=ptime:abc\r\na=ptime:0\r\na=rtcp:99999\r\na=\r\na=:\r\n',
    ).media;
    expect(audio).toMatchObject({ ptimeMs: undefined, rtcpPort: undefined });
    expect([...(audio?.encodings.keys() ?? [])]).toEqual([0]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        expect(() => readSdp(`v=0\r\n${text}`)).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(() => readSdp(text)).not.toThrow();
      }),
    );
  });

  it('never throws on broken real ones', () => {
    const real = Object.values(offers);
    fc.assert(
      fc.property(fc.constantFrom(...real), fc.nat(1200), fc.nat(40), fc.string({ maxLength: 20 }), (text, at, cut, insert) => {
        expect(() => readSdp(text.slice(0, at) + insert + text.slice(at + cut))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
