import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { createMediaPool, mediaOptions, type MediaPool, type OpenLeg } from '#media';

const clock = { nowMs: () => performance.timeOrigin + performance.now(), wallMs: () => Date.now() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function startPool(options: object = {}): Promise<MediaPool> {
  const parsed = mediaOptions.parse({
    bindAddress: '127.0.0.1',
    ports: { first: 0 },
    vad: { mode: 'energy' },
    statsIntervalMs: 500,
    latch: { preferMs: 300 },
    ...options,
  });
  const pool = await createMediaPool(parsed, {
    workerUrl: new URL('../../media/io/test-worker.ts', import.meta.url),
    clock,
    modelPaths: {},
    log,
  });
  opened.push(pool);
  return pool;
}

/** A real UDP sender of u-law; loopback addresses other than 127.0.0.1 play the rest of the world. */
class Sender {
  readonly socket: Socket;
  heard = 0;
  #sequence = 1;
  readonly #ssrc: number;

  private constructor(socket: Socket, ssrc: number) {
    this.socket = socket;
    this.#ssrc = ssrc;
    socket.on('message', (bytes) => {
      if (bytes.length > 100) this.heard += 1;
    });
    opened.push({ close: () => socket.close() });
  }

  static async open(address: string, ssrc: number): Promise<Sender> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => void socket.bind(0, address, () => resolve()));
    return new Sender(socket, ssrc);
  }

  get port(): number {
    return this.socket.address().port;
  }

  send(toPort: number, level = 0x9f): void {
    const bytes = Buffer.alloc(172, level);
    bytes.writeUInt16BE(0x8000, 0);
    bytes.writeUInt16BE(this.#sequence & 0xffff, 2);
    bytes.writeUInt32BE((this.#sequence * 160) >>> 0, 4);
    bytes.writeUInt32BE(this.#ssrc, 8);
    this.#sequence += 1;
    this.socket.send(bytes, toPort, '127.0.0.1');
  }
}

async function dial(pool: MediaPool, legId: string, caller: Sender): Promise<{ leg: OpenLeg; events: LegMediaEvent[] }> {
  const leg = await pool.openLeg({
    legId,
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    remote: { address: '127.0.0.1', port: caller.port },
    signallingAddress: '127.0.0.1',
    direction: 'sendrecv',
  });
  const events: LegMediaEvent[] = [];
  leg.onEvent((event) => events.push(event));
  return { leg, events };
}

/** `each` every 20 ms, counted from the start so that a busy machine only bunches them. */
async function everyPacketTime(forMs: number, each: (i: number) => void): Promise<void> {
  const startMs = performance.now();
  for (let i = 0; i * 20 < forMs; i += 1) {
    const waitMs = startMs + i * 20 - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    each(i);
  }
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

it('a caller who is muted at first gets her call back from a stranger with her first packet', async () => {
  const caller = await Sender.open('127.0.0.1', 7);
  const stranger = await Sender.open('127.0.0.66', 66);
  const { leg } = await dial(await startPool(), 'leg', caller);
  await pause(400);
  await everyPacketTime(600, () => stranger.send(leg.localPort));
  await pause(60);
  // He did get it, or this would show nothing.
  expect(stranger.heard).toBeGreaterThan(5);
  await everyPacketTime(100, () => caller.send(leg.localPort));
  await pause(60);
  const before = { stranger: stranger.heard, caller: caller.heard };
  await everyPacketTime(600, () => {
    caller.send(leg.localPort);
    stranger.send(leg.localPort);
  });
  await pause(60);
  expect(stranger.heard).toBe(before.stranger);
  expect(caller.heard - before.caller).toBeGreaterThan(20);
  const stats = await leg.close();
  expect(stats).toMatchObject({ sourcesDisplaced: 1 });
  expect(stats.packetsFromUnnamed).toBeGreaterThan(10);
  expect(stats.packetsFromStrangers).toBeGreaterThan(20);
});

it('a stranger gets nothing where unnamed sources are refused', async () => {
  const caller = await Sender.open('127.0.0.1', 7);
  const stranger = await Sender.open('127.0.0.66', 66);
  const { leg } = await dial(await startPool({ latch: { preferMs: 0, unnamed: 'never' } }), 'leg', caller);
  await everyPacketTime(600, () => stranger.send(leg.localPort));
  await pause(60);
  expect(stranger.heard).toBe(0);
  expect(caller.heard).toBeGreaterThan(10);
  expect(await leg.close()).toMatchObject({ packetsFromUnnamed: 0, packetsReceived: 0, packetsFromStrangers: 30 });
});

it('a flood of 5,000 packets a second from strangers does not disturb the packets of another call', async () => {
  const pool = await startPool();
  const callers = [await Sender.open('127.0.0.1', 7), await Sender.open('127.0.0.1', 8)] as const;
  const flooded = await dial(pool, 'flooded', callers[0]);
  const other = await dial(pool, 'other', callers[1]);
  const strangers = await Promise.all(Array.from({ length: 20 }, (_, i) => Sender.open(`127.0.0.${100 + i}`, 100 + i)));
  const jitterOf = async (forMs: number, flood: boolean) => {
    other.events.length = 0;
    await everyPacketTime(forMs, () => {
      callers[1].send(other.leg.localPort);
      if (flood) for (let k = 0; k < 100; k += 1) strangers[k % strangers.length]!.send(flooded.leg.localPort);
    });
    await pause(20);
    const worst = other.events.flatMap((event) => (event.kind === 'media-stats' ? [event.stats.sendJitterMaxMs] : []));
    return worst.sort((a, b) => a - b)[Math.floor(worst.length / 2)] ?? 0;
  };
  const attempts: { readonly calmMs: number; readonly floodedMs: number }[] = [];
  const isHeld = ({ calmMs, floodedMs }: (typeof attempts)[number]) => floodedMs < Math.max(20, 2 * calmMs);
  // Other work on the machine makes spikes of its own, but not each time.
  while (attempts.length < 3 && !attempts.some(isHeld))
    attempts.push({ calmMs: await jitterOf(1_100, false), floodedMs: await jitterOf(2_100, true) });
  const stats = await flooded.leg.close();
  // On a busy machine the system drops some of the 10,500 of each attempt before anybody sees them.
  expect((stats.packetsFromStrangers + stats.packetsReceived) / attempts.length).toBeGreaterThan(2_000);
  expect(attempts.some(isHeld), JSON.stringify(attempts)).toBe(true);
  expect((await other.leg.close()).packetsLost).toBe(0);
});
