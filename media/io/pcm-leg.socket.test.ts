import { afterEach, describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { join, rms, silence, tone } from '../dsp/test-signals.ts';
import type { OpenPcmLeg } from '../media-port.ts';
import type { MediaPool } from './media-pool.ts';
import { startTestPool, until } from './test-pool.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

interface Call {
  readonly pool: MediaPool;
  readonly leg: OpenPcmLeg;
  /** Events and bot audio as they came. */
  readonly log: (LegMediaEvent | { readonly kind: 'audio'; readonly turnId: number; readonly pcm: Int16Array })[];
}

async function call(legId = 'leg'): Promise<Call> {
  const pool = await startTestPool();
  opened.push(pool);
  const leg = await pool.openPcmLeg({ legId, inputRateHz: 16_000, chunkMs: 100, leadMs: 200 });
  const log: Call['log'] = [];
  leg.onEvent((event) => log.push(event));
  leg.onAudio(({ turnId, pcm }) => log.push({ kind: 'audio', turnId, pcm }));
  return { pool, leg, log };
}

/** As a microphone would. */
async function speak(leg: OpenPcmLeg, pcm: Int16Array): Promise<void> {
  for (let at = 0; at < pcm.length; at += 1600) {
    leg.write(pcm.slice(at, at + 1600));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const kinds = (log: Call['log']) => log.map((entry) => entry.kind);

describe('a PCM leg in a real worker', () => {
  it('hears and says so', async () => {
    const { leg, log } = await call();
    await speak(leg, join(silence(3200), tone(300, 16_000, 6400), silence(9600)));
    await until(() => kinds(log).includes('voice-stopped'));
    const samples = log.reduce((sum, entry) => sum + (entry.kind === 'caller-audio' ? entry.pcm.length : 0), 0);
    expect(samples).toBeGreaterThan(6400);
  });

  it('speaks all of it, in order with the events', async () => {
    const { leg, log } = await call();
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(440, 24_000, 12_000) });
    leg.send({ kind: 'play-end', turnId: 1 });
    await until(() => kinds(log).includes('playout-finished'));
    const audio = log.filter((entry) => entry.kind === 'audio');
    expect(audio.reduce((sum, { pcm }) => sum + pcm.length, 0)).toBeGreaterThanOrEqual(12_000);
    expect(audio.every(({ turnId, pcm }) => turnId === 1 && rms(pcm) > 200)).toBe(true);
    expect(kinds(log).lastIndexOf('audio')).toBeLessThan(kinds(log).indexOf('playout-finished'));
    expect(kinds(log)).toContain('playout-started');
  });

  it('sends nothing of a turn once it has been aborted', async () => {
    const { leg, log } = await call();
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(440, 24_000, 48_000) });
    await until(() => kinds(log).includes('audio'));
    leg.send({ kind: 'abort-turn', turnId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = log.filter((entry) => entry.kind === 'audio').length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(log.filter((entry) => entry.kind === 'audio')).toHaveLength(before);
    expect(await leg.close()).toMatchObject({ staleTurnPackets: 0 });
  });

  it('leaves a view into a bigger buffer to its owner, and closes twice with one answer', async () => {
    const { leg } = await call();
    const buffer = silence(3200);
    leg.write(buffer.subarray(0, 1600));
    expect(buffer).toHaveLength(3200);
    expect(await leg.close()).toBe(await leg.close());
  });

  it('is lost with its worker', async () => {
    const { leg, log, pool } = await call('crash');
    leg.send({ kind: 'set-echo', on: true });
    await until(() => kinds(log).includes('media-lost'));
    await leg.close();
    expect(pool.stats()).toMatchObject({ legs: 0, workersDied: 1 });
  });
});
