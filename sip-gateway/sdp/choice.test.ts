import { sipOptions } from '../options.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalSession } from './local-session.ts';
import { NO_LINES, planOffer } from './own-offer.ts';
import { chooseFromAnswer, chooseFromOffer } from './choice.ts';
import type { Choice } from './choice.ts';
import { OwnKeys } from './crypto.ts';
import type { Negotiated } from './negotiated.ts';
import { readSdp } from './remote-sdp.ts';
import type { RemoteSdp } from './remote-sdp.ts';
import { offers } from './testing/vectors.ts';
import { writeAnswer, writeOffer } from './writing.ts';
import type { LocalEnd } from './writing.ts';

const PEER = '192.0.2.99';
const OWN_KEYS = new OwnKeys((length) => new Uint8Array(length));
const local: LocalEnd = { address: '192.0.2.7', port: 30000, rtcpPort: 30001, sessionId: '17', version: 1, keys: OWN_KEYS };

/** What is spoken where nobody says otherwise. */
const SPOKEN = sipOptions.parse({}).codecs;
const CODECS_IN_SDP = SPOKEN.map((codec) => codec.toLowerCase());

function read(text: string): RemoteSdp {
  const reading = readSdp(text);
  if (reading.kind === 'bad') throw new Error(reading.why);
  return reading.sdp;
}

function choose(text: string, spoken = SPOKEN): Choice {
  return chooseFromOffer(read(text), PEER, spoken, 'off');
}

function agreed(text: string): Negotiated {
  const choice = choose(text);
  if (choice.kind !== 'agreed') throw new Error(`not agreed: ${JSON.stringify(choice)}`);
  return choice.session;
}

function answerLines(text: string): string[] {
  const offer = read(text);
  const choice = chooseFromOffer(offer, PEER, SPOKEN, 'off');
  return writeAnswer(offer, choice.kind === 'agreed' ? choice.session : undefined, local)
    .trimEnd()
    .split('\r\n');
}

const audio = (...extra: string[]) =>
  ['v=0', 'c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000', ...extra, ''].join('\r\n');

describe('what is chosen', () => {
  it.each([
    ['asterisk', 'PCMU', 0, 20, 101, undefined],
    ['freeswitch', 'PCMU', 0, 20, 101, 13],
    ['cisco', 'PCMA', 8, 30, 100, undefined],
    ['cloudCarrier', 'PCMU', 0, 20, 101, undefined],
    ['baresip', 'PCMU', 0, 20, 101, undefined],
    ['linphoneWithVideo', 'PCMU', 0, 20, 98, undefined],
    ['withCryptoLines', 'PCMU', 0, 20, 101, undefined],
    ['plainWithIce', 'PCMA', 8, 20, 101, undefined],
    ['sipp', 'PCMU', 0, 20, undefined, undefined],
  ] as const)('%s', (name, codec, payloadType, ptimeMs, telephoneEvent, comfortNoise) => {
    const session = agreed(offers[name]);
    expect(session).toMatchObject({ codec, payloadType, ptimeMs, direction: 'sendrecv', held: false });
    expect([session.telephoneEventPayloadType, session.comfortNoisePayloadType]).toEqual([telephoneEvent, comfortNoise]);
  });

  it.each([
    ['browser', 'no-encryption'],
    ['fax', 'no-audio'],
    ['onlyG729', 'no-common-codec'],
  ] as const)('%s is refused: %s', (name, code) => {
    expect(choose(offers[name])).toMatchObject({ kind: 'refused', reason: { by: 'refused', code } });
  });

  it('sends to where the signalling comes from when the address is of the other version, or a name', () => {
    expect(agreed(offers.ipv6).remote).toEqual({ address: PEER, port: 40000 });
    expect(agreed(offers.linphoneDualStack).remote).toEqual({ address: PEER, port: 13000 });
    expect(agreed('v=0\r\nc=IN IP4 phone.example\r\nm=audio 4000 RTP/AVP 0\r\n').remote).toEqual({ address: PEER, port: 4000 });
    expect(chooseFromOffer(read(offers.ipv6), '2001:db8::1', SPOKEN, 'off')).toMatchObject({
      session: { remote: { address: '2001:db8::80' } },
    });
  });

  it('passes over the encrypted line and takes the plain one', () => {
    expect(agreed(offers.withCryptoLines)).toMatchObject({ lineIndex: 1, remote: { address: '192.0.2.60', port: 5006 } });
  });

  it('knows where RTCP goes', () => {
    expect(agreed(offers.baresip).remote).toEqual({ address: '127.0.0.1', port: 12071, rtcpPort: 12072 });
    expect(agreed(offers.plainWithIce).remote).toEqual({ address: '192.0.2.80', port: 40000, rtcpMux: true });
  });

  it('takes PCMU under a dynamic payload type, and a static number with another meaning for what it says', () => {
    expect(agreed('v=0\r\nm=audio 4000 RTP/AVP 97\r\na=rtpmap:97 PCMU/8000\r\n')).toMatchObject({ codec: 'PCMU', payloadType: 97 });
    expect(choose('v=0\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n').kind).toBe('refused');
  });

  it.each([
    ['a=ptime:10', 10],
    ['a=ptime:30', 30],
    ['a=ptime:60', 60],
    ['a=ptime:5', 10],
    ['a=ptime:25', 20],
    ['a=ptime:120', 60],
    ['a=ptime:40\r\na=maxptime:20', 20],
    ['a=ptime:20.0', 20],
    ['', 20],
  ])('%j makes packets of %i ms', (line, ptimeMs) => {
    expect(agreed(audio(line)).ptimeMs).toBe(ptimeMs);
  });

  it.each([
    ['a=sendrecv', 'sendrecv', false],
    ['a=sendonly', 'recvonly', true],
    ['a=recvonly', 'sendonly', false],
    ['a=inactive', 'inactive', true],
    ['c=IN IP4 0.0.0.0', 'recvonly', true],
    ['c=IN IP4 0.0.0.0\r\na=recvonly', 'inactive', true],
  ])('%j is answered %s', (line, direction, held) => {
    expect(agreed(audio(line))).toMatchObject({ direction, held });
  });

  it('remembers no address to send to when the peer names 0.0.0.0', () => {
    expect(agreed(audio('c=IN IP4 0.0.0.0')).remote).toBeUndefined();
  });

  it('tells a line that is switched off from none at all', () => {
    expect(choose(audio().replace('4000', '0')).kind).toBe('disabled');
    expect(choose('v=0\r\n').kind).toBe('refused');
  });
});

