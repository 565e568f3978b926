import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { SctpTextChannel } from './text-channel.ts';

it('takes any bytes in place of SCTP without a throw or a rejection, and answers none of them', async () => {
  const sent: Uint8Array[] = [];
  const channel = new SctpTextChannel(5000, 'events', 1000, { send: (packet) => sent.push(packet), opened: () => undefined, text: () => undefined });
  for (let round = 0; round < 500; round += 1) {
    const packet = randomBytes(16 + 4 * (round % 50));
    packet[12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192][round % 15]!;
    packet.writeUInt16BE(packet.length - 12, 14);
    channel.receive(packet);
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(channel.counts.refusedPackets).toBe(500);
  channel.sendText('nobody hears');
  expect(channel.counts.droppedTexts).toBe(1);
  channel.close();
  channel.close();
  channel.receive(randomBytes(20));
  expect(sent).toEqual([]);
});
