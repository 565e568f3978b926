import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import type { IceParameters } from '#media';
import { createPeerTransportFactory } from './factory.ts';
import { buildStun, BINDING_REQUEST, PRIORITY, USE_CANDIDATE, USERNAME } from '../stun.ts';
import { setupFrom, TestBrowser, TestCall } from './test-browser.ts';

const clock = { nowMs: () => ms(performance.now()), wallMs: () => Date.now() };
const factory = createPeerTransportFactory({ clock });
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function browser(keyOfAnother = false): Promise<TestBrowser> {
  const made = new TestBrowser(
    keyOfAnother
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      : undefined,
  );
  open.push(made.connection);
  await made.offer();
  return made;
}

async function callOf(...parameters: Parameters<typeof TestCall.open>): Promise<TestCall> {
  const call = await TestCall.open(...parameters);
  open.push(call.transport);
  return call;
}

async function udp(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  open.push(socket);
  return socket;
}

function portOf(ice: IceParameters): number {
  return Number(ice.candidates.at(-1)!.split(' ')[5]);
}

/** A nominating check, as a browser on another network sends it. */
function check(local: IceParameters, remoteUsernameFragment: string): Uint8Array {
  const attributes = [
    { type: USERNAME, value: Buffer.from(`${local.usernameFragment}:${remoteUsernameFragment}`) },
    { type: PRIORITY, value: Uint8Array.of(1, 2, 3, 4) },
    { type: USE_CANDIDATE, value: new Uint8Array(0) },
  ];
  return buildStun(BINDING_REQUEST, randomBytes(12), attributes, Buffer.from(local.password), (key, message) =>
    createHmac('sha1', key).update(message).digest(),
  );
}

