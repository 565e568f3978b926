import { describe, expect, it } from 'vitest';
import { opusHasFec } from '../codec/opus-packet.ts';
import { voiceLike } from '../dsp/test-voice.ts';
import { writeRtpHeader } from '../rtp/packet.ts';
import { writeNack } from '../rtp/rtcp.ts';
import { OUR_SSRC, PeerCall, THEIR_SSRC, type Network } from '../testing/peer-call.ts';

describe('what a browser sends', () => {
  it('becomes a talkspurt of 16 kHz, heard without delay', () => {
    const call = new PeerCall();
    call.run(500, 'silence');
    call.run(300, 'voice');
    call.run(600, 'silence');
    const started = call.events.find((event) => event.kind === 'voice-started')!;
    expect(started.startedAtMs).toBeGreaterThan(1480);
    expect(started.startedAtMs).toBeLessThan(1580);
    expect(call.kinds()).toContain('voice-stopped');
    expect(call.heardMs()).toBeGreaterThan(400 + 300 + 180);
    expect(call.core.stats()).toMatchObject({ packetsLost: 0, packetsMalformed: 0, packetsFromStrangers: 0 });
  });

  it('ends its turns when the packets stop', () => {
    const call = new PeerCall();
    call.run(500, 'silence');
    call.run(300, 'voice');
    call.run(500, 'nothing');
    expect(call.kinds()).toContain('voice-stopped');
  });

  it('is taken as G.711 too', () => {
    const call = new PeerCall({ codec: 'PCMU', payloadType: 0 });
    const bytes = new Uint8Array(172);
    for (let i = 0; i < 50; i += 1) {
      writeRtpHeader(bytes, false, 0, i, i * 160, THEIR_SSRC);
      for (let k = 0; k < 160; k += 1) bytes[12 + k] = i < 20 || k % 8 < 4 ? 0x8f : 0x0f;
      call.core.packet(call.nowMs, call.nowMs, bytes);
      call.run(20);
    }
    call.run(100);
    expect(call.core.stats()).toMatchObject({ packetsReceived: 50, packetsLost: 0 });
    expect(call.kinds()).toContain('caller-audio');
    expect(call.sent[0]).toMatchObject({ payloadBytes: 160 });
  });

  it.each([[48_000], [8000]])('presses keys at a clock of %i Hz', (clockHz) => {
    const call = new PeerCall({ telephoneEventPayloadType: 126, telephoneEventClockHz: clockHz });
    for (let i = 1; i <= 4; i += 1) call.key(126, '7', (i * clockHz) / 50, i === 4);
    expect(call.events).toContainEqual({ kind: 'dtmf', digit: '7', durationMs: 80, atMs: 1000 });
  });

  it('may be anything, and never throws', () => {
    const call = new PeerCall({ nack: true });
    let seed = 3;
    const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8;
    for (let i = 0; i < 5000; i += 1) {
      const bytes = Uint8Array.from({ length: random() % 120 }, () => random());
      if (bytes.length > 3 && i % 4 !== 0) bytes[0] = 0x80 | (bytes[0]! & 0x1f);
      if (bytes.length > 3 && i % 4 === 1) bytes[1] = 111;
      if (bytes.length > 3 && i % 4 === 2) bytes[1] = 200 + (random() % 8);
      if (bytes.length > 12 && i % 8 === 1) writeRtpHeader(bytes, false, 111, i & 0xffff, (i * 960) >>> 0, THEIR_SSRC);
      call.core.packet(call.nowMs, call.nowMs, bytes);
      if (i % 10 === 0) call.run(20);
    }
    expect(call.core.stats().packetsMalformed).toBeGreaterThan(500);
    call.run(400, 'voice');
    expect(call.core.stats().packetsReceived).toBeGreaterThan(10);
  });
});

