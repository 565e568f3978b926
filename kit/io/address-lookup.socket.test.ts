import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { addressLookup } from './address-lookup.ts';

const look = addressLookup as (host: string, family: number, callback: (...answer: unknown[]) => void) => void;

it.each([
  ['192.0.2.7', 4],
  ['2001:db8::7', 6],
])('%s is its own answer, within the call', (address, family) => {
  const answers: unknown[] = [];
  look(address, family, (...answer) => answers.push(answer));
  expect(answers).toEqual([[null, address, family]]);
});

it('a name is looked up', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  look('localhost', 4, (...answer) => resolve(answer));
  expect(await promise).toEqual([null, '127.0.0.1', 4]);
});

it('a socket sends with it, to an address and to a name', async () => {
  const receiver = createSocket('udp4').bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const sender = createSocket({ type: 'udp4', lookup: addressLookup });
  for (const host of ['127.0.0.1', 'localhost']) {
    sender.send(host, receiver.address().port, host);
    const [bytes] = (await once(receiver, 'message')) as [Buffer];
    expect(bytes.toString()).toBe(host);
  }
  sender.close();
  receiver.close();
});
