import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ms } from '#domain/units';
import { SctpTextChannel } from './text-channel.ts';

it('takes any bytes in place of SCTP without a throw or a rejection, and answers none of them', async () => {
  const sent: Uint8Array[] = [];
  const channel = new SctpTextChannel(5000, 'events', 1000, {
    send: (packet) => sent.push(packet),
    opened: () => undefined,
    text: () => undefined,
    flooded: () => undefined,
  });
  for (let round = 0; round < 500; round += 1) {
    const packet = randomBytes(16 + 4 * (round % 50));
    packet[12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192][round % 15]!;
    packet.writeUInt16BE(packet.length - 12, 14);
    channel.receive(ms(round), packet);
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(channel.counts.refusedPackets).toBe(500);
  channel.sendText('nobody hears');
  expect(channel.counts.droppedTexts).toBe(1);
  channel.close();
  channel.close();
  channel.receive(ms(600), randomBytes(20));
  expect(sent).toEqual([]);
});

/** 64 chunks of four bytes, which are tolerable and say nothing (COOKIE ACK). */
const CROWDED = Buffer.concat([Buffer.alloc(12), ...Array.from({ length: 64 }, () => Buffer.from([11, 0, 0, 4]))]);

it('packets crowded with chunks are taken at a bounded pace, and whoever goes on is told of, once', () => {
  let floods = 0;
  const channel = new SctpTextChannel(5000, 'events', 1000, {
    send: () => undefined,
    opened: () => undefined,
    text: () => undefined,
    flooded: () => (floods += 1),
  });
  for (let packet = 0; packet < 18; packet += 1) channel.receive(ms(0), CROWDED);
  expect(channel.counts.refusedPackets).toBe(0);
  channel.receive(ms(0), CROWDED);
  expect(channel.counts.refusedPackets).toBe(1);
  // A second later 400 more chunks are let through.
  for (let packet = 0; packet < 7; packet += 1) channel.receive(ms(1_000), CROWDED);
  expect(channel.counts.refusedPackets).toBe(1);
  for (let packet = 0; packet < 200; packet += 1) channel.receive(ms(1_000), CROWDED);
  expect(floods).toBe(1);
  expect(channel.counts.refusedPackets).toBeLessThan(70);
});
