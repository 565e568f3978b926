import { describe, expect, it } from 'vitest';
import { agree, type Agreement } from './agreement.ts';
import { readOffer } from './offer.ts';
import { chromium, firefox, libdatachannel, safari, vectors, werift } from './testing/vectors.ts';

const agreed = (text: string): Agreement => agree(readOffer(text));

describe('offers of real stacks', () => {
  it.each(Object.entries(vectors))('%s is understood', (_name, text) => {
    expect(agreed(text).transport.fingerprints).toEqual([{ algorithm: 'sha-256', value: expect.stringMatching(/^8B:0C:/) }]);
  });

  it('Chromium: Opus with FEC, its own telephone-event, a data channel', () => {
    const agreement = agreed(chromium);
    expect(agreement.audio).toEqual({
      codec: 'opus',
      payloadType: 111,
      ptimeMs: 20,
      telephoneEventPayloadType: 110,
      telephoneEventClockHz: 48_000,
      parameters: { minptime: '10', useinbandfec: '1' },
      feedback: true,
      nack: false,
      direction: 'sendrecv',
    });
    expect(agreement).toMatchObject({
      audioIndex: 0,
      dataIndex: 1,
      bundle: ['0', '1'],
      sctpPort: 5000,
      localSetup: 'passive',
      remoteLite: false,
    });
    expect(agreement.transport.usernameFragment).toBe('mD+r');
    expect(agreement.transport.candidates).toHaveLength(3);
    expect(agreement.transport.candidates[0]).toMatch(/^candidate:1467250027 1 udp /);
  });

  it('Firefox: fingerprint of the session, no candidate, a bundle-only data channel, keys at 8 kHz', () => {
    const agreement = agreed(firefox);
    expect(agreement.audio).toMatchObject({ telephoneEventPayloadType: 101, telephoneEventClockHz: 8_000 });
    expect(agreement).toMatchObject({ dataIndex: 1, sctpPort: 5000 });
    expect(agreement.transport.candidates).toEqual([]);
  });

  it('Safari: the data channel is tagged, video is not taken, DTX and NACK are', () => {
    const agreement = agreed(safari);
    expect(agreement).toMatchObject({ audioIndex: 1, dataIndex: 0, bundle: ['0', '1'] });
    expect(agreement.transport.candidates[0]).toContain('.local');
    expect(agreement.audio).toMatchObject({ nack: true, parameters: { useinbandfec: '1', usedtx: '1' } });
  });

  it('libdatachannel: bare line feeds, capitals in the transport, a bit rate', () => {
    const agreement = agreed(libdatachannel);
    expect(agreement.audio.parameters).toMatchObject({ useinbandfec: '1', maxaveragebitrate: '96000' });
    expect(agreement.transport.candidates).toEqual(['candidate:1 1 UDP 2122317823 192.0.2.5 60188 typ host']);
  });

  it('werift: PCMU, one way, without a data channel', () => {
    expect(agreed(werift)).toMatchObject({
      audio: { codec: 'PCMU', payloadType: 0, direction: 'recvonly' },
      dataIndex: undefined,
      sctpPort: undefined,
    });
  });
});

describe('what is agreed on', () => {
  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('%s is answered by %s', (offered, own) => {
    expect(agreed(chromium.replace('a=sendrecv', `a=${offered}`)).audio.direction).toBe(own);
  });

  it.each([
    ['actpass', 'passive'],
    ['active', 'passive'],
    ['passive', 'active'],
  ])('set-up %s is answered by %s', (offered, own) => {
    expect(agreed(chromium.replaceAll('a=setup:actpass', `a=setup:${offered}`)).localSetup).toBe(own);
  });

  it.each([
    ['a=ptime:60', 60],
    ['a=ptime:50', 40],
    ['a=ptime:5', 10],
    ['a=ptime:120', 60],
    ['a=ptime:20\r\na=maxptime:10', 10],
  ])('%s makes packets of %d ms of Opus', (line, ptimeMs) => {
    expect(agreed(chromium.replace('a=rtcp-mux', `a=rtcp-mux\r\n${line}`)).audio.ptimeMs).toBe(ptimeMs);
  });

  it('takes the first codec that is spoken here', () => {
    expect(agreed(chromium.replace('SAVPF 111 63 9 0 8', 'SAVPF 9 8 0 111')).audio).toMatchObject({ codec: 'G722', payloadType: 9 });
    expect(agreed(chromium.replace('SAVPF 111 63 9 0 8', 'SAVPF 18 8 0 111')).audio).toMatchObject({
      codec: 'PCMA',
      payloadType: 8,
      comfortNoisePayloadType: 13,
      telephoneEventPayloadType: 126,
      telephoneEventClockHz: 8_000,
    });
  });

  it('takes no data channel that would need a transport of its own', () => {
    expect(agreed(chromium.replace('BUNDLE 0 1', 'BUNDLE 0'))).toMatchObject({ dataIndex: undefined, bundle: ['0'] });
    expect(agreed(chromium.replace('a=group:BUNDLE 0 1\r\n', ''))).toMatchObject({ dataIndex: undefined, bundle: [], audioIndex: 0 });
  });

  it('knows an ICE-lite offerer', () => {
    expect(agreed(chromium.replace('t=0 0', 't=0 0\r\na=ice-lite')).remoteLite).toBe(true);
  });

  it('passes a strange candidate over, and those of RTCP', () => {
    const text = chromium.replace(
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=candidate:nonsense\r\na=candidate:9 2 udp 1 192.0.2.44 5 typ host\r\na=candidate:9 1 udp 1 192.0.2.44 99999 typ host',
    );
    expect(agreed(text).transport.candidates).toHaveLength(3);
  });
});

