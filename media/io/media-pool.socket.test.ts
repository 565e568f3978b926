import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { join, rms, silence, tone } from '../dsp/test-signals.ts';
import type { LegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import { createMediaPool, type MediaPool } from './media-pool.ts';
import type { OpenLeg } from '../media-port.ts';
import { RtpPhone } from '#callers/io/rtp-phone';

const clock = { nowMs: () => performance.timeOrigin + performance.now(), wallMs: () => Date.now() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function startPool(options: object = {}): Promise<MediaPool> {
  const parsed = mediaOptions.parse({ bindAddress: '127.0.0.1', ports: { first: 0 }, vad: { mode: 'energy' }, ...options });
  const pool = await createMediaPool(parsed, { workerUrl: new URL('test-worker.ts', import.meta.url), clock, modelPaths: {}, log });
  opened.push(pool);
  return pool;
}

async function dial(pool: MediaPool, spec: Partial<LegSpec> = {}): Promise<{ leg: OpenLeg; phone: RtpPhone; events: LegMediaEvent[] }> {
  const phone = await RtpPhone.open(spec.codec === 'PCMA' ? 'pcma' : 'pcmu');
  opened.push(phone);
  const leg = await pool.openLeg({
    legId: 'leg',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    remote: { address: '127.0.0.1', port: phone.port },
    signallingAddress: '127.0.0.1',
    direction: 'sendrecv',
    ...spec,
  });
  const events: LegMediaEvent[] = [];
  leg.onEvent((event) => events.push(event));
  return { leg, phone, events };
}

const until = async (condition: () => boolean) => {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};
/** What was sent last has been read by the worker. */
const arrived = () => new Promise((resolve) => setTimeout(resolve, 50));
const kinds = (events: readonly LegMediaEvent[]) => events.map((event) => event.kind);
const loud = (phone: RtpPhone) => phone.heard.filter((packet) => rms(packet.pcm) > 200);

describe('a leg in a real worker', () => {
  it.each(['PCMU', 'PCMA'] as const)('hears %s and says so', async (codec) => {
    const { leg, phone, events } = await dial(await startPool(), { codec, payloadType: codec === 'PCMU' ? 0 : 8 });
    await phone.speak(join(silence(1600), tone(300, 8000, 3200), silence(3200)), leg.localPort);
    await until(() => kinds(events).includes('voice-stopped'));
    expect(kinds(events)[0]).toBe('voice-started');
    const samples = events.reduce((sum, event) => sum + (event.kind === 'caller-audio' ? event.pcm.length : 0), 0);
    expect(samples).toBeGreaterThan(8000);
    await arrived();
    const stats = await leg.close();
    expect(stats).toMatchObject({ packetsLost: 0, packetsReceived: 50, packetsMalformed: 0 });
    expect(leg.localPort % 2).toBe(0);
    expect(leg.localRtcpPort).toBe(leg.localPort + 1);
  });

  it('speaks in paced packets, and stops with the abort', async () => {
    const { leg, phone, events } = await dial(await startPool());
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(440, 24_000, 48_000) });
    await until(() => loud(phone).length >= 20);
    const packets = phone.heard.slice(-15);
    const gaps = packets.slice(1).map((packet, i) => packet.atMs - packets[i]!.atMs);
    expect(gaps.reduce((a, b) => a + b, 0) / gaps.length).toBeCloseTo(20, -1);
    leg.send({ kind: 'abort-turn', turnId: 1 });
    leg.send({ kind: 'play', turnId: 1, pieceId: 1, pcm: tone(440, 24_000, 24_000) });
    const before = phone.heard.length;
    await until(() => phone.heard.length > before + 10);
    // One or two were on their way.
    expect(phone.heard.slice(before + 2).every((packet) => rms(packet.pcm) < 200)).toBe(true);
    expect(kinds(events)).toContain('playout-started');
    expect(await leg.close()).toMatchObject({ staleTurnPackets: 0, piecesRefused: 1 });
    expect(phone.rtcpHeard).toBe(0);
  });

  it('plays the caller back', async () => {
    const { leg, phone } = await dial(await startPool());
    leg.send({ kind: 'set-echo', on: true });
    // Longer than what has to be heard: a busy machine bunches packets, and what is late beyond its bound is dropped.
    await phone.speak(tone(300, 8000, 9600), leg.localPort);
    await until(() => loud(phone).length >= 25);
  });

  it('keeps a stranger out: nothing comes back to him and the call does not notice', async () => {
    const { leg, phone, events } = await dial(await startPool());
    await phone.speak(silence(800), leg.localPort);
    const stranger = await RtpPhone.open('pcmu', 0xdead);
    opened.push(stranger);
    await stranger.speak(tone(1000, 8000, 1600, 20_000), leg.localPort);
    await phone.speak(silence(800), leg.localPort);
    expect(stranger.heard).toEqual([]);
    expect(kinds(events)).not.toContain('voice-started');
    await arrived();
    expect(await leg.close()).toMatchObject({ packetsFromStrangers: 10, packetsReceived: 10 });
  });

  it('hears a caller by IPv4, and is heard, where it listens by both versions', async () => {
    const { leg, phone, events } = await dial(await startPool({ bindAddress: '::', latch: { unnamed: 'never' } }));
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(440, 24_000, 24_000) });
    await phone.speak(join(silence(1600), tone(300, 8000, 3200)), leg.localPort);
    await until(() => kinds(events).includes('voice-started') && loud(phone).length > 3);
    expect(await leg.close()).toMatchObject({ packetsFromStrangers: 0, sourcesDisplaced: 0 });
  });

  it('leaves a view into a bigger buffer to its owner', async () => {
    const { leg, phone } = await dial(await startPool());
    const cache = tone(440, 24_000, 24_000);
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: cache.subarray(100, 5000) });
    expect(cache.length).toBe(24_000);
    await until(() => loud(phone).length > 3);
  });

  it('closes twice with one answer', async () => {
    const { leg } = await dial(await startPool());
    expect(await leg.close()).toBe(await leg.close());
  });
});

