import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { join, rms, silence, tone } from '../dsp/test-signals.ts';
import type { PeerLegSpec } from '../leg-spec.ts';
import type { PeerEvent } from '../peer-transport.ts';
import type { MediaPool } from './media-pool.ts';
import type { OpenPeerLeg } from '../media-port.ts';
import { RtpPhone } from '#callers/io/rtp-phone';
import { startTestPool, until } from './test-pool.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function startPool(options: object = {}): Promise<MediaPool> {
  const pool = await startTestPool(options);
  opened.push(pool);
  return pool;
}

interface Call {
  readonly leg: OpenPeerLeg;
  readonly phone: RtpPhone;
  readonly port: number;
  readonly events: LegMediaEvent[];
  readonly peerEvents: PeerEvent[];
}

async function call(pool: MediaPool, legId = 'leg', usernameFragment = 'caller'): Promise<Call> {
  const leg = await pool.openPeerLeg(peerSpec(legId, usernameFragment));
  const port = Number(leg.answer.ice.candidates[0]!.split(' ')[5]);
  const phone = await RtpPhone.open();
  opened.push(phone);
  const events: LegMediaEvent[] = [];
  const peerEvents: PeerEvent[] = [];
  leg.onEvent((event) => events.push(event));
  leg.onPeerEvent((event) => peerEvents.push(event));
  return { leg, phone, port, events, peerEvents };
}

function peerSpec(legId: string, usernameFragment: string): PeerLegSpec {
  return {
    legId,
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    nack: false,
    direction: 'sendrecv',
    peer: {
      remoteIce: { usernameFragment, password: 'secret', candidates: [], lite: false },
      remoteFingerprints: [],
      localSetup: 'passive',
      network: {
        ice: 'lite',
        bindAddresses: [],
        externalAddresses: [],
        ports: { first: 0, last: 0 },
        iceServers: [],
        goneMs: 15_000,
        connectMs: 10_000,
      },
    },
  };
}

async function say(port: number, text: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise((resolve) => {
    socket.send(text, port, '127.0.0.1', resolve);
  });
  socket.close();
}

const kinds = (events: readonly { kind: string }[]) => events.map((event) => event.kind);

describe('a browser leg in a real worker', () => {
  it('hears and says so', async () => {
    const { leg, phone, port, events } = await call(await startPool());
    await phone.speak(join(silence(1600), tone(300, 8000, 3200), silence(4800)), port);
    await until(() => kinds(events).includes('voice-stopped'));
    expect(kinds(events)).toContain('voice-started');
    const samples = events.reduce((sum, event) => sum + (event.kind === 'caller-audio' ? event.pcm.length : 0), 0);
    expect(samples).toBeGreaterThan(8000);
    expect(await leg.close()).toMatchObject({ packetsLost: 0, packetsMalformed: 0 });
  });

  it('speaks, and stops with the abort', async () => {
    const { leg, phone, port, events } = await call(await startPool());
    await phone.speak(silence(160), port);
    leg.send({ kind: 'play', turnId: 1, pieceId: 0, pcm: tone(440, 24_000, 48_000) });
    await until(() => phone.heard.filter((packet) => rms(packet.pcm) > 200).length >= 15);
    leg.send({ kind: 'abort-turn', turnId: 1 });
    const before = phone.heard.length;
    await until(() => phone.heard.length > before + 10);
    expect(phone.heard.slice(before + 3).every((packet) => rms(packet.pcm) < 200)).toBe(true);
    expect(kinds(events)).toContain('playout-started');
    expect(await leg.close()).toMatchObject({ staleTurnPackets: 0 });
  });

  it('carries what the transport tells and is told', async () => {
    const { leg, phone, port, peerEvents, events } = await call(await startPool());
    await phone.speak(silence(160), port);
    await say(port, 'text:{"kind":"hangup"}');
    await say(port, 'state:gone');
    await until(() => peerEvents.length === 2);
    expect(peerEvents).toMatchObject([
      { kind: 'text', text: '{"kind":"hangup"}' },
      { kind: 'state', state: 'gone' },
    ]);
    leg.inject({ kind: 'caller-text', text: 'typed', atMs: 1 });
    expect(events).toContainEqual({ kind: 'caller-text', text: 'typed', atMs: 1 });
  });

  it('closes twice with one answer, even where the transport never says goodbye', async () => {
    const { leg } = await call(await startPool(), 'leg', 'stuck');
    expect(await leg.close()).toBe(await leg.close());
    leg.send({ kind: 'set-echo', on: true });
    leg.tell({ kind: 'send-text', text: 'crash' });
  });

  it('says NO_PORTS as the transport does', async () => {
    await expect(call(await startPool(), 'leg', 'no-ports')).rejects.toMatchObject({ code: 'NO_PORTS', retryable: false });
  });
});

describe('a transport with a defect', () => {
  it.each([
    ['in its socket', (doomed: Call) => say(doomed.port, 'crash')],
    ['in a command', async (doomed: Call) => doomed.leg.tell({ kind: 'send-text', text: 'crash' })],
    ['in a promise', async (doomed: Call) => doomed.leg.tell({ kind: 'send-text', text: 'crash later' })],
  ])('%s ends its own leg only', async (_, crash) => {
    const pool = await startPool();
    const doomed = await call(pool, 'doomed');
    const other = await call(pool, 'other');
    await other.phone.speak(silence(160), other.port);
    await crash(doomed);
    await until(() => kinds(doomed.events).includes('media-lost'));
    expect(doomed.events.at(-1)).toMatchObject({
      kind: 'media-lost',
      detail: expect.stringContaining('transport crashed on purpose') as string,
    });
    await doomed.leg.close();
    const heard = other.phone.heard.length;
    await until(() => other.phone.heard.length > heard + 5);
    expect(pool.stats()).toMatchObject({ legs: 1, legsFailed: 1, workersDied: 0 });
    expect(kinds(other.events)).not.toContain('media-lost');
  });

  it('a promise that belongs to no leg ends none', async () => {
    const pool = await startPool();
    const { leg, phone, port, events, peerEvents } = await call(pool);
    await phone.speak(silence(160), port);
    leg.tell({ kind: 'send-text', text: 'reject for nobody' });
    await until(() => peerEvents.some((event) => event.kind === 'text' && event.text === 'rejected'));
    const heard = phone.heard.length;
    await until(() => phone.heard.length > heard + 5);
    expect(kinds(events)).not.toContain('media-lost');
    expect(pool.stats()).toMatchObject({ legs: 1, legsFailed: 0, workersDied: 0 });
  });
});

describe('a worker that dies', () => {
  it('takes its browser legs along, and the next one finds another', async () => {
    const pool = await startPool();
    const doomed = await call(pool, 'crash');
    doomed.leg.send({ kind: 'set-echo', on: true });
    await until(() => kinds(doomed.events).includes('media-lost'));
    await until(() => pool.stats().legsPerWorker[0] === 0);
    await call(pool, 'next');
    expect(pool.stats()).toMatchObject({ legs: 1, workersDied: 1 });
  });
});
