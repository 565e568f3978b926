import { describe, expect, it } from 'vitest';
import { Call } from '../testing/telephone-call.ts';

describe('outgoing RTP', () => {
  it('never stops: silence while the bot has nothing to say, over both wraps', () => {
    const call = new Call();
    call.run(1000);
    expect(call.sent).toHaveLength(50);
    call.sent.forEach((packet, i) => {
      expect(packet.sequence).toBe((65_530 + i) & 0xffff);
      expect(packet.timestamp).toBe((0xffff_ff00 + i * 160) >>> 0);
    });
    expect(call.loud()).toEqual([]);
  });

  it('marks the first packet of speech and only that', () => {
    const call = new Call();
    call.run(200);
    call.play(1, 100);
    call.run(400);
    expect(call.sent.filter((packet) => packet.marker)).toHaveLength(1);
    expect(call.sent.find((packet) => packet.marker)!.atMs).toBe(1200);
  });

  it('sends comfort noise only where it was agreed on, and the time goes on', () => {
    const call = new Call({ comfortNoisePayloadType: 13 });
    call.run(1000);
    expect(call.sent.map((packet) => packet.payloadType)).toEqual([13, 13, 13, 13, 13]);
    call.play(1, 20);
    call.run(20);
    expect(call.sent.at(-1)).toMatchObject({ payloadType: 0, marker: true, timestamp: (0xffff_ff00 + 50 * 160) >>> 0 });
  });

  it('honours the packet time of the offer', () => {
    const call = new Call({ ptimeMs: 30 });
    call.run(900);
    expect(call.sent).toHaveLength(30);
    expect((call.sent[1]!.timestamp - call.sent[0]!.timestamp) | 0).toBe(240);
  });

  it('sends nothing where it may not, but the time goes on', () => {
    const call = new Call({ direction: 'recvonly' });
    call.run(500);
    expect(call.sent).toEqual([]);
    call.core.update(call.nowMs, { direction: 'sendrecv' });
    call.run(20);
    expect(call.sent[0]!.timestamp).toBe((0xffff_ff00 + 25 * 160) >>> 0);
  });
});

describe('bot speech', () => {
  it('leaves with the next packet and is told', () => {
    const call = new Call();
    call.run(100);
    call.play(1, 500);
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(700);
    expect(call.first('playout-started')).toMatchObject({ turnId: 1, atMs: 1100 });
    const progress = call.events.filter((event) => event.kind === 'playout-progress').map((event) => event.playedSamples);
    expect(progress).toEqual([4800, 9600, 12_000]);
    expect(call.first('playout-finished')).toMatchObject({ turnId: 1, atMs: 1580 });
    expect(call.events.findLast((event) => event.kind === 'playout-queue')).toMatchObject({ queuedSamples: 0 });
  });

  it('stops with the abort: no packet of that turn after it, and none of its late pieces', () => {
    const call = new Call();
    call.play(1, 2000);
    call.run(300);
    call.send({ kind: 'abort-turn', turnId: 1 });
    const abortedAt = call.nowMs;
    call.play(1, 500, 1);
    call.run(500);
    expect(call.loud(abortedAt + 20)).toEqual([]);
    expect(call.core.stats()).toMatchObject({ piecesRefused: 1, staleTurnPackets: 0 });
    call.play(2, 100);
    call.run(100);
    expect(call.loud(call.nowMs - 100).length).toBeGreaterThanOrEqual(5);
  });

  it('refuses and counts what does not fit', () => {
    const call = new Call({}, { playoutQueueMs: 1000 });
    call.play(1, 900);
    call.play(1, 900, 1);
    expect(call.core.stats().playoutOverflowSamples).toBe(900 * 24);
  });

  it('waits while the caller holds, and goes on where it was', () => {
    const call = new Call();
    call.play(1, 400);
    call.run(200);
    call.core.update(call.nowMs, { held: true });
    call.run(60_000, 'nothing');
    expect(call.kinds()).not.toContain('media-timeout');
    call.core.update(call.nowMs, { held: true });
    call.core.update(call.nowMs, { held: false });
    expect(call.events.filter(({ kind }) => kind === 'held')).toMatchObject([{ held: true }, { held: false }]);
    const resumedAt = call.nowMs;
    call.run(400);
    expect(call.loud(resumedAt).length).toBeGreaterThanOrEqual(10);
  });
});