describe('the pool', () => {
  it('says NO_PORTS when the range is used up, and takes a pair again once it has drained', async () => {
    const base = await freePair();
    const pool = await startPool({ ports: { first: base, last: base + 1, drainMs: 50 } });
    const { leg } = await dial(pool, { legId: 'one' });
    expect(leg.localPort).toBe(base);
    await expect(dial(pool, { legId: 'two' })).rejects.toMatchObject({ code: 'NO_PORTS' });
    await leg.close();
    await expect(dial(pool, { legId: 'three' })).rejects.toMatchObject({ code: 'NO_PORTS' });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await dial(pool, { legId: 'four' })).leg.localPort).toBe(base);
  });

  it('steps over a port that somebody else holds', async () => {
    const base = await freePair();
    const squatter = createSocket('udp4');
    await new Promise<void>((resolve) => void squatter.bind(base, '127.0.0.1', () => resolve()));
    opened.push({ close: () => squatter.close() });
    const pool = await startPool({ ports: { first: base, last: base + 9 } });
    expect((await dial(pool)).leg.localPort).toBeGreaterThan(base);
  });

  it('loses only the legs of a worker that dies, and replaces it', async () => {
    const pool = await startPool({ workers: 2 });
    const doomed = await dial(pool, { legId: 'crash' });
    const other = await dial(pool, { legId: 'other' });
    doomed.leg.send({ kind: 'set-echo', on: true });
    await until(() => kinds(doomed.events).includes('media-lost'));
    await doomed.leg.close();
    expect(pool.stats().workersDied).toBe(1);
    const heard = other.phone.heard.length;
    await until(() => other.phone.heard.length > heard + 5);
    expect(kinds(other.events)).not.toContain('media-lost');
    await until(() => pool.stats().legsPerWorker.every((legs) => legs !== undefined));
    const next = await dial(pool, { legId: 'next' });
    await until(() => next.phone.heard.length > 3);
  });

  it('tells speech by energy and says why when the model cannot be loaded', async () => {
    const warnings: object[] = [];
    const pool = await createMediaPool(mediaOptions.parse({ ports: { first: 0 } }), {
      workerUrl: new URL('test-worker.ts', import.meta.url),
      clock,
      modelPaths: { sileroVad: new URL('test-worker.ts', import.meta.url).pathname },
      log: { ...log, warn: (fields) => warnings.push(fields) },
    });
    opened.push(pool);
    expect(pool.stats().vad).toBe('energy');
    expect(warnings).toHaveLength(1);
  });
});

/** An even port that is free now, with its neighbour. */
async function freePair(): Promise<number> {
  const probe = createSocket('udp4');
  await new Promise<void>((resolve) => void probe.bind(0, '127.0.0.1', () => resolve()));
  const { port } = probe.address();
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
  return Math.min(65_000, port + (port % 2));
}
