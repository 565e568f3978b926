import { describe, expect, it } from 'vitest';
import { parseWebRtcAddress } from './address.ts';
import { bestCandidate, isMedia, throughCandidate, withoutCandidates } from './candidates.ts';
import { answeredPayloadType, answersNack, withNack } from './offer.ts';
import { RandomLoss } from './random-loss.ts';
import { Reception } from './reception.ts';
import { readRtcp, writeNack, writeReceiverReport } from './rtcp.ts';
import { isRtcp, parseRtp, sequenceDistance, writeRtp } from '../rtp.ts';
import { SentHistory } from './sent-history.ts';

const packet = (sequence: number, payload: number[] = [1, 2, 3]) => ({
  payloadType: 111,
  marker: false,
  sequence,
  timestamp: sequence * 960,
  ssrc: 7,
  payload: Uint8Array.from(payload),
});

describe('RTP of the calling side', () => {
  it('reads what it writes', () => {
    const bytes = writeRtp({ ...packet(65535), marker: true, timestamp: 0xffffffff });
    expect({ ...parseRtp(bytes), payload: [...(parseRtp(bytes)?.payload ?? [])] }).toEqual({
      ...packet(65535),
      marker: true,
      timestamp: 0xffffffff,
      payload: [1, 2, 3],
    });
  });

  it('skips contributing sources, header extension and padding', () => {
    const bytes = Buffer.from([0xb1, 0x6f, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 8, 8, 8, 8, 5, 6, 0, 2]);
    expect([...(parseRtp(bytes)?.payload ?? [])]).toEqual([5, 6]);
  });

  it.each([[[]], [[0x80, 111]], [[0x40, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]], [[0x9f, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]])(
    'takes %j for no RTP',
    (bytes) => {
      expect(parseRtp(Uint8Array.from(bytes))).toBeUndefined();
    },
  );

  it('tells RTCP by its packet type and counts over the wrap', () => {
    expect(isRtcp(writeNack(1, 2, [3]))).toBe(true);
    expect(isRtcp(writeRtp(packet(1)))).toBe(false);
    expect(sequenceDistance(2, 65534)).toBe(4);
    expect(sequenceDistance(65534, 2)).toBe(-4);
  });
});

describe('RTCP of the calling side', () => {
  it('asks for packets and understands being asked, over the wrap', () => {
    expect(readRtcp(writeNack(1, 2, [65534, 65535, 0, 14, 15, 300])).nacked).toEqual([65534, 65535, 0, 14, 15, 300]);
  });

  it('reports loss in 1/256', () => {
    const report = writeReceiverReport(1, {
      ssrc: 2,
      lossRatio: 0.05,
      lost: 10,
      highestSequence: 70_000,
      jitter: 12,
      lastReport: { ntpMiddle: 0x11223344, agoMs: 500 },
    });
    expect(readRtcp(report).fractionLost).toBe(13);
    expect(report.readUInt32BE(24)).toBe(0x11223344);
    expect(report.readUInt32BE(28)).toBe(32768);
  });

  it('reads the middle of a sender report and is not led astray by what is cut off', () => {
    const report = Buffer.alloc(28);
    report.set([0x80, 200, 0, 6]);
    report.writeUInt32BE(9, 4);
    report.writeUInt32BE(0x00011234, 8);
    report.writeUInt32BE(0x56780000, 12);
    expect(readRtcp(report).senderReport).toEqual({ ssrc: 9, ntpMiddle: 0x12345678 });
    for (let length = 0; length < 28; length++)
      expect(readRtcp(report.subarray(0, length))).toEqual({ nacked: [], senderReport: undefined, fractionLost: undefined });
  });
});

describe('reception', () => {
  it('asks for what is missing, thrice, and counts what came back', () => {
    const reception = new Reception(48_000, true);
    for (const sequence of [65534, 65535, 2]) reception.packet(0, packet(sequence));
    expect(reception.toAskFor(0)).toEqual([0, 1]);
    expect(reception.toAskFor(30)).toEqual([]);
    expect(reception.packet(40, packet(1))).toBe(true);
    expect(reception.packet(41, packet(1))).toBe(false);
    expect(reception.toAskFor(70)).toEqual([0]);
    expect(reception.toAskFor(140)).toEqual([0]);
    expect(reception.toAskFor(210)).toEqual([]);
    expect(reception.counts).toEqual({ expected: 5, received: 4, recovered: 1, lost: 1 });
    expect(reception.report(undefined)).toMatchObject({ lossRatio: 0.2, lost: 1, highestSequence: 65538 });
    expect(reception.report(undefined)?.lossRatio).toBe(0);
  });

  it('asks for nothing where it was not agreed on', () => {
    const reception = new Reception(8000, false);
    for (const sequence of [1, 3]) reception.packet(0, packet(sequence));
    expect(reception.toAskFor(0)).toEqual([]);
    expect(reception.counts.lost).toBe(1);
  });
});

describe('what was sent', () => {
  it('is found again for five seconds and no longer', () => {
    const history = new SentHistory();
    for (let i = 65000; i < 66000; i++) history.keep(i & 0xffff, writeRtp(packet(i & 0xffff)));
    expect(parseRtp(history.find(463) ?? new Uint8Array())?.sequence).toBe(463);
    expect(history.find(100)).toBeUndefined();
    expect(history.find(464)).toBeUndefined();
  });
});

describe('random loss', () => {
  it('loses the share asked for, the same packets for the same seed', () => {
    const draws = (seed: number) => {
      const loss = new RandomLoss(0.05, seed);
      return Array.from({ length: 20_000 }, () => loss.drops());
    };
    expect(draws(1).filter(Boolean).length / 20_000).toBeCloseTo(0.05, 2);
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(new RandomLoss(0, 1).drops()).toBe(false);
  });
});

describe('offer and answer', () => {
  it('offers NACK for the codec', () => {
    expect(withNack('m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n', 111)).toBe(
      'm=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\na=fmtp:111 useinbandfec=1\r\n',
    );
  });

  it('reads what the answer took', () => {
    expect(answeredPayloadType('v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n')).toBe(111);
    expect(answeredPayloadType('v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\n')).toBeUndefined();
    expect(answersNack('a=rtcp-fb:111 nack\r\n')).toBe(true);
    expect(answersNack('a=rtcp-fb:111 nack pli\r\n')).toBe(false);
  });

  it('can be led another way', () => {
    const sdp =
      'v=0\r\na=candidate:1 1 udp 10 fd00::2 4 typ host\r\na=candidate:2 1 UDP 20 10.0.0.1 5 typ host\r\na=candidate:3 1 udp 30 192.0.2.1 6 typ host\r\na=mid:0\r\n';
    expect(bestCandidate(sdp)).toEqual({ address: '192.0.2.1', port: 6 });
    expect(bestCandidate('v=0\r\n')).toBeUndefined();
    expect(throughCandidate(sdp, { address: '127.0.0.1', port: 7 })).toBe(
      'v=0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 7 typ host\r\na=mid:0\r\n',
    );
    expect(withoutCandidates(`${sdp}a=end-of-candidates\r\n`)).toBe('v=0\r\na=mid:0\r\n');
    expect([0x01, 0x16, 0x80, 0xbf].map((byte) => isMedia(Uint8Array.of(byte)))).toEqual([false, false, true, true]);
  });

  it('knows whom to call', () => {
    expect(parseWebRtcAddress('webrtc:bot')).toEqual({ persona: 'bot', baseUrl: undefined });
    expect(parseWebRtcAddress('webrtc:bot@http://127.0.0.1:3000/')).toEqual({ persona: 'bot', baseUrl: 'http://127.0.0.1:3000' });
    expect(() => parseWebRtcAddress('webrtc:bot@127.0.0.1')).toThrow('webrtc:PERSONA@http://HOST:PORT, such as');
  });
});