describe('caller speech', () => {
  it('opens and closes a talkspurt, with 400 ms before it, and everything sent before it closes', () => {
    const call = new Call();
    call.run(1000);
    call.run(600, 8000);
    call.run(600);
    const started = call.first('voice-started');
    const stopped = call.first('voice-stopped');
    expect(started.atMs - started.startedAtMs).toBeLessThanOrEqual(128);
    expect(stopped.lastVoiceAtMs).toBeCloseTo(2600, -2);
    expect(stopped.atMs - stopped.lastVoiceAtMs).toBeLessThanOrEqual(220);
    const audio = call.events.filter((event) => event.kind === 'caller-audio');
    const total = audio.reduce((sum, event) => sum + event.pcm.length, 0);
    expect(total / 16).toBeGreaterThan(400 + 600 + 180);
    expect(total / 16).toBeLessThan(400 + 600 + 260);
    expect(audio.every((event) => event.pcm.length <= 100 * 16)).toBe(true);
    expect(call.kinds().lastIndexOf('caller-audio')).toBeLessThan(call.kinds().indexOf('voice-stopped'));
  });

  it('ends when the packets stop in the middle of a word', () => {
    const call = new Call();
    call.run(1000);
    call.run(400, 8000);
    call.run(500, 'nothing');
    expect(call.first('voice-stopped').atMs).toBeLessThan(2400 + 300);
  });

  it('is one endless talkspurt when detection is off', () => {
    const call = new Call({}, { vad: { mode: 'off' } });
    call.run(1000);
    expect(call.kinds().filter((kind) => kind.startsWith('voice'))).toEqual(['voice-started']);
    expect(call.kinds().filter((kind) => kind === 'caller-audio')).toHaveLength(12);
  });

  it('comes back from the echo one packet later', () => {
    const call = new Call();
    call.send({ kind: 'set-echo', on: true });
    call.run(400, 8000);
    expect(call.loud()).toHaveLength(19);
    call.send({ kind: 'set-echo', on: false });
    const offAt = call.nowMs;
    call.run(200, 8000);
    expect(call.loud(offAt)).toEqual([]);
  });

  it('is not opened by the music of a caller who put us on hold', () => {
    const call = new Call({ held: true });
    call.run(2000, 8000);
    expect(call.kinds()).not.toContain('voice-started');
    call.core.update(call.nowMs, { held: false });
    call.run(400, 8000);
    expect(call.kinds()).toContain('voice-started');
  });

  it('presses keys', () => {
    const call = new Call();
    call.run(200);
    for (let i = 1; i <= 4; i += 1) call.key('#', i * 160, i === 4);
    expect(call.first('dtmf')).toMatchObject({ digit: '#', durationMs: 80 });
  });
});

