import { duplexPair, type Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { ms } from '#domain/units';
import { PacedSocket } from './paced-socket.ts';

afterEach(() => void vi.useRealTimers());

const EMPTY = [0x82, 0x80, 0, 0, 0, 0];

function paced(framesPerSecond = 1_000) {
  const [far, near] = duplexPair() as [Duplex, Duplex];
  const time = { nowMs: 0 };
  const socket = new PacedSocket(near, { framesPerSecond, clock: { nowMs: () => ms(time.nowMs), wallMs: () => 0 } });
  return { far, socket, time };
}

const frames = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => Buffer.from(EMPTY)));

it('a read full of empty frames, which blocked for 24 ms, is read in turns of 200, and all of it in the end', async () => {
  const { far, socket } = paced();
  let sinceTurn = 0;
  let most = 0;
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    sinceTurn += chunk.length / EMPTY.length;
    most = Math.max(most, sinceTurn);
    bytes += chunk.length;
  });
  const sent = frames(9_000);
  far.write(sent);
  for (let turn = 0; turn < 2_000 && bytes < sent.length; turn += 1) {
    await nextTurn();
    sinceTurn = 0;
  }
  expect(bytes).toBe(sent.length);
  // Two turns may fall into one of ours.
  expect(most).toBeLessThanOrEqual(400);
});

it('beyond its pace nothing is read and nothing lost; who goes on is told of', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { far, socket, time } = paced(100);
  let bytes = 0;
  let floods = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  socket.flooded = () => (floods += 1);
  far.write(frames(2_000));
  const settle = async () => {
    await vi.advanceTimersByTimeAsync(60);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };
  await settle();
  expect(bytes / EMPTY.length).toBe(1_000);
  time.nowMs = 2_900;
  await settle();
  expect(bytes / EMPTY.length).toBe(1_290);
  expect(floods).toBe(0);
  time.nowMs = 3_000;
  await settle();
  expect(floods).toBe(1);
  socket.destroy();
});

it('what is written, and the end, pass through', async () => {
  const { far, socket } = paced();
  const seen: string[] = [];
  far.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  socket.cork();
  socket.write('a');
  socket.write('b');
  socket.uncork();
  socket.resume();
  far.end();
  socket.end('c');
  await new Promise((resolve) => socket.once('close', resolve));
  expect(seen.join('')).toBe('abc');
});
