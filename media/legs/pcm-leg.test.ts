import { describe, expect, it } from 'vitest';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { rms, tone } from '../dsp/test-signals.ts';
import type { PcmLegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import { PcmLeg } from './pcm-leg.ts';

const SPEC: PcmLegSpec = { legId: 'leg', inputRateHz: 16_000, chunkMs: 100, leadMs: 200 };

/** A PCM leg with its caller, in virtual time. Speech is told by energy, so a tone is speech. */
class Call {
  nowMs = 1000;
  readonly chunks: { readonly atMs: number; readonly turnId: number; readonly pcm: Int16Array }[] = [];
  readonly events: LegMediaEvent[] = [];
  readonly core: PcmLeg;
  readonly #perMs: number;

  constructor(spec: Partial<PcmLegSpec> = {}, options: object = {}) {
    this.#perMs = (spec.inputRateHz ?? 16_000) / 1000;
    this.core = new PcmLeg(this.nowMs, { ...SPEC, ...spec }, mediaOptions.parse({ vad: { mode: 'energy' }, ...options }), undefined, {
      botPcm: (turnId, pcm) => this.chunks.push({ atMs: this.nowMs, turnId, pcm }),
      emit: (event) => this.events.push(event),
    });
  }

  /** `pieceMs`: as long as the pieces are, so often they come. */
  run(forMs: number, caller: 'voice' | 'silence' | 'nothing' = 'nothing', pieceMs = 100): void {
    for (const end = this.nowMs + forMs; this.nowMs < end; this.nowMs += 10) {
      if (caller !== 'nothing' && this.nowMs % pieceMs === 0) this.say(caller, pieceMs);
      if (this.core.dueMs <= this.nowMs) this.core.tick(this.nowMs);
    }
  }

  say(caller: 'voice' | 'silence', forMs: number): void {
    const count = forMs * this.#perMs;
    this.core.audio(this.nowMs, caller === 'voice' ? tone(300, this.#perMs * 1000, count) : new Int16Array(count));
  }

  send(command: LegMediaCommand): void {
    this.core.command(this.nowMs, command);
  }

  play(turnId: number, forMs: number, pieceId = 0): void {
    this.send({ kind: 'play', turnId, pieceId, pcm: tone(500, 24_000, forMs * 24) });
  }

  all<Kind extends LegMediaEvent['kind']>(kind: Kind): Extract<LegMediaEvent, { kind: Kind }>[] {
    return this.events.filter((event) => event.kind === kind) as Extract<LegMediaEvent, { kind: Kind }>[];
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  sentMs(): number {
    return this.chunks.reduce((sum, { pcm }) => sum + pcm.length, 0) / 24;
  }

  heardUpMs(): number {
    return this.all('caller-audio').reduce((sum, { pcm }) => sum + pcm.length, 0) / 16;
  }
}

describe('caller audio over a stream', () => {
  it.each([
    [16_000, 100],
    [16_000, 20],
    [8000, 100],
  ] as const)('at %i Hz in pieces of %i ms becomes a talkspurt of 16 kHz', (inputRateHz, pieceMs) => {
    const call = new Call({ inputRateHz });
    call.run(600, 'silence', pieceMs);
    call.run(500, 'voice', pieceMs);
    call.run(700, 'silence', pieceMs);
    expect(call.kinds().filter((kind) => kind.startsWith('voice'))).toEqual(['voice-started', 'voice-stopped']);
    expect(call.heardUpMs()).toBeGreaterThan(400 + 500 + 180);
    expect(call.heardUpMs()).toBeLessThan(400 + 500 + 380);
  });

  it('of odd lengths loses nothing', () => {
    const call = new Call({}, { vad: { mode: 'off', initialCreditMs: 20_000 } });
    for (let i = 0; i < 100; i += 1) {
      call.core.audio(call.nowMs, tone(300, 16_000, 101 + ((i * 37) % 400)));
      call.run(20);
    }
    const given = Array.from({ length: 100 }, (_, i) => 101 + ((i * 37) % 400)).reduce((a, b) => a + b, 0) / 16;
    expect(given - call.heardUpMs()).toBeLessThan(100);
    expect(given - call.heardUpMs()).toBeGreaterThanOrEqual(0);
  });

  it('is not torn by pieces that are a little late, but a turn ends when none come', () => {
    const call = new Call({}, { vad: { mode: 'off', initialCreditMs: 20_000 } });
    for (let i = 0; i < 20; i += 1) {
      call.say('voice', 100);
      call.run(i % 2 === 0 ? 160 : 40);
    }
    expect(call.heardUpMs()).toBeLessThanOrEqual(2000);
    const other = new Call();
    other.run(500, 'silence');
    other.run(500, 'voice');
    other.run(700, 'nothing');
    expect(other.all('voice-stopped')).toHaveLength(1);
    expect(other.all('voice-stopped')[0]!.atMs).toBeLessThan(2000 + 600);
  });

  it('that comes all at once is taken as far as is sensible; the rest is dropped and told', () => {
    const call = new Call({}, { vad: { mode: 'off', initialCreditMs: 30_000 } });
    call.say('voice', 20_000);
    expect(call.all('uplink-dropped')).toEqual([{ kind: 'uplink-dropped', samples: 9000 * 16, atMs: 1000 }]);
    expect(call.heardUpMs()).toBeLessThanOrEqual(1000);
    call.run(9500);
    expect(call.heardUpMs()).toBeGreaterThan(10_800);
    expect(call.heardUpMs()).toBeLessThan(11_100);
    expect(call.core.stats()).toMatchObject({ packetsReceived: 1, packetsLost: 450 });
    call.core.audio(call.nowMs, new Int16Array(0));
  });

  it('is missed when it stays away', () => {
    const call = new Call();
    call.run(300, 'silence');
    call.run(31_000);
    expect(call.all('media-timeout')).toHaveLength(1);
  });

  it('comes back as an echo', () => {
    const call = new Call();
    call.send({ kind: 'set-echo', on: true });
    call.run(3000, 'voice');
    expect(call.sentMs()).toBeGreaterThan(2600);
    expect(call.chunks.slice(2).every(({ pcm }) => rms(pcm) > 5000)).toBe(true);
  });
});

describe('bot audio over a stream', () => {
  it('leaves at once, ahead of the clock by what was asked for, whole', () => {
    const call = new Call();
    call.run(100);
    call.play(1, 1000);
    call.send({ kind: 'play-end', turnId: 1 });
    expect(call.chunks.map(({ atMs, pcm }) => [atMs, pcm.length])).toEqual([
      [1100, 2400],
      [1100, 2400],
      [1100, 2400],
    ]);
    call.run(2000);
    expect(call.sentMs()).toBe(1000);
    expect(call.chunks.every(({ turnId, pcm }) => turnId === 1 && rms(pcm) > 5000)).toBe(true);
    const ahead = call.chunks.map(({ atMs }, i) => (i + 1) * 100 - (atMs - 1100));
    expect(Math.max(...ahead)).toBeLessThanOrEqual(320);
    expect(Math.min(...ahead.slice(1, -1))).toBeGreaterThan(100);
  });

  it('is told as heard when the clock says so', () => {
    const call = new Call();
    call.play(1, 1000);
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(2000);
    expect(call.all('playout-started')).toMatchObject([{ turnId: 1, atMs: 1000 }]);
    for (const { playedSamples, atMs } of call.all('playout-progress')) expect(playedSamples / 24).toBeLessThanOrEqual(atMs - 1000 + 20);
    expect(call.all('playout-progress').at(-1)).toMatchObject({ playedSamples: 24_000 });
    expect(call.all('playout-finished')).toMatchObject([{ turnId: 1, atMs: 2000 }]);
  });

  it('that comes slowly is sent as it comes, without holes of ours', () => {
    const call = new Call();
    for (let i = 0; i < 20; i += 1) {
      call.play(1, 50, i);
      call.run(50);
    }
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(500);
    expect(call.sentMs()).toBe(1000);
    expect(call.chunks.every(({ pcm }) => rms(pcm) > 3000)).toBe(true);
    expect(call.all('playout-finished')).toHaveLength(1);
  });

  it('stops with the abort, and what was not heard is not told', () => {
    const call = new Call();
    call.play(1, 3000);
    call.run(500);
    call.send({ kind: 'abort-turn', turnId: 1 });
    const sent = call.sentMs();
    expect(call.all('playout-progress').at(-1)!.playedSamples / 24).toBeCloseTo(500, -2);
    call.run(1000);
    expect(call.sentMs()).toBe(sent);
    expect(call.all('playout-progress').at(-1)!.playedSamples / 24).toBeLessThanOrEqual(510);
    expect(call.core.stats()).toMatchObject({ staleTurnPackets: 0 });
    call.play(1, 100);
    expect(call.core.stats()).toMatchObject({ piecesRefused: 1 });
    call.play(2, 300);
    call.run(600);
    expect(call.sentMs() - sent).toBe(300);
  });

  it('is paused by the caller at once, and taken up again where it was heard to stop', () => {
    const call = new Call();
    // In short chunks, as a synthesiser makes them.
    for (let i = 0; i < 60; i += 1) call.play(1, 50, Math.floor(i / 10));
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(1000, 'silence');
    call.run(400, 'voice');
    const paused = call.all('playout-paused')[0]!;
    expect(paused.atMs - 2000).toBeLessThan(350);
    const heardMs = paused.atMs - 1000;
    const sentBefore = call.sentMs();
    call.run(500, 'silence');
    expect(call.sentMs()).toBe(sentBefore);
    call.send({ kind: 'resume-playout', turnId: 1 });
    call.run(4000, 'silence');
    const again = call.sentMs() - sentBefore;
    expect(again).toBeGreaterThanOrEqual(3000 - heardMs);
    expect(again).toBeLessThan(3000 - heardMs + 100);
    expect(call.all('playout-started')).toHaveLength(1);
    expect(call.all('playout-finished')).toHaveLength(1);
    const last = call
      .all('playout-progress')
      .filter(({ pieceId }) => pieceId === 5)
      .at(-1)!;
    expect(last.playedSamples).toBe(12_000);
  });

  it('can be interrupted even when all of it has left', () => {
    const call = new Call({ leadMs: 500 });
    call.run(300, 'silence');
    call.play(1, 500);
    call.send({ kind: 'play-end', turnId: 1 });
    call.run(300, 'voice');
    expect(call.kinds()).toContain('playout-paused');
    call.run(1000, 'silence');
    expect(call.kinds()).not.toContain('playout-finished');
    call.send({ kind: 'resume-playout', turnId: 1 });
    call.run(1000, 'silence');
    expect(call.all('playout-finished')).toHaveLength(1);
  });

  it('ends honestly when the leg does', () => {
    const call = new Call();
    call.play(1, 2000);
    call.run(300);
    call.core.close(call.nowMs);
    expect(call.all('playout-progress').at(-1)!.playedSamples / 24).toBeCloseTo(300, -2);
  });
});
