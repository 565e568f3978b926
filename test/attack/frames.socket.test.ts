import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { openHouse, type House } from './support/house.ts';

let house: House | undefined;

afterEach(async () => {
  await house?.close();
  house = undefined;
});

interface Flooded {
  readonly sentBytes: number;
  readonly code: number | undefined;
}

function flood(port: number, localAddress: string, frame: readonly number[], forMs: number): Promise<Flooded> {
  const start = Buffer.from('{"type":"start","sampleRate":16000}');
  const worker = new Worker(new URL('support/frame-flood.ts', import.meta.url), {
    workerData: { port, localAddress, frame, forMs, start: [0x81, 0x80 | start.length, 0, 0, 0, 0, ...start] },
  });
  return once(worker, 'message').then(([result]) => result as Flooded);
}

/** Masked with zeros, so that the payload is what it looks like. */
const FRAMES = {
  'empty binary frames': [0x82, 0x80, 0, 0, 0, 0],
  'binary frames of two bytes': [0x82, 0x82, 0, 0, 0, 0, 1, 1],
  'empty text frames': [0x81, 0x80, 0, 0, 0, 0],
  pings: [0x89, 0x80, 0, 0, 0, 0],
  pongs: [0x8a, 0x80, 0, 0, 0, 0],
  'messages in pieces': [0x02, 0x80, 0, 0, 0, 0, 0x00, 0x80, 0, 0, 0, 0, 0x80, 0x80, 0, 0, 0, 0],
} as const;

it('six clients that send small frames as fast as the network takes them are read at a bounded pace and closed, and a telephone is answered meanwhile', async () => {
  house = await openHouse();
  const { httpPort } = house;
  const flooding = Object.values(FRAMES).map((frame, index) => flood(httpPort, `127.0.0.${index + 2}`, frame, 12_000));
  for (let i = 0; i < 5; i += 1) expect(await house.phoneCall()).toBeLessThan(2_000);
  const ends = await Promise.all(flooding);
  for (const [index, name] of Object.keys(FRAMES).entries()) {
    const { sentBytes, code } = ends[index]!;
    // `ws` by itself drops whoever sends pings faster than pongs leave.
    expect([1008, ...(name === 'pings' ? [undefined] : [])], name).toContain(code);
    // 5,000 at once and 500 a second for 3 s are read (40 kB), and what the buffers of two sockets hold; unpaced it was 15 MB a second.
    expect(sentBytes, name).toBeLessThan(16_000_000);
  }
}, 40_000);
