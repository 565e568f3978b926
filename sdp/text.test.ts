import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { lenient, strict, type SdpFaults } from './faults.ts';
import { readMediaLine } from './media-line.ts';
import { readCodecs, readDirection, readEncodings, readMs, readRtcpPort } from './rtp-attributes.ts';
import { readConnection, readTiming } from './session-lines.ts';
import { all, one, splitDescription, splitSdp, type SdpLimits, type SdpText } from './text.ts';

const LIMITS: SdpLimits = { characters: 100_000, lines: 500, lineCharacters: 1_000, media: 8 };
const fault = (line: number, what: string): AppError => new AppError('TEST', `${line}: ${what}`);
const STRICT = strict(fault);
const LENIENT = lenient(fault);
const read = (text: string, faults: SdpFaults = LENIENT): SdpText => splitDescription(text, LIMITS, faults);
const media = (...lines: string[]) => read(['v=0', 'm=audio 4000 RTP/AVP 0 8', ...lines].join('\r\n')).media[0]!;

/** Reads everything that can be read of a text. */
function readAll(text: string, faults: SdpFaults): void {
  const sdp = read(text, faults);
  readTiming(sdp.session);
  for (const section of [sdp.session, ...sdp.media]) {
    readConnection(section);
    readDirection(section);
    readMs(section, 'ptime', faults);
    readMs(section, 'maxptime', faults);
    readRtcpPort(section, faults);
    if (section.media === undefined) continue;
    const { formats } = readMediaLine(section, faults);
    readEncodings(section, formats, faults);
    readCodecs(section, formats, faults);
  }
}

describe('what is refused, with its line', () => {
  it.each([
    ['nothing', '', "1: '' is not how"],
    ['another beginning', 'hello\r\nv=0', "1: 'hello' is not how"],
    ['another version', 'v=1', "1: 'v=1'"],
    ['a version with more', 'v=00', "1: 'v=00'"],
    ['a NUL for a version', 'v=\u00000', "1: 'v=?0'"],
    ['a megabyte', `v=0\r\n${'a=x\r\n'.repeat(200_000)}`, '0: it is longer than 100000 characters'],
    ['a megabyte without a line end', `v=0${'x'.repeat(1_000_000)}`, '0: it is longer'],
    ['a megabyte of line ends', `v=0${'\n'.repeat(1_000_000)}`, '0: it is longer'],
    ['a long line', `v=0\r\na=${'x'.repeat(1_000)}`, '2: the line has 1002 characters'],
    ['too many lines', `v=0\n${'a=x\n'.repeat(501)}`, '501: the text goes on'],
    ['a thousand media lines', `v=0\n${'m=audio 1 RTP/AVP 0\n'.repeat(400)}`, '10: there are more than 8 media lines'],
  ])('%s', (_name, text, message) => {
    for (const faults of [STRICT, LENIENT]) {
      expect(() => read(text, faults)).toThrow(expect.objectContaining({ code: 'TEST', message: expect.stringContaining(message) }));
    }
  });

  it.each([
    ['a port out of range', 'm=audio 65536 RTP/AVP 0'],
    ['a negative port', 'm=audio -1 RTP/AVP 0'],
    ['no format', 'm=audio 4000 RTP/AVP'],
    ['no port', 'm=audio'],
    ['nothing', 'm='],
    ['a kind with a space', 'm= audio 4000 RTP/AVP 0'],
    ['a NUL in a format', 'm=audio 1 RTP/AVP 0\u0000'],
    ['letters that are none of ASCII', 'm=audio 1 RTP/AVP \ud83d\udcde'],
    ['half of a surrogate pair', 'm=audio 1 RTP/AVP \ud83d'],
    ['too many formats', `m=audio 1 RTP/AVP ${'0 '.repeat(65)}`],
    ['a long format', `m=audio 1 RTP/AVP ${'x'.repeat(65)}`],
  ])('a media line with %s', (_name, line) => {
    const section = read(`v=0\r\ns=-\r\n${line}\r\n`).media[0]!;
    expect(() => readMediaLine(section, LENIENT)).toThrow(/^3: /);
  });

  it('a detail only where the reader is strict', () => {
    const odd = ['hello', 'a=rtpmap:96', 'a=rtpmap:300 PCMU/8000', 'a=ptime:abc', 'a=ptime:0', 'a=rtcp:99999', 'a=ptime:20\r\na=ptime:30'];
    for (const line of odd) {
      const text = `v=0\r\nm=audio 4000 RTP/AVP 0\r\n${line}\r\n`;
      expect(() => readAll(text, LENIENT)).not.toThrow();
      expect(() => readAll(text, STRICT)).toThrow(/^[34]: /);
    }
  });
});