/** Lets the sockets be read, so that nothing is lost for want of room in the system. */
async function read(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const RTP = Buffer.from('806f00010000000000001092aabb', 'hex');

describe('a browser that does not get through', () => {
  it('has failed when no check arrives in time', async () => {
    const call = await callOf(factory, (await browser()).sdp, { connectMs: 40 });
    await call.until(() => call.states().length > 0);
    expect(call.events).toMatchObject([{ kind: 'state', state: 'failed', detail: expect.stringContaining('firewall') as unknown }]);
  });

  it('has failed when its certificate is not the one that the offer named', async () => {
    const caller = await browser();
    const call = await callOf(factory, caller.sdp, {}, { remoteFingerprints: [{ algorithm: 'sha-256', value: 'AA:'.repeat(31) + 'AA' }] });
    await caller.accept(call.transport.answer);
    await call.until(() => call.states().includes('failed'));
    expect(call.events.at(-1)).toMatchObject({ state: 'failed', detail: expect.stringContaining('fingerprint') as unknown });
    expect(call.states()).not.toContain('connected');
  });

  it('has failed when it only shows the certificate and has not its key', async () => {
    const caller = await browser(true);
    const call = await callOf(factory, caller.sdp);
    await caller.accept(call.transport.answer);
    await call.until(() => call.states().includes('failed'));
    expect(call.events.at(-1)).toMatchObject({ state: 'failed', detail: expect.stringContaining('prove') as unknown });
    expect(call.states()).not.toContain('connected');
  });

  it('is refused where the offer leaves no role for us', async () => {
    const { sdp } = await browser();
    const setup = setupFrom(sdp);
    const listener = { packet: () => undefined, event: () => undefined };
    await expect(factory.open({ ...setup, localSetup: 'active' }, listener)).rejects.toMatchObject({ code: 'DTLS_ROLE' });
    await expect(factory.open({ ...setup, remoteIce: { ...setup.remoteIce, lite: true } }, listener)).rejects.toMatchObject({
      code: 'ICE_BOTH_LITE',
    });
  });
});

describe('a browser that was connected', () => {
  async function connected(network: Parameters<typeof TestCall.open>[2] = {}): Promise<{ caller: TestBrowser; call: TestCall }> {
    const caller = await browser();
    const call = await callOf(factory, caller.sdp, network);
    await caller.accept(call.transport.answer);
    await call.until(() => call.states().includes('connected') && caller.connection.connectionState === 'connected');
    return { caller, call };
  }

  it('is gone when nothing comes from it any more', async () => {
    const { call } = await connected({ goneMs: 400 });
    await call.until(() => call.states().includes('gone'), 12_000);
    expect(call.states().at(-1)).toBe('gone');
  });

  it('goes on from another network after an ICE restart, without a new handshake', async () => {
    const { call } = await connected();
    call.transport.command({
      kind: 'restart-ice',
      remoteIce: { usernameFragment: 'moved', password: 'moved password of 24 bytes', candidates: [] },
    });
    const restarted = call.events.find((event) => event.kind === 'ice-restarted')!;
    if (restarted.kind !== 'ice-restarted') throw new Error('no restart');
    expect(restarted.ice.usernameFragment).not.toBe(call.transport.answer.ice.usernameFragment);

    const mobile = await udp();
    const heard: Buffer[] = [];
    mobile.on('message', (bytes) => heard.push(bytes));
    const address = `127.0.0.1:${mobile.address().port}`;
    mobile.send(check(restarted.ice, 'moved'), portOf(restarted.ice), '127.0.0.1');
    await call.until(() => call.events.some((event) => event.kind === 'remote' && event.address === address));
    call.transport.sendRtp(RTP);
    await call.until(() => heard.some((bytes) => bytes[0] === 0x80));
    expect(call.states()).toEqual(['ice-connected', 'connected']);
  });

  it('is not disturbed by strangers, whatever they send', async () => {
    const { caller, call } = await connected();
    const stranger = await udp();
    const answers: { bytes: Buffer; from: RemoteInfo }[] = [];
    stranger.on('message', (bytes, from) => answers.push({ bytes, from }));
    const port = portOf(call.transport.answer.ice);
    const firsts = [0, 1, 20, 22, 23, 63, 100, 128, 144, 191, 255];
    for (let round = 0; round < 200; round += 1) {
      const junk = randomBytes(1 + ((round * 37) % 300));
      junk[0] = firsts[round % firsts.length]!;
      stranger.send(junk, port, '127.0.0.1');
      if (round % 20 === 19) await read();
    }
    const guessed = { ...call.transport.answer.ice, password: 'guessed' };
    for (let round = 0; round < 50; round += 1) stranger.send(check(guessed, 'any'), port, '127.0.0.1');
    await read();
    for (let sequence = 0; sequence < 3; sequence += 1) caller.sendRtp(sequence, Buffer.from('still here'));
    await call.until(() => call.packets.filter((packet) => packet.includes('still here')).length === 3);
    expect(answers).toEqual([]);
    expect(call.states()).toEqual(['ice-connected', 'connected']);
  });

  it('outlives junk from its own address, and hears what follows', async () => {
    const { caller, call } = await connected();
    const own = await udp();
    own.send(
      check(call.transport.answer.ice, setupFrom(caller.sdp).remoteIce.usernameFragment),
      portOf(call.transport.answer.ice),
      '127.0.0.1',
    );
    await call.until(() => call.events.some((event) => event.kind === 'remote' && event.address === `127.0.0.1:${own.address().port}`));
    for (let round = 0; round < 300; round += 1) {
      const junk = randomBytes(13 + (round % 200));
      junk[0] = [20, 21, 22, 23, 128, 129, 63][round % 7]!;
      junk.set([0xfe, 0xfd, 0, round % 3], 1);
      if (round % 2 === 0) junk.writeUInt16BE(Math.max(0, junk.length - 13), 11);
      own.send(junk, portOf(call.transport.answer.ice), '127.0.0.1');
      if (round % 20 === 19) await read();
    }
    for (let sequence = 0; sequence < 3; sequence += 1) caller.sendRtp(sequence, Buffer.from('still here'));
    await call.until(() => call.packets.filter((packet) => packet.includes('still here')).length === 3);
    expect(call.states()).toEqual(['ice-connected', 'connected']);
  });
});

describe('ports', () => {
  it('come from the range, one for each call, until all are used', async () => {
    const { sdp } = await browser();
    const probe = await udp();
    const { port: taken } = probe.address();
    await expect(TestCall.open(factory, sdp, { ports: { first: taken, last: taken } })).rejects.toMatchObject({ code: 'NO_PORTS' });
    const other = await udp();
    const { port: free } = other.address();
    await new Promise<void>((resolve) => other.close(resolve));
    open.splice(open.indexOf(other), 1);
    const range = { ports: { first: free, last: free } };
    const call = await callOf(factory, sdp, range);
    expect(portOf(call.transport.answer.ice)).toBe(free);
    await expect(TestCall.open(factory, sdp, range)).rejects.toMatchObject({ code: 'NO_PORTS', retryable: true });
  });

  it('serve IPv6 as well', async () => {
    const { sdp } = await browser();
    const call = await callOf(factory, sdp, { bindAddresses: ['::1', '127.0.0.1'] });
    const { candidates } = call.transport.answer.ice;
    expect(candidates.map((candidate) => candidate.split(' ')[4])).toEqual(['::1', '127.0.0.1']);
    expect(new Set(candidates.map((candidate) => candidate.split(' ')[5])).size).toBe(1);
  });
});

describe('closing', () => {
  it('frees sockets and timers, of calls that never connected and of those that did', async () => {
    const held = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap' || name === 'UDPWRAP' || name === 'Timeout').length;
    const caller = await browser();
    const before = held();
    for (let round = 0; round < 50; round += 1) {
      const call = await TestCall.open(factory, caller.sdp);
      await call.transport.close();
      await call.transport.close();
      call.transport.sendRtp(RTP);
      call.transport.command({ kind: 'send-text', text: 'late' });
    }
    const call = await TestCall.open(factory, caller.sdp);
    await caller.accept(call.transport.answer);
    await call.until(() => call.events.some((event) => event.kind === 'channel-open'));
    call.transport.command({ kind: 'send-text', text: 'on its way' });
    await call.transport.close();
    await caller.connection.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(held()).toBeLessThanOrEqual(before);
    expect(call.states()).toEqual(['ice-connected', 'connected']);
  });
});
