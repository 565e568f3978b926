import { afterEach, describe, expect, it } from 'vitest';
import { openHouse, until, type House } from './support/house.ts';
import { InviteFlood, offerAndNeverConnect, startAndMute } from './support/strangers.ts';

const opened: { close(): unknown }[] = [];
const house = async (...set: readonly string[]): Promise<House> => {
  const made = await openHouse(...set);
  opened.unshift(made);
  return made;
};

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

describe('a telephone caller is answered', () => {
  it('while two addresses offer browser calls that never connect, as many as the rate limit lets through', async () => {
    const attacked = await house();
    const statuses: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      statuses.push(...(await Promise.all(['127.0.0.2', '127.0.0.3'].map((address) => offerAndNeverConnect(attacked.httpPort, address)))));
    }
    const held = await attacked.places();
    expect(held.webrtc.connected).toBe(0);
    expect(held.webrtc.connecting).toBeLessThanOrEqual(8);
    expect(statuses.filter((status) => status === 201)).toHaveLength(held.webrtc.connecting);
    expect(statuses.filter((status) => status === 429).length).toBe(60 - held.webrtc.connecting);
    // Another browser is not kept out either.
    expect(await offerAndNeverConnect(attacked.httpPort, '127.0.0.9')).toBe(201);
    expect(await attacked.phoneCall()).toBeLessThan(2_000);
  });

  it('while many addresses do, and so is another browser, for which the oldest offer gives way', async () => {
    const attacked = await house('limits.connecting=8', 'webrtc.connectMs=15000');
    for (let i = 0; i < 12; i += 1) await offerAndNeverConnect(attacked.httpPort, `127.0.1.${i + 1}`);
    expect((await attacked.places()).webrtc.connecting).toBe(8);
    expect(await attacked.phoneCall()).toBeLessThan(2_000);
    await until('a place in the line of browsers', async () => (await offerAndNeverConnect(attacked.httpPort, '127.0.2.1')) === 201);
  });

  it('while WebSockets that start, mute themselves and answer pings take all they can get', async () => {
    const attacked = await house('webrtc.websocket.connectionsPerMinute=1000');
    const from = Array.from({ length: 30 }, (_, index) => `127.0.0.${20 + (index % 6)}`);
    const clients = await Promise.all(from.map((address) => startAndMute(attacked.httpPort, address)));
    opened.push({ close: () => clients.forEach(({ socket }) => socket.terminate()) });
    const held = await attacked.places();
    // 20 in all, 5 kept for telephones, 5 for browsers.
    expect(held.websocket.connected).toBe(10);
    expect(clients.filter(({ outcome }) => outcome === 1013)).toHaveLength(20);
    expect(held.sip.free).toBeGreaterThanOrEqual(5);
    expect(held.webrtc.free).toBeGreaterThanOrEqual(5);
    expect(await attacked.phoneCall()).toBeLessThan(2_000);
    expect(await offerAndNeverConnect(attacked.httpPort, '127.0.0.9')).toBe(201);
  });

  it('while one of them alone does: it gets four', async () => {
    const attacked = await house();
    const clients = await Promise.all(Array.from({ length: 10 }, () => startAndMute(attacked.httpPort, '127.0.0.2')));
    opened.push({ close: () => clients.forEach(({ socket }) => socket.terminate()) });
    expect((await attacked.places()).websocket.connected).toBe(4);
    expect(await attacked.phoneCall()).toBeLessThan(2_000);
  });
});

describe('INVITEs that nobody acknowledges', () => {
  it('4500 of one address: a telephone is answered all the while, and they are gone some seconds later', async () => {
    const attacked = await house('sip.ackMs=3000');
    const flood = await InviteFlood.open(attacked.sipPort, '127.0.0.2');
    opened.push(flood);
    const sending = flood.send(4_500, 900);
    const setups: number[] = [];
    for (let i = 0; i < 8; i += 1) setups.push(await attacked.phoneCall());
    await sending;
    expect((await attacked.places()).sip.connecting).toBeLessThanOrEqual(10);
    expect(Math.max(...setups)).toBeLessThan(4_000);
    await until('the half-open calls to end', async () => (await attacked.places()).sip.connecting === 0, 10_000);
    expect((await attacked.places()).sip).toMatchObject({ connected: 0 });
  }, 40_000);

  it('of several addresses that fill the line: the address with most of them gives way to a telephone', async () => {
    const attacked = await house();
    const floods = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((address) => InviteFlood.open(attacked.sipPort, address)));
    opened.push(...floods);
    await Promise.all(floods.map((flood) => flood.send(20, 1_000)));
    await until('a full line', async () => (await attacked.places()).sip.connecting === 20);
    await until('an old line', async () => {
      try {
        await attacked.phoneCall();
        return true;
      } catch {
        return false;
      }
    });
    expect(await attacked.phoneCall()).toBeLessThan(2_000);
  });
});
