import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { RtpPacket, SrtpSession } from 'werift';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import type { SrtpKeying } from '../srtp/srtp-keys.ts';
import { startTestPool, until } from './test-pool.ts';

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of closing.splice(0).reverse()) await thing.close();
});

/** As Parley has it; the phone, by another implementation of SRTP, has the same the other way round. */
const keying = (theirs = 9): SrtpKeying => ({
  profile: 'aes128-cm-sha1-80',
  send: { key: new Uint8Array(16).fill(1), salt: new Uint8Array(14).fill(2) },
  receive: { key: new Uint8Array(16).fill(theirs), salt: new Uint8Array(14).fill(7) },
});

function sessionConfig({ send, receive }: SrtpKeying): ConstructorParameters<typeof SrtpSession>[0] {
  return {
    keys: {
      localMasterKey: Buffer.from(receive.key),
      localMasterSalt: Buffer.from(receive.salt),
      remoteMasterKey: Buffer.from(send.key),
      remoteMasterSalt: Buffer.from(send.salt),
    },
    profile: 1,
  };
}

class Phone {
  readonly socket: Socket = createSocket('udp4');
  readonly heard: Buffer[] = [];
  #srtp: SrtpSession;
  #sequence = 65_530;
  #timestamp = 1_000;

  constructor(keys: SrtpKeying) {
    this.#srtp = new SrtpSession(sessionConfig(keys));
    this.socket.on('message', (bytes) => {
      // RTCP, which shares the port, has a packet type of its own.
      if (bytes[1]! < 192 || bytes[1]! > 223) this.heard.push(this.#srtp.decrypt(bytes));
    });
    closing.push({ close: () => this.socket.close() });
  }

  async open(address = '127.0.0.1'): Promise<this> {
    await new Promise<void>((resolve) => void this.socket.bind(0, address, () => resolve()));
    return this;
  }

  rekey(keys: SrtpKeying): void {
    this.#srtp = new SrtpSession(sessionConfig(keys));
  }

  speak(port: number, level = 0x90): void {
    const packet = Buffer.alloc(172, level);
    packet[0] = 0x80;
    packet[1] = 0;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE((this.#timestamp += 160), 4);
    packet.writeUInt32BE(0xabcd, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const { payload, header } = RtpPacket.deSerialize(packet);
    this.socket.send(this.#srtp.encrypt(payload, header), port, '127.0.0.1');
  }
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

it('talks encrypted with another implementation over a change of keys, and nobody else gets in or hears', async () => {
  const pool = await startTestPool();
  closing.push(pool);
  const phone = await new Phone(keying()).open();
  const attacker = await new Phone(keying(66)).open('127.0.0.2');
  const leg = await pool.openLeg({
    legId: 'keyed',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: ms(20),
    direction: 'sendrecv',
    remote: { address: '127.0.0.1', port: phone.socket.address().port, rtcpMux: true },
    signallingAddress: '127.0.0.1',
    srtp: keying(),
  });
  const events: LegMediaEvent[] = [];
  leg.onEvent((event) => void events.push(event));
  leg.send({ kind: 'set-echo', on: true });
  const plain = createSocket('udp4');
  closing.push({ close: () => plain.close() });
  for (let round = 0; round < 40; round += 1) {
    attacker.speak(leg.localPort);
    plain.send(Buffer.concat([Buffer.from('80000001000000000000abcd', 'hex'), Buffer.alloc(160)]), leg.localPort, '127.0.0.1');
    phone.speak(leg.localPort);
    await pause(10);
  }
  await until(() => phone.heard.length > 5);
  expect(phone.heard.every((packet) => packet.length === 172 && (packet[1]! & 0x7f) === 0)).toBe(true);
  expect(attacker.heard).toEqual([]);
  leg.update({ payloadType: 0, srtp: keying(10) });
  await pause(50);
  // Under the key of before, which was on its way.
  phone.speak(leg.localPort);
  await pause(20);
  phone.rekey(keying(10));
  for (let round = 0; round < 40; round += 1) {
    phone.speak(leg.localPort);
    await pause(10);
  }
  const stats = await leg.close();
  expect(stats).toMatchObject({ encryption: 'sdes-aes128-cm-sha1-80', packetsReceived: 81, packetsFromStrangers: 0 });
  expect(stats.packetsNotAuthentic).toBe(80);
  expect(events.some(({ kind }) => kind === 'media-stats')).toBe(true);
});