describe('what is answered', () => {
  it('to asterisk', () => {
    expect(answerLines(offers.asterisk)).toEqual([
      'v=0',
      'o=parley 17 1 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      't=0 0',
      'm=audio 30000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ]);
  });

  it('refuses video with port 0 in its place', () => {
    expect(answerLines(offers.linphoneWithVideo).filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 30000 RTP/AVPF 0 98',
      'm=video 0 RTP/AVPF 96 97',
    ]);
  });

  it('refuses the encrypted line and keeps the order', () => {
    expect(answerLines(offers.withCryptoLines).filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 0 RTP/SAVP 0 8 101',
      'm=audio 30000 RTP/AVP 0 101',
    ]);
  });

  it('multiplexes RTCP only where offered, and names its port only where it is not the next', () => {
    expect(answerLines(offers.plainWithIce)).toContain('a=rtcp-mux');
    const offer = read(offers.sipp);
    const answer = writeAnswer(offer, agreed(offers.sipp), { ...local, rtcpPort: 40000 });
    expect(answer).toContain('a=rtcp:40000\r\n');
    expect(answerLines(offers.sipp).join()).not.toContain('rtcp');
  });

  it('repeats the time of the offer', () => {
    expect(answerLines('v=0\r\nt=5 6\r\nm=audio 4000 RTP/AVP 0\r\n')).toContain('t=5 6');
  });

  it('names IPv6 as such', () => {
    expect(writeOffer(planOffer(NO_LINES, SPOKEN, 'off'), { ...local, address: '2001:db8::7' })).toContain('c=IN IP6 2001:db8::7\r\n');
  });
});

describe('our own offer', () => {
  const first = planOffer(NO_LINES, SPOKEN, 'off');
  const offer = writeOffer(first, local);

  it('can be read and names every codec, and keys at their clocks', () => {
    expect(read(offer).media[0]).toMatchObject({
      port: 30000,
      formats: ['0', '8', '9', '111', '101', '110'],
      direction: 'sendrecv',
      ptimeMs: 20,
    });
  });

  it('takes an answer with one line', () => {
    expect(chooseFromAnswer(read(offers.sipp), first, PEER, SPOKEN, 'off')).toMatchObject({ kind: 'agreed', session: { codec: 'PCMU' } });
    expect(chooseFromAnswer(read(offers.linphoneWithVideo), first, PEER, SPOKEN, 'off')).toMatchObject({
      kind: 'refused',
      reason: { code: 'bad-offer' },
    });
    expect(chooseFromAnswer(read(offers.onlyG729), first, PEER, SPOKEN, 'off')).toMatchObject({
      kind: 'refused',
      reason: { code: 'no-common-codec' },
    });
  });
});

