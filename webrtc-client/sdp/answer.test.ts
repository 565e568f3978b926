import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors';
import { agree } from './agreement.ts';
import { writeAnswer } from './answer.ts';
import { isRestart, readFragment, writeFragment } from './fragment.ts';
import { readOffer } from './offer.ts';
import { chromium, firefox, safari, vectors, werift } from './testing/vectors.ts';

const PEER = {
  ice: {
    usernameFragment: 'ours',
    password: 'p'.repeat(24),
    candidates: ['candidate:1 1 udp 2130706431 192.0.2.1 30000 typ host', '2 1 udp 2130706430 2001:db8::1 30000 typ host'],
  },
  iceLite: true,
  fingerprint: { algorithm: 'sha-256', value: 'AA:BB' },
};

function answerTo(text: string): string {
  const offer = readOffer(text);
  return writeAnswer(offer, agree(offer), { peer: PEER, sessionId: '42' });
}

describe('the answer', () => {
  it('to Chromium', () => {
    expect(answerTo(chromium).split('\r\n')).toEqual([
      'v=0',
      'o=parley 42 1 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      'a=group:BUNDLE 0 1',
      'a=ice-lite',
      'a=msid-semantic: WMS *',
      'm=audio 30000 UDP/TLS/RTP/SAVPF 111 110',
      'c=IN IP4 192.0.2.1',
      'a=mid:0',
      'a=ice-ufrag:ours',
      `a=ice-pwd:${'p'.repeat(24)}`,
      'a=ice-options:trickle ice2',
      'a=candidate:1 1 udp 2130706431 192.0.2.1 30000 typ host',
      'a=candidate:2 1 udp 2130706430 2001:db8::1 30000 typ host',
      'a=end-of-candidates',
      'a=fingerprint:sha-256 AA:BB',
      'a=setup:passive',
      'a=rtcp-mux',
      'a=sendrecv',
      'a=msid:parley bot',
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1;maxplaybackrate=16000;maxaveragebitrate=32000;stereo=0',
      'a=rtpmap:110 telephone-event/48000',
      'a=fmtp:110 0-15',
      'a=ptime:20',
      'a=maxptime:60',
      'm=application 30000 UDP/DTLS/SCTP webrtc-datachannel',
      'c=IN IP4 192.0.2.1',
      'a=mid:1',
      'a=ice-ufrag:ours',
      `a=ice-pwd:${'p'.repeat(24)}`,
      'a=ice-options:trickle ice2',
      'a=fingerprint:sha-256 AA:BB',
      'a=setup:passive',
      'a=sctp-port:5000',
      'a=max-message-size:65536',
      '',
    ]);
  });

  it('keeps the order of Safari, refuses its video, and puts candidates under the tagged line', () => {
    const answer = answerTo(safari);
    expect(answer.match(/^m=.*$/gm)).toEqual([
      'm=application 30000 UDP/DTLS/SCTP webrtc-datachannel',
      'm=audio 30000 UDP/TLS/RTP/SAVPF 111 110',
      'm=video 0 UDP/TLS/RTP/SAVPF 96 97',
    ]);
    expect(answer).toContain('a=group:BUNDLE 0 1\r\n');
    expect(answer.indexOf('a=candidate')).toBeLessThan(answer.indexOf('m=audio'));
    expect(answer).toContain('a=rtcp-fb:111 nack\r\n');
    expect(answer).toContain(';usedtx=1');
  });

  it('repeats G.711 as offered', () => {
    expect(answerTo(werift)).toMatch(/m=audio 30000 UDP\/TLS\/RTP\/SAVPF 0\r\n[^]*a=recvonly\r\n[^]*a=rtpmap:0 PCMU\/8000\r\n/);
  });

  it('carries the keys of Firefox at 8 kHz', () => {
    expect(answerTo(firefox)).toContain('a=rtpmap:101 telephone-event/8000');
  });

  it('answers or refuses with a code whatever is done to an offer, line for line, and never writes a line that was not meant', () => {
    const lineOf = fc.constantFrom(...Object.values(vectors).flatMap((text) => text.split(/\r?\n/)));
    const text = fc.oneof(
      fc
        .array(fc.oneof({ weight: 6, arbitrary: lineOf }, fc.string({ unit: 'binary', maxLength: 60 })), { maxLength: 80 })
        .map((lines) => `v=0\r\n${lines.join('\r\n')}`),
      fc
        .tuple(fc.constantFrom(...Object.values(vectors)), fc.nat(4_000), fc.string({ unit: 'binary', maxLength: 8 }), fc.nat(30))
        .map(([offer, at, with_, drop]) => offer.slice(0, at) + with_ + offer.slice(at + drop)),
      fc.string({ unit: 'binary', maxLength: 3_000 }),
    );
    fc.assert(
      fc.property(text, (offerText) => {
        let answer: string;
        try {
          answer = answerTo(offerText);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).message.length).toBeLessThan(700);
          return;
        }
        const offer = readOffer(offerText);
        expect(answer.match(/^m=/gm)).toHaveLength(offer.media.length);
        for (const line of answer.split('\r\n').slice(0, -1)) expect(line).toMatch(/^[a-z]=[\x20-\x7e]*$/);
      }),
      { numRuns: 600 },
    );
  });
});

