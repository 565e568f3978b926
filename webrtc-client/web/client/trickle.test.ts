import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localIce, restartedAnswer, trickleFragment } from './trickle.ts';

const OFFER = [
  'v=0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=ice-ufrag:abcd',
  'a=mid:1',
  '',
].join('\r\n');
const ANSWER = [
  'v=0',
  'a=ice-lite',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'a=ice-ufrag:old1',
  'a=ice-pwd:old-password-of-the-server',
  'a=candidate:1 1 udp 1 192.0.2.1 40000 typ host',
  'a=end-of-candidates',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  'a=ice-ufrag:old1',
  'a=ice-pwd:old-password-of-the-server',
  '',
].join('\r\n');

describe('candidates for the server', () => {
  it('go with the credentials and the section that they belong to', () => {
    const ice = localIce(OFFER);
    expect(ice).toEqual({ ufrag: 'abcd', pwd: '0123456789012345678901', mid: '0', mediaLine: 'm=audio 9 UDP/TLS/RTP/SAVPF 111' });
    if (ice === undefined) return;
    expect(trickleFragment(ice, ['candidate:1 1 udp 2 192.0.2.9 5000 typ host'], true).split('\r\n')).toEqual([
      'a=ice-ufrag:abcd',
      'a=ice-pwd:0123456789012345678901',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=candidate:1 1 udp 2 192.0.2.9 5000 typ host',
      'a=end-of-candidates',
      '',
    ]);
  });

  it('need an ICE session', () => {
    expect(localIce('v=0\r\n')).toBeUndefined();
    expect(localIce('m=audio 9 RTP/AVP 0\r\n')).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void localIce(text)));
  });
});

describe('the answer to a restart', () => {
  it('changes credentials and candidates and nothing else', () => {
    const fragment = [
      'a=ice-lite',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=ice-ufrag:new2',
      'a=ice-pwd:new-password-of-the-server',
      'a=candidate:7 1 udp 1 198.51.100.3 40001 typ host',
      'a=end-of-candidates',
      '',
    ].join('\r\n');
    expect(restartedAnswer(ANSWER, fragment)?.split('\r\n')).toEqual([
      'v=0',
      'a=ice-lite',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=ice-ufrag:new2',
      'a=ice-pwd:new-password-of-the-server',
      'a=candidate:7 1 udp 1 198.51.100.3 40001 typ host',
      'a=end-of-candidates',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=mid:1',
      'a=ice-ufrag:new2',
      'a=ice-pwd:new-password-of-the-server',
      '',
    ]);
  });

  it('of a single section gets its candidates at the end', () => {
    const single = 'v=0\r\nm=audio 9 x 0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\n';
    expect(restartedAnswer(single, 'a=ice-ufrag:c\r\na=ice-pwd:d\r\na=candidate:1\r\n')).toBe(
      'v=0\r\nm=audio 9 x 0\r\na=ice-ufrag:c\r\na=ice-pwd:d\r\na=candidate:1\r\n',
    );
  });

  it('without credentials is none', () => {
    expect(restartedAnswer(ANSWER, 'a=candidate:1\r\n')).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => restartedAnswer(ANSWER, text) === undefined));
  });
});