describe('offers that cannot be used', () => {
  it.each([
    ['not begun', 'hello', 'BAD_OFFER', "Line 1: 'hello'"],
    ['empty', '', 'BAD_OFFER', 'v=0'],
    ['without media', 'v=0\r\ns=-\r\n', 'BAD_OFFER', 'm=audio'],
    ['nothing but a beginning', 'v=0', 'BAD_OFFER', 'no m= line'],
    ['a line that is none', chromium.replace('s=-', 'hello'), 'BAD_OFFER', "Line 3: 'hello'"],
    ['a long line', chromium.replace('s=-', `s=${'x'.repeat(3_000)}`), 'BAD_OFFER', '3002 characters'],
    ['too many lines', chromium + 'a=x\r\n'.repeat(3_000), 'BAD_OFFER', '2000 lines'],
    ['too many media', chromium + 'm=video 0 X 1\r\n'.repeat(40), 'BAD_OFFER', 'more than 32'],
    ['a bad media line', chromium.replace('m=audio 51472', 'm=audio many'), 'BAD_OFFER', 'Line 8'],
    ['a port beyond', chromium.replace('m=audio 51472', 'm=audio 70000'), 'BAD_OFFER', 'Line 8'],
    ['no rtcp-mux', chromium.replace('a=rtcp-mux\r\n', ''), 'BAD_OFFER', 'a=rtcp-mux is missing'],
    ['no fingerprint', chromium.replaceAll(/a=fingerprint:.*\r\n/g, ''), 'BAD_OFFER', 'a=fingerprint'],
    ['a broken fingerprint', chromium.replace('8B:0C:', '8B:0G:'), 'BAD_OFFER', '32 pairs'],
    ['an md5 fingerprint', chromium.replaceAll('sha-256', 'md5'), 'BAD_OFFER', 'usable a=fingerprint'],
    ['no ufrag', chromium.replaceAll(/a=ice-ufrag:.*\r\n/g, ''), 'BAD_OFFER', 'without a=ice-ufrag'],
    ['no credentials', chromium.replaceAll(/a=ice-(ufrag|pwd):.*\r\n/g, ''), 'BAD_OFFER', 'are missing'],
    ['a short password', chromium.replace('a=ice-pwd:1q7nY2WJfSPYxgUyqOLEkhBs', 'a=ice-pwd:short'), 'BAD_OFFER', '22 to 256'],
    ['hold', chromium.replace('a=setup:actpass', 'a=setup:holdconn'), 'BAD_OFFER', 'a=setup:holdconn'],
    ['two ufrags', chromium.replace('a=ice-ufrag:mD+r', 'a=ice-ufrag:mD+r\r\na=ice-ufrag:other'), 'BAD_OFFER', 'twice'],
    ['a mid twice', chromium.replace('a=mid:1', 'a=mid:0').replace('BUNDLE 0 1', 'BUNDLE 0'), 'BAD_OFFER', 'a=mid:0'],
    ['a mid with a space', chromium.replace('a=mid:1', 'a=mid:1 2'), 'BAD_OFFER', 'a=mid:1 2'],
    ['an unknown mid in the group', chromium.replace('BUNDLE 0 1', 'BUNDLE 0 7'), 'BAD_OFFER', "'7'"],
    ['a bad rtpmap', chromium.replace('a=rtpmap:111 opus/48000/2', 'a=rtpmap:111 opus'), 'BAD_OFFER', '111 opus/48000/2'],
    ['a bad ptime', chromium.replace('a=rtcp-mux', 'a=rtcp-mux\r\na=ptime:soon'), 'BAD_OFFER', 'a=ptime:soon'],
    ['a bad sctp port', chromium.replace('a=sctp-port:5000', 'a=sctp-port:0'), 'BAD_OFFER', 'a=sctp-port:0'],
    [
      'many candidates',
      chromium.replace('a=rtcp-mux', `a=rtcp-mux\r\n${'a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n'.repeat(90)}a=x`),
      'BAD_OFFER',
      'more than 64 times',
    ],
    ['no audio', chromium.replace('m=audio', 'm=video'), 'NO_AUDIO', 'm=audio'],
    ['plain RTP', chromium.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'NO_AUDIO', 'DTLS'],
    ['switched-off audio', chromium.replace('m=audio 51472', 'm=audio 0'), 'NO_AUDIO', 'm=audio'],
    ['another codec', werift.replace('SAVPF 0', 'SAVPF 18'), 'NO_COMMON_CODEC', 'opus/48000/2'],
  ])('%s', (_name, text, code, words) => {
    expect(() => agreed(text)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});
