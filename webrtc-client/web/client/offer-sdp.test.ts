import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareOffer } from './offer-sdp.ts';

const CHROMIUM = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 0',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  '',
].join('\r\n');

describe('our offer', () => {
  it('asks for lost packets again, for FEC and for DTX', () => {
    const lines = prepareOffer(CHROMIUM).split('\r\n');
    expect(lines).toContain('a=rtcp-fb:111 nack');
    expect(lines).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1');
    expect(lines).toContain('a=fmtp:63 111/111');
    expect(lines.indexOf('a=rtcp-fb:111 nack')).toBe(lines.indexOf('a=rtpmap:111 opus/48000/2') + 1);
  });

  it('says so where the browser has no parameters at all, and switches off nothing else', () => {
    const lines = prepareOffer(CHROMIUM.replace('a=fmtp:111 minptime=10;useinbandfec=1\r\n', '')).split('\r\n');
    expect(lines).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1');
    expect(prepareOffer(CHROMIUM.replace('useinbandfec=1', 'maxplaybackrate=48000;stereo=1;useinbandfec=0'))).toContain(
      'a=fmtp:111 minptime=10;maxplaybackrate=48000;stereo=1;useinbandfec=1;usedtx=1',
    );
  });

  it('prepared twice is prepared once', () => {
    expect(prepareOffer(prepareOffer(CHROMIUM))).toBe(prepareOffer(CHROMIUM));
  });

  it('without Opus, or of any text, is left alone', () => {
    const other = CHROMIUM.replace('opus', 'speex');
    expect(prepareOffer(other)).toBe(other);
    fc.assert(fc.property(fc.string(), (text) => prepareOffer(text) === text));
  });
});