describe('lost packets', () => {
  const everyTenth: Network = (n) => (n % 10 === 9 ? 'lost' : 10);

  it('come from the packet after them where the sender put them in', () => {
    const call = new PeerCall({}, { vad: { mode: 'off', initialCreditMs: 20_000 } }, 20);
    call.network = everyTenth;
    call.run(6000, 'voice');
    const stats = call.core.stats();
    // The thirtieth has not been noticed yet.
    expect(stats.packetsLost).toBe(29);
    expect(stats.packetsRecovered).toBeGreaterThan(15);
    expect(stats.packetsRecovered! + stats.framesConcealed).toBe(29);
    expect(Math.abs(call.heardMs() - 6000)).toBeLessThan(100);
  });

  it('are concealed otherwise, and the line stays as long as the call', () => {
    const call = new PeerCall({}, { vad: { mode: 'off', initialCreditMs: 20_000 } });
    call.network = everyTenth;
    call.run(6000, 'voice');
    expect(call.core.stats()).toMatchObject({ packetsLost: 29, packetsRecovered: 0 });
    expect(call.core.stats().framesConcealed).toBe(29);
    expect(Math.abs(call.heardMs() - 6000)).toBeLessThan(100);
  });

  it('are asked for where that was agreed on, and put in their place', () => {
    const call = new PeerCall({ nack: true }, { vad: { mode: 'off', initialCreditMs: 20_000 } });
    call.network = everyTenth;
    call.resends = true;
    call.run(6000, 'voice');
    const stats = call.core.stats();
    expect(call.asked().length).toBeGreaterThanOrEqual(29);
    expect(stats.packetsRecovered).toBeGreaterThanOrEqual(29);
    expect(stats).toMatchObject({
      packetsLost: expect.toSatisfy((lost: number) => lost <= 1) as number,
      packetsLate: 0,
      framesConcealed: 0,
    });
    expect(Math.abs(call.heardMs() - 6000)).toBeLessThan(150);
  });

  it('are not asked for where that was not agreed on, nor where the answer would take too long', () => {
    const plain = new PeerCall();
    plain.network = everyTenth;
    plain.run(2000, 'voice');
    expect(plain.asked()).toEqual([]);
    const far = new PeerCall({ nack: true });
    far.run(3000, 'voice');
    const report = far.rtcp
      .flatMap(({ atMs, items }) => items.flatMap((item) => (item.kind === 'sender-report' ? [{ atMs, info: item.info }] : [])))
      .at(-1)!;
    const lastSr = (((report.info.ntpSeconds & 0xffff) << 16) | (report.info.ntpFraction >>> 16)) >>> 0;
    far.receiverReport(0, lastSr, Math.round(((far.nowMs - report.atMs - 400) * 65_536) / 1000) >>> 0);
    expect(far.core.stats().roundTripMs).toBeCloseTo(400, -1);
    far.network = everyTenth;
    far.run(2000, 'voice');
    expect(far.asked()).toEqual([]);
  });
});

describe('packets out of order', () => {
  /** Every seventh comes 35 ms after the one behind it. */
  const swapped: Network = (n) => (n % 7 === 6 ? 65 : 10);

  it('are put into order, once the wait has adapted, and the wait shrinks when they stop', () => {
    const call = new PeerCall({}, { vad: { mode: 'off', initialCreditMs: 20_000 }, jitter: { maxWaitMs: 0 } });
    expect(call.core.stats().jitterBufferMs).toBe(0);
    call.network = swapped;
    call.run(4000, 'voice');
    const { packetsLate, jitterBufferMs } = call.core.stats();
    expect(packetsLate).toBeGreaterThan(0);
    expect(packetsLate).toBeLessThan(4);
    expect(jitterBufferMs).toBeGreaterThanOrEqual(35);
    expect(jitterBufferMs).toBeLessThanOrEqual(60);
    call.network = () => 10;
    call.run(60_000, 'silence');
    expect(call.core.stats().jitterBufferMs).toBeLessThan(20);
    expect(call.core.stats()).toMatchObject({ packetsLate });
  });

  it('never come out backwards: the line is never longer than the time', () => {
    const call = new PeerCall({}, { vad: { mode: 'off', initialCreditMs: 20_000 } });
    let seed = 11;
    call.network = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % 90;
    call.run(5000, 'voice');
    call.network = () => 10;
    call.run(1000, 'silence');
    const stats = call.core.stats();
    expect(stats.packetsReceived).toBeGreaterThan(280);
    expect(call.heardMs()).toBeLessThan(6000 + 300);
    expect(stats.packetsLate).toBeLessThan(40);
  });
});

