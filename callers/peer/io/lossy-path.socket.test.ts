import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { LossyPath } from './lossy-path.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function socket(): Promise<Socket> {
  const bound = createSocket('udp4');
  bound.bind(0, '127.0.0.1');
  await once(bound, 'listening');
  open.push(bound);
  return bound;
}

test('loses media both ways, and nothing else', async () => {
  const app = await socket();
  const caller = await socket();
  const path = await LossyPath.open({ address: '127.0.0.1', port: app.address().port }, 0.25, 1);
  open.push(path);
  const reached = { media: 0, checks: 0 };
  const returned = { media: 0, checks: 0 };
  app.on('message', (bytes, from) => {
    reached[bytes[0] === 0x80 ? 'media' : 'checks']++;
    app.send(bytes, from.port, from.address);
  });
  caller.on('message', (bytes) => {
    returned[bytes[0] === 0x80 ? 'media' : 'checks']++;
  });
  for (let i = 0; i < 400; i++) {
    caller.send(Buffer.of(i % 2 ? 0x80 : 0x00, i & 0xff), path.entry.port, path.entry.address);
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (let i = 0; i < 400 && returned.checks < 200; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect([reached.checks, returned.checks]).toEqual([200, 200]);
  expect(reached.media).toBeGreaterThan(125);
  expect(reached.media).toBeLessThan(175);
  expect(returned.media).toBeLessThan(reached.media);
});