describe('the caller over the bot', () => {
  const interrupted = () => {
    const call = new Call();
    call.play(1, 8000);
    call.run(2000);
    call.run(300, 8000);
    return call;
  };

  it('ducks, then pauses, within 200 ms of his first packet', () => {
    const call = interrupted();
    expect(call.first('playout-ducked').atMs - 3000).toBeLessThanOrEqual(100);
    const paused = call.first('playout-paused');
    expect(paused.atMs - 3000).toBeLessThanOrEqual(160);
    expect(paused.spurtId).toBe(call.first('voice-started').spurtId);
    expect(call.loud().at(-1)!.atMs - 3000).toBeLessThanOrEqual(180);
  });

  it('does not lose a word when it resumes', () => {
    const call = interrupted();
    const heard = call.events.findLast((event) => event.kind === 'playout-progress')!.playedSamples;
    call.run(400);
    call.send({ kind: 'resume-playout', turnId: 1 });
    const resumedAt = call.nowMs;
    call.run(6500);
    expect(call.first('playout-resumed').atMs).toBe(resumedAt);
    // A little is said twice, nothing is left out.
    const after = call.loud(resumedAt).length * 20;
    expect(after).toBeGreaterThan(8000 - heard / 24);
    expect(after).toBeLessThan(8000 - heard / 24 + 120);
  });

  it('leaves nothing after an abort while paused', () => {
    const call = interrupted();
    call.send({ kind: 'abort-turn', turnId: 1 });
    const abortedAt = call.nowMs;
    call.run(1000);
    expect(call.loud(abortedAt)).toEqual([]);
    expect(call.core.stats().staleTurnPackets).toBe(0);
  });

  it('cannot stop it where that was forbidden', () => {
    const call = new Call();
    call.send({ kind: 'set-barge-in', mode: 'off' });
    call.play(1, 3000);
    call.run(1000);
    call.run(1000, 8000);
    expect(call.kinds()).not.toContain('playout-paused');
    expect(call.kinds()).toContain('voice-started');
  });
});

describe('the network', () => {
  it('drops and counts packets from another source, which hear nothing', () => {
    const call = new Call();
    call.run(200);
    call.run(200, 9000, 4666);
    expect(call.core.stats()).toMatchObject({ packetsFromStrangers: 10, packetsReceived: 10 });
    expect(call.sent.every((packet) => packet.port === 4000)).toBe(true);
    expect(call.kinds()).not.toContain('voice-started');
  });

  it('follows a re-INVITE to another port', () => {
    const call = new Call();
    call.run(200);
    call.core.update(call.nowMs, { remote: { address: '192.0.2.9', port: 6000 } });
    call.run(200, 'silence', 6000);
    expect(call.sent.at(-1)!.port).toBe(6000);
    expect(call.core.stats().packetsReceived).toBe(20);
  });

  it('tells once that nothing has come for the time-out, and again after it came back', () => {
    const call = new Call();
    call.run(200);
    call.run(70_000, 'nothing');
    call.run(100);
    call.run(31_000, 'nothing');
    const timeouts = call.events.filter((event) => event.kind === 'media-timeout');
    expect(timeouts).toHaveLength(2);
    expect(timeouts[0]!.silentMs).toBeGreaterThanOrEqual(30_000);
    expect(timeouts[0]!.silentMs).toBeLessThan(30_100);
  });

  it('counts malformed packets and never throws', () => {
    const call = new Call();
    for (let i = 0; i < 500; i += 1) {
      const bytes = Uint8Array.from({ length: i % 60 }, (_, k) => (i * 31 + k * 17) & 0xff);
      if (i % 3 === 0 && bytes.length > 1) bytes[0] = 0x80;
      call.core.packet(call.nowMs, call.nowMs, bytes, '192.0.2.9', 4000);
      call.core.rtcp(call.nowMs, call.nowMs, bytes, '192.0.2.9');
    }
    call.run(100);
    expect(call.core.stats().packetsMalformed).toBeGreaterThan(300);
  });

  it('reports by RTCP every five seconds and at the end', () => {
    const call = new Call();
    call.run(21_000);
    expect(call.rtcp.length).toBeGreaterThanOrEqual(3);
    const before = call.rtcp.length;
    const stats = call.core.close(call.nowMs, call.nowMs);
    expect(call.rtcp.length).toBe(before + 1);
    expect(call.rtcp.every((port) => port === 4001)).toBe(true);
    expect(stats).toMatchObject({ packetsLost: 0, lossRatio: 0 });
    expect(stats.mos).toBeGreaterThan(4.3);
  });

  it('reports its statistics every five seconds', () => {
    const call = new Call();
    call.run(20_100);
    expect(call.kinds().filter((kind) => kind === 'media-stats')).toHaveLength(4);
  });
});