describe('what is sent to a browser', () => {
  it('is nothing but a sign of life while the bot is silent', () => {
    const call = new PeerCall();
    call.receiverReport(0);
    call.run(2000);
    expect(call.sent.map(({ atMs, payloadBytes }) => [atMs, payloadBytes])).toEqual(
      [1000, 1400, 1800, 2200, 2600].map((atMs) => [atMs, 1]),
    );
    expect((call.sent[1]!.timestamp - call.sent[0]!.timestamp) | 0).toBe(19_200);
    expect(call.sent.map(({ sequence }) => sequence)).toEqual([65_530, 65_531, 65_532, 65_533, 65_534]);
  });

  it('is such a sign every time until the far side has shown one of its own', () => {
    const call = new PeerCall();
    call.run(500);
    expect(call.sent).toHaveLength(25);
    expect(call.sent.every(({ payloadBytes }) => payloadBytes === 1)).toBe(true);
    call.receiverReport(0);
    call.run(800);
    expect(call.sent.slice(25).map(({ atMs }) => atMs)).toEqual([1500, 1900]);
    const alone = new PeerCall();
    alone.run(20_000);
    expect(alone.sent.length).toBeLessThan(500 + 27);
  });

  it('begins with a marker, ends flushed, and its time goes on', () => {
    const call = new PeerCall();
    call.receiverReport(0);
    call.run(200);
    call.play(1, 200);
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(600);
    const marked = call.sent.filter(({ marker }) => marker);
    expect(marked).toHaveLength(1);
    expect(marked[0]!.atMs).toBe(1200);
    expect((marked[0]!.timestamp - call.sent[0]!.timestamp) | 0).toBe(9600);
    const loud = call.sent.filter((packet) => packet.levelDbov > -30);
    expect(loud.length).toBeGreaterThanOrEqual(10);
    expect(call.sent.filter(({ atMs }) => atMs >= 1200 && atMs < 1480).map(({ payloadBytes }) => payloadBytes > 1)).toEqual([
      ...Array.from({ length: 13 }, () => true),
      false,
    ]);
    expect(call.events.find((event) => event.kind === 'playout-finished')).toMatchObject({ turnId: 1 });
  });

  it('stops with the abort', () => {
    const call = new PeerCall();
    call.play(1, 2000);
    call.run(300);
    call.send({ kind: 'abort-turn', turnId: 1 });
    const abortedAt = call.nowMs;
    call.run(500);
    expect(call.sent.filter(({ atMs, levelDbov: level }) => atMs >= abortedAt + 40 && level > -50)).toEqual([]);
    expect(call.core.stats().staleTurnPackets).toBe(0);
  });

  it('is paused by the caller, without losing a word', () => {
    const call = new PeerCall();
    call.play(1, 5000);
    call.run(1000, 'silence');
    call.run(300, 'voice');
    expect(call.kinds()).toContain('playout-paused');
    call.run(300, 'silence');
    call.send({ kind: 'resume-playout', turnId: 1 });
    call.run(5000, 'silence');
    const voiced = call.sent.filter(({ payloadBytes, levelDbov: level }) => payloadBytes > 1 && level > -45).length * 20;
    expect(voiced).toBeGreaterThan(4950);
    expect(voiced).toBeLessThan(5250);
  });

  it('is the caller himself where that is wanted', () => {
    const call = new PeerCall();
    call.send({ kind: 'set-echo', on: true });
    call.run(300, 'silence');
    call.run(600, 'voice');
    expect(call.sent.filter((packet) => packet.levelDbov > -40).length).toBeGreaterThan(15);
  });

  it('carries frames twice as soon as the far side loses some, and not before', () => {
    const call = new PeerCall();
    const withFec = (fromMs: number) => call.sent.filter(({ atMs, bytes }) => atMs > fromMs && opusHasFec(bytes, 12, bytes.length)).length;
    call.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: voiceLike(24_000, 6000) });
    call.run(2000, 'silence');
    expect(withFec(0)).toBe(0);
    call.receiverReport(40);
    const toldAt = call.nowMs;
    call.run(2000, 'silence');
    expect(withFec(toldAt)).toBeGreaterThan(30);
    call.core.setComplexity(1);
    call.run(200, 'silence');
  });

  it('is sent again to who lacks it: soon, once, and not without end', () => {
    const call = new PeerCall({ nack: true });
    call.play(1, 5000);
    call.run(1000, 'silence');
    const nack = (sequences: number[]) => {
      const before = call.sent.length;
      call.core.packet(call.nowMs, call.nowMs, writeNack(new Uint8Array(0), THEIR_SSRC, OUR_SSRC, sequences));
      return call.sent.slice(before);
    };
    const lacked = call.sent.at(-3)!;
    expect(nack([lacked.sequence]).map(({ bytes }) => bytes)).toEqual([lacked.bytes]);
    expect(nack([lacked.sequence])).toEqual([]);
    expect(nack([call.sent[0]!.sequence])).toEqual([]);
    expect(nack(call.sent.slice(-30).map(({ sequence }) => sequence)).length).toBeLessThanOrEqual(10);
    const plain = new PeerCall();
    plain.play(1, 500);
    plain.run(200);
    const before = plain.sent.length;
    plain.core.packet(plain.nowMs, plain.nowMs, writeNack(new Uint8Array(0), THEIR_SSRC, OUR_SSRC, [plain.sent[3]!.sequence]));
    expect(plain.sent).toHaveLength(before);
  });

  it('is nothing at all where the direction says so', () => {
    const call = new PeerCall({ direction: 'recvonly' });
    call.play(1, 500);
    call.run(1000);
    expect(call.sent).toEqual([]);
    call.core.update(call.nowMs, { direction: 'sendrecv' });
    call.run(100);
    expect(call.sent.length).toBeGreaterThan(3);
  });
});