describe('LocalSession', () => {
  const { version: _version, ...end } = local;
  const version = (text: string) => Number(/^o=\S+ \S+ (\d+)/m.exec(text)?.[1]);

  it('counts its version up with each change only', () => {
    const session = new LocalSession(end, SPOKEN, 'off');
    const versions = [offers.asterisk, offers.asterisk, offers.cisco, offers.cisco, offers.asterisk].map((text) => {
      const description = session.answer(read(text), agreed(text));
      description.sent();
      return version(description.text);
    });
    expect(versions).toEqual([1, 1, 2, 2, 3]);
  });

  it('does not count what was never sent', () => {
    const session = new LocalSession(end, SPOKEN, 'off');
    const first = session.answer(read(offers.asterisk), agreed(offers.asterisk));
    first.sent();
    expect(version(session.answer(read(offers.cisco), agreed(offers.cisco)).text)).toBe(2);
    expect(session.answer(read(offers.asterisk), agreed(offers.asterisk)).text).toBe(first.text);
    expect(version(session.offer().text)).toBe(2);
  });
});

describe('for every offer that can be read', () => {
  const mediaLine = fc.record({
    kind: fc.constantFrom('audio', 'video', 'image', 'application'),
    port: fc.constantFrom(0, 9, 4000),
    protocol: fc.constantFrom('RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'UDP/TLS/RTP/SAVPF', 'udptl'),
    formats: fc.uniqueArray(fc.constantFrom('0', '8', '9', '13', '18', '96', '97', '101', 't38'), { minLength: 1, maxLength: 6 }),
    attributes: fc.array(
      fc.constantFrom(
        'a=rtpmap:96 telephone-event/8000',
        'a=rtpmap:97 PCMA/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=ptime:30',
        'a=sendonly',
        'a=inactive',
        'c=IN IP4 0.0.0.0',
        'a=rtcp-mux',
        'a=junk',
      ),
      { maxLength: 5 },
    ),
  });
  const anyOffer = fc
    .array(mediaLine, { maxLength: 6 })
    .map((media) =>
      [
        'v=0',
        'o=- 1 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        ...media.flatMap((line) => [`m=${line.kind} ${line.port} ${line.protocol} ${line.formats.join(' ')}`, ...line.attributes]),
        '',
      ].join('\r\n'),
    );

  it('the answer has as many lines in the same order, one codec at most, formats that were offered, and can be read', () => {
    fc.assert(
      fc.property(anyOffer, (text) => {
        const offer = read(text);
        const choice = chooseFromOffer(offer, PEER, SPOKEN, 'off');
        const answer = read(writeAnswer(offer, choice.kind === 'agreed' ? choice.session : undefined, local));
        expect(answer.media.map(({ kind, protocol }) => [kind, protocol])).toEqual(
          offer.media.map(({ kind, protocol }) => [kind, protocol]),
        );
        const open = answer.media.filter(({ port }) => port > 0);
        expect(open).toHaveLength(choice.kind === 'agreed' ? 1 : 0);
        for (const [index, line] of answer.media.entries()) {
          expect(offer.media[index]?.formats).toEqual(expect.arrayContaining([...line.formats]));
          if (offer.media[index]?.port === 0) expect(line.port).toBe(0);
        }
        const names = [...(open[0]?.encodings.values() ?? [])].flat().map(({ name }) => name);
        expect(names.filter((name) => CODECS_IN_SDP.includes(name)).length).toBe(open.length);
        expect(names.filter((name) => name === 'telephone-event').length).toBeLessThanOrEqual(1);
        expect(names.every((name) => [...CODECS_IN_SDP, 'cn', 'telephone-event'].includes(name))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('which of several codecs', () => {
  const all = [
    'v=0',
    'c=IN IP4 192.0.2.9',
    'm=audio 4000 RTP/AVP 96 9 8 0 97 101',
    'a=rtpmap:96 opus/48000/2',
    'a=fmtp:96 useinbandfec=1;maxaveragebitrate=16000',
    'a=rtpmap:97 telephone-event/48000',
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');

  it.each([
    ['G.711 as it is, in the order of the caller', SPOKEN, 'PCMA', 8, 101],
    ['wideband first', ['G722', 'opus', 'PCMU', 'PCMA'], 'opus', 96, 97],
    ['G.722 before all', ['G722', 'PCMU', 'PCMA', 'opus'], 'G722', 9, 101],
    ['one law only', ['PCMU'], 'PCMU', 0, 101],
    ['nothing of what is preferred', ['opus', 'PCMA'], 'opus', 96, 97],
  ] as const)('%s', (_, spoken, codec, payloadType, telephoneEventPayloadType) => {
    expect(choose(all, [...spoken])).toMatchObject({ kind: 'agreed', session: { codec, payloadType, telephoneEventPayloadType } });
  });

  it('Opus is answered with what we want of it, and the caller gets what he asks for', () => {
    const offer = read(all);
    const choice = choose(all, ['opus']);
    expect(choice).toMatchObject({ session: { parameters: { useinbandfec: '1', maxaveragebitrate: '16000' }, ptimeMs: 20 } });
    const answer = writeAnswer(offer, choice.kind === 'agreed' ? choice.session : undefined, local);
    expect(answer).toContain('m=audio 30000 RTP/AVP 96 97\r\na=rtpmap:96 opus/48000/2\r\n');
    expect(answer).toMatch(/a=fmtp:96 minptime=10;useinbandfec=1;maxplaybackrate=16000;\S*stereo=0\r\n/);
    expect(answer).toContain('a=rtpmap:97 telephone-event/48000\r\na=fmtp:97 0-15\r\n');
  });

  it('a caller who has only one of the wide ones gets it', () => {
    expect(choose(offers.onlyOpus)).toMatchObject({ kind: 'agreed', session: { codec: 'opus' } });
    expect(choose('v=0\r\nm=audio 4000 RTP/AVP 9\r\n')).toMatchObject({ kind: 'agreed', session: { codec: 'G722', payloadType: 9 } });
  });

  it('keys that are offered at 8000 only are named beside Opus too, since a phone sends none otherwise', () => {
    const offer = all.replace('a=rtpmap:97 telephone-event/48000\r\n', '').replace(' 97 101', ' 101');
    const choice = choose(offer, ['opus']);
    expect(choice).toMatchObject({ session: { codec: 'opus', telephoneEventPayloadType: 101, telephoneEventClockHz: 8000 } });
    const answer = writeAnswer(read(offer), choice.kind === 'agreed' ? choice.session : undefined, local);
    expect(answer).toContain('m=audio 30000 RTP/AVP 96 101\r\n');
    expect(answer).toContain('a=rtpmap:101 telephone-event/8000\r\n');
  });

  it.each([
    ['a=ptime:30', 20],
    ['a=ptime:50', 40],
    ['a=ptime:5', 10],
  ])('of Opus %s makes packets of %i ms, which it has', (line, ptimeMs) => {
    expect(choose(`${all}${line}\r\n`, ['opus'])).toMatchObject({ session: { ptimeMs } });
  });

  it('lost packets are asked for where that was offered with RTP/AVPF, and nowhere else', () => {
    const avpf = all.replace('RTP/AVP ', 'RTP/AVPF ');
    expect(choose(`${avpf}a=rtcp-fb:8 nack\r\n`)).toMatchObject({ session: { feedback: true, nack: true } });
    expect(choose(`${avpf}a=rtcp-fb:* nack\r\n`)).toMatchObject({ session: { feedback: true, nack: true } });
    expect(choose(avpf)).toMatchObject({ session: { feedback: true, nack: false } });
    const plain = choose(`${all}a=rtcp-fb:8 nack\r\n`);
    expect(plain.kind === 'agreed' && 'nack' in plain.session).toBe(false);
    expect(writeAnswer(read(avpf), (choose(`${avpf}a=rtcp-fb:8 nack\r\n`) as { session: Negotiated }).session, local)).toContain(
      'a=rtcp-fb:8 nack\r\n',
    );
  });

  it('our own offers follow the same order, and keep their numbers within a call', () => {
    const text = writeOffer(planOffer(NO_LINES, ['opus', 'PCMA'], 'off'), local);
    expect(text).toContain('m=audio 30000 RTP/AVP 111 8 110 101\r\n');
    const session = new LocalSession(
      { address: '192.0.2.1', port: 30_000, rtcpPort: 30_001, sessionId: '1', keys: OWN_KEYS },
      ['opus', 'PCMA'],
      'off',
    );
    const first = session.offer();
    first.sent();
    expect(session.offer().offer.receives).toEqual(first.offer.receives);
  });
});
