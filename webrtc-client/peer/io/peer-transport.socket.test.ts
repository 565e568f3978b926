import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { createPeerTransportFactory } from './factory.ts';
import { TestBrowser, TestCall } from './test-browser.ts';

const clock = { nowMs: () => ms(performance.now()), wallMs: () => Date.now() };
const factory = createPeerTransportFactory({ clock });

let browser: TestBrowser;
let call: TestCall;

beforeEach(async () => {
  browser = new TestBrowser();
  call = await TestCall.open(factory, await browser.offer());
});

afterEach(async () => {
  await call.transport.close();
  await browser.connection.close();
});

/** An RTP packet of ours. */
function rtp(sequence: number, payload: string): Buffer {
  const packet = Buffer.concat([Buffer.from([0x80, 111, sequence >> 8, sequence & 0xff]), Buffer.alloc(8), Buffer.from(payload)]);
  packet.writeUInt32BE(4321, 8);
  return packet;
}

describe('a browser leg with full ICE', () => {
  it('checks by itself, connects, carries RTP and closes', async () => {
    const caller = new TestBrowser();
    const full = await TestCall.open(factory, await caller.offer(), { ice: 'full', bindAddresses: [], externalAddresses: ['203.0.113.9'] });
    expect(full.transport.answer.iceLite).toBe(false);
    expect(full.transport.answer.ice.candidates[0]).toMatch(/^candidate:\S+ 1 udp \d+ 203\.0\.113\.9 \d+ typ host/);
    expect(full.transport.answer.ice.candidates.some((line) => line.includes(' typ host') && !line.includes(' 203.0.113.9 '))).toBe(true);
    // Names would have name servers asked, TCP connections made; neither is tried, nor does it hinder.
    full.transport.command({
      kind: 'add-candidates',
      candidates: ['candidate:1 1 udp 1 internal.example 7 typ host', 'candidate:1 1 tcp 1 127.0.0.1 7 typ host', 'candidate:nonsense'],
    });
    await caller.accept(full.transport.answer);
    await full.until(() => full.states().includes('connected') && caller.connection.connectionState === 'connected');
    caller.sendRtp(1, Buffer.from('hello'));
    full.transport.sendRtp(rtp(1, 'bot'));
    await full.until(() => full.packets.some((packet) => packet.includes('hello')) && caller.received.length === 1);
    expect(full.states()).toEqual(['ice-connected', 'connected']);
    expect(full.events.some((event) => event.kind === 'remote')).toBe(true);
    await full.transport.close();
    await caller.connection.close();
  });
});

describe('a browser leg over loopback', () => {
  it('connects, carries RTP both ways and texts both ways, and hears the goodbye', async () => {
    await browser.accept(call.transport.answer);
    await call.until(() => call.states().includes('connected'));
    expect(call.states()).toEqual(['ice-connected', 'connected']);
    expect(call.events.find((event) => event.kind === 'remote')).toMatchObject({
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$|^\d/) as unknown,
    });

    await call.until(() => browser.connection.connectionState === 'connected');
    for (let sequence = 0; sequence < 5; sequence += 1) browser.sendRtp(sequence, Buffer.from(`caller ${sequence}`));
    await call.until(() => call.packets.filter((packet) => packet.subarray(12).toString().startsWith('caller')).length === 5);
    for (let sequence = 0; sequence < 5; sequence += 1) call.transport.sendRtp(rtp(sequence, `bot ${sequence}`));
    await call.until(() => browser.received.length === 5);
    expect(browser.received.map((packet) => packet.subarray(-5).toString())).toEqual(['bot 0', 'bot 1', 'bot 2', 'bot 3', 'bot 4']);

    await call.until(() => call.events.some((event) => event.kind === 'channel-open'));
    await call.until(() => browser.channel?.readyState === 'open');
    const long = 'ü'.repeat(12_000);
    browser.channel!.send('hello');
    browser.channel!.send(long);
    browser.channel!.send(Buffer.from([1, 2, 3]));
    await call.until(() => call.texts().length === 2);
    expect(call.texts()).toEqual(['hello', long]);
    call.transport.command({ kind: 'send-text', text: 'well' });
    call.transport.command({ kind: 'send-text', text: long });
    await call.until(() => browser.texts.length === 2);
    expect(browser.texts).toEqual(['well', long]);
  });

  // The conversation was over, or the channel hung in "closing", because a page had closed it before the call.
  it('goes on when the page closes its channel first', async () => {
    await browser.accept(call.transport.answer);
    await call.until(() => call.events.some((event) => event.kind === 'channel-open') && browser.channel?.readyState === 'open');
    browser.channel!.close();
    await call.until(() => browser.channel?.readyState === 'closed');
    call.transport.command({ kind: 'send-text', text: 'to nobody' });
    browser.sendRtp(1, Buffer.from('still here'));
    call.transport.sendRtp(rtp(1, 'bot'));
    await call.until(() => call.packets.some((packet) => packet.includes('still here')) && browser.received.length === 1);
    expect(call.states()).toEqual(['ice-connected', 'connected']);
  });
});