describe('reports', () => {
  it('go out every second with the clock of the codec, and end with a goodbye', () => {
    const call = new PeerCall();
    call.play(1, 9000);
    call.run(10_000, 'voice');
    const reports = call.rtcp.flatMap(({ atMs, items }) =>
      items.flatMap((item) => (item.kind === 'sender-report' ? [{ atMs, ...item }] : [])),
    );
    expect(reports.length).toBeGreaterThanOrEqual(9);
    const [first, last] = [reports[1]!, reports.at(-1)!];
    const ticks = (last.info.rtpTimestamp - first.info.rtpTimestamp) | 0;
    expect(Math.abs(ticks / 48 - (last.atMs - first.atMs))).toBeLessThanOrEqual(20);
    expect(last.blocks[0]).toMatchObject({ ssrc: THEIR_SSRC, fractionLost: 0, cumulativeLost: 0 });
    call.core.close(call.nowMs, call.nowMs);
    expect(call.rtcp.at(-1)!.items.map(({ kind }) => kind)).toContain('goodbye');
  });

  it('tell of a caller who is no more', () => {
    const call = new PeerCall();
    call.run(500, 'silence');
    call.run(31_000);
    expect(call.kinds().filter((kind) => kind === 'media-timeout')).toHaveLength(1);
    expect(call.kinds().filter((kind) => kind === 'media-stats').length).toBeGreaterThanOrEqual(6);
  });
});

describe('a browser whose packets come in bursts', () => {
  it.each([3, 5, 8])('of %i is not torn apart, and its line is as long as the call', (burst) => {
    const call = new PeerCall({}, { vad: { mode: 'off', initialCreditMs: 30_000 } });
    call.network = (n) => 10 + (burst - 1 - (n % burst)) * 20;
    call.run(5_000, 'voice');
    expect(call.core.stats()).toMatchObject({ packetsLost: 0, packetsLate: 0, framesConcealed: 0 });
    expect(call.heardMs()).toBeGreaterThan(4_700);
    expect(call.heardMs()).toBeLessThan(5_200);
  });
});