describe('what is read', () => {
  it('bare line feeds, carriage returns, blank lines before and between', () => {
    for (const end of ['\n', '\r', '\r\n', '\r\n\r\n']) {
      const sdp = read(['', 'v=0', 'c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0', 'a=sendonly', ''].join(end), STRICT);
      expect([readConnection(sdp.session), readDirection(sdp.media[0]!)]).toEqual(['192.0.2.1', 'sendonly']);
    }
  });

  it('the parts of a media line, off without formats too', () => {
    const line = (text: string) => readMediaLine(read(`v=0\r\n${text}`).media[0]!, STRICT);
    expect(line('m=AUDIO 4000/2 RTP/AVP 0  101 ')).toEqual({
      line: 2,
      kind: 'audio',
      port: 4000,
      protocol: 'RTP/AVP',
      formats: ['0', '101'],
    });
    expect(line('m=image 0 udptl')).toMatchObject({ port: 0, formats: ['0'] });
    expect(line('m=video 9 UDP/TLS/RTP/SAVPF 96\ta\u007f'.replace('\u007f', ''))).toMatchObject({ formats: ['96', 'a'] });
  });

  it('the first connection that is there, and whether it can be read', () => {
    expect(readConnection(media('c=IN IP4 192.0.2.1', 'c=IN IP4 192.0.2.2'))).toBe('192.0.2.1');
    expect(readConnection(media('c=IN IP6 2001:db8::1/127'))).toBe('2001:db8::1');
    expect(readConnection(media('c=IN IP4'))).toBe('');
    expect(readConnection(media())).toBeUndefined();
  });

  it('static payload types without an rtpmap, and what an rtpmap makes of them', () => {
    const section = media('a=rtpmap:0 G722/16000');
    expect(
      [...readEncodings(section, ['0', '8', '9', '99'], STRICT)].map(([type, [{ name, clockHz } = {}]]) => [type, name, clockHz]),
    ).toEqual([
      [0, 'g722', 16000],
      [8, 'pcma', 8000],
      [9, 'g722', 8000],
    ]);
  });

  it('a number with several meanings: all of them, and of too many the last', () => {
    const section = media(...[8, 16, 32, 48, 44].map((kHz) => `a=rtpmap:101 telephone-event/${kHz}000`));
    expect(
      readEncodings(section, ['101'], STRICT)
        .get(101)
        ?.map(({ clockHz }) => clockHz),
    ).toEqual([16000, 32000, 48000, 44000]);
  });

  it('packet times in whole milliseconds', () => {
    expect(readMs(media('a=ptime:20.0'), 'ptime', STRICT)).toBe(20);
    expect(readMs(media('a=ptime:0', 'a=ptime:30'), 'ptime', LENIENT)).toBe(30);
    expect(readMs(media('a=ptime:20', 'a=ptime:30'), 'ptime', LENIENT)).toBe(30);
    expect(readMs(media('a=ptime:99999'), 'ptime', LENIENT)).toBeUndefined();
  });

  it('names of attributes in any letters, values with their colons', () => {
    expect(one(media('a=Candidate : 1:2'), 'candidate', STRICT)).toEqual({ name: 'candidate', value: '1:2', line: 3 });
  });

  it('no more of one attribute than is asked for', () => {
    const section = media('a=x:1', 'a=x:2', 'a=x:3');
    expect(all(section, 'x', 2, LENIENT)).toHaveLength(2);
    expect(() => all(section, 'x', 2, STRICT)).toThrow(/^5: a=x stands here more than 2 times/);
  });

  it('fragments, which have no version', () => {
    expect(splitSdp('a=mid:0\r\nm=audio 9 X 0\r\na=x', LIMITS, STRICT)).toMatchObject({ session: { attributes: [{ name: 'mid' }] } });
  });
});

describe('any text', () => {
  const lines = fc.constantFrom(
    'v=0',
    'm=audio 4000 RTP/AVP 0 8 101',
    'm=video 0 RTP/AVP',
    'c=IN IP4 192.0.2.1',
    'c=IN IP6',
    't=0 0',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=rtcp-fb:* nack',
    'a=ptime:20',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=sendonly',
    'a=',
    'a=:',
    '=',
    'hello',
    '\u0000',
    '\ufffd\ud800',
  );
  const text = fc
    .array(fc.oneof({ weight: 4, arbitrary: lines }, fc.string({ unit: 'binary', maxLength: 60 })), { maxLength: 60 })
    .map((all) => `v=0\r\n${all.join('\r\n')}`);

  it('is read, or refused with the code and a text that fits into one header', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 2_000 })), fc.boolean(), (given, isStrict) => {
        try {
          readAll(given, isStrict ? STRICT : LENIENT);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TEST' });
          expect((error as AppError).message).toMatch(/^[\x20-\x7e]{1,300}$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