describe('fragments', () => {
  const trickled =
    'a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\na=end-of-candidates\r\n';

  it('are read as RFC 9725 shows them', () => {
    expect(readFragment(trickled)).toEqual({
      credentials: { usernameFragment: 'EsAw', password: 'P2uYro0UCOQ4zxjKXaWCBui1' },
      candidates: ['candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1'],
      endOfCandidates: true,
    });
  });

  it('may have their credentials before the media, or none', () => {
    const head = 'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=end-of-candidates\r\n';
    expect(readFragment(head).credentials?.usernameFragment).toBe('EsAw');
    expect(readFragment('m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n').credentials).toBeUndefined();
  });

  it('are a restart where the credentials are new', () => {
    const inForce = { usernameFragment: 'EsAw', password: 'P2uYro0UCOQ4zxjKXaWCBui1' };
    expect(isRestart(readFragment(trickled), inForce)).toBe(false);
    expect(isRestart(readFragment(trickled.replace('EsAw', 'Zz12')), inForce)).toBe(true);
    expect(isRestart(readFragment('a=end-of-candidates'), inForce)).toBe(false);
  });

  it.each([
    ['nothing in it', 'a=mid:0\r\n', 'neither'],
    ['several credentials', `${trickled}m=video 9 X 1\r\na=ice-ufrag:Other\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n`, 'several'],
    ['no fragment', 'hello', "Line 1: 'hello'"],
    ['half of the credentials', trickled.replace(/a=ice-pwd.*\r\n/, ''), 'without a=ice-pwd'],
  ])('with %s are refused', (_name, text, words) => {
    expect(() => readFragment(text)).toThrow(expect.objectContaining({ code: 'BAD_FRAGMENT', message: expect.stringContaining(words) }));
  });

  it('write our side after a restart, which is read back as one', () => {
    const offer = readOffer(chromium);
    const text = writeFragment(offer, agree(offer), PEER.ice, true);
    expect(text).toMatch(
      /^a=ice-lite\r\na=ice-options:trickle ice2\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP\/TLS\/RTP\/SAVPF 111\r\na=mid:0\r\n/,
    );
    expect(readFragment(text)).toEqual({
      credentials: { usernameFragment: 'ours', password: PEER.ice.password },
      candidates: [PEER.ice.candidates[0], `candidate:${PEER.ice.candidates[1]}`],
      endOfCandidates: true,
    });
  });

  it('of any kind are read or refused with a code', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 400 }),
          fc.tuple(fc.nat(300), fc.string({ maxLength: 5 })).map(([at, with_]) => trickled.slice(0, at) + with_ + trickled.slice(at)),
        ),
        (text) => {
          try {
            readFragment(text);
          } catch (error) {
            expect((error as AppError).code).toBe('BAD_FRAGMENT');
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
