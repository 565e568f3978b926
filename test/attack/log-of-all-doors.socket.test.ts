import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHouse, type House } from './support/house.ts';
import { InviteFlood } from './support/strangers.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse('limits.perAddress.sip=0', 'webrtc.offersPerMinute=10000', 'webrtc.websocket.connectionsPerMinute=10000');
});
afterEach(() => house.close());

/** What strangers do at each door, a few hundred times; each resolves when it is through. */
const DOORS: Readonly<Record<string, (house: House) => Promise<void>>> = {
  'telephones that ring and never acknowledge': async ({ sipPort }) => {
    const flood = await InviteFlood.open(sipPort, '127.0.0.1');
    await flood.send(1_500, 500);
    flood.close();
  },
  'offers of browsers that cannot be read': async ({ httpUrl }) => {
    for (let n = 0; n < 300; n++)
      await fetch(`${httpUrl}/webrtc/calls?persona=bot`, {
        method: 'POST',
        headers: { 'content-type': 'application/sdp' },
        body: n % 2 === 0 ? 'rubbish' : `v=0\r\nm=audio ${n}`,
      }).then((answer) => answer.arrayBuffer());
  },
  'browsers that ask for nobody': async ({ httpUrl }) => {
    for (let n = 0; n < 300; n++)
      await fetch(`${httpUrl}/webrtc/calls?persona=nobody${n}`, {
        method: 'POST',
        headers: { 'content-type': 'application/sdp', origin: 'https://evil.example' },
        body: 'v=0',
      }).then((answer) => answer.arrayBuffer());
  },
  'addresses that there are not': async ({ httpUrl }) => {
    for (let n = 0; n < 300; n++)
      await fetch(`${httpUrl}/${n % 2 === 0 ? 'wp-admin' : '%E0%A4%A'}/${n}`).then((answer) => answer.arrayBuffer());
  },
  'rubbish over HTTP and TLS ports': async ({ httpPort }) => {
    for (let n = 0; n < 200; n++) {
      const socket = connect(httpPort, '127.0.0.1')
        .on('error', () => undefined)
        .resume();
      socket.end('\u0016\u0003\u0001 rubbish\r\n\r\n');
      await once(socket, 'close');
    }
  },
  'WebSockets from pages that may not': async ({ httpPort }) => {
    for (let n = 0; n < 200; n++) {
      const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/ws/audio?persona=bot`, { origin: 'https://evil.example' });
      await new Promise((resolve) => socket.on('error', resolve).on('open', resolve));
      socket.terminate();
    }
  },
  'WebSockets that break the protocol': async ({ httpPort }) => {
    for (let n = 0; n < 100; n++) {
      const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/ws/audio?persona=${n % 3 === 0 ? 'nobody' : 'bot'}`).on(
        'error',
        () => undefined,
      );
      await new Promise((resolve) => socket.on('error', resolve).on('open', resolve));
      if (socket.readyState !== WebSocket.OPEN) continue;
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.send(n % 2 === 0 ? 'x'.repeat(100_000) : '{"type":"start","format":"mp3","sampleRate":-1}');
      await Promise.race([closed, pause(200)]);
      socket.terminate();
    }
  },
  'rubbish by UDP at the SIP port': async ({ sipPort }) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    for (let n = 0; n < 1_500; n++) {
      socket.send(n % 2 === 0 ? 'rubbish\r\n\r\n' : `OPTIONS sip:${n}\r\nVia: x\r\n\r\n`, sipPort, '127.0.0.1');
      if (n % 20 === 19) await pause(10);
    }
    socket.close();
  },
};

// Refusals flooded the log: siblings of the INVITE flood at every other door.
it.each(Object.entries(DOORS))(
  '%s: few lines, so that an hour of it is less than a megabyte',
  async (_what, attack) => {
    const startedMs = performance.now();
    await attack(house);
    const tookS = (performance.now() - startedMs) / 1000;
    const lines = house.logged();
    // Sixty calls have lines of their own at once, then ten a minute; a reason has a line at 0, 1, 3, 7, 15, 31 and then every 60 s.
    const isCall = (line: string): boolean => /"msg":"call (started|answered|ended)"/.test(line) && !line.includes('"times"');
    const bytes = lines.filter(isCall).reduce((sum, line) => sum + line.length, 0) / Math.max(1, lines.filter(isCall).length / 3);
    expect(bytes * (60 + 10 * 60) * (lines.some(isCall) ? 1 : 0)).toBeLessThan(700_000);
    expect(lines.filter(isCall).length).toBeLessThanOrEqual(3 * (60 + Math.ceil(tookS / 6)));
    const others = lines.filter((line) => !isCall(line));
    const reasons = new Set(others.map((line) => JSON.stringify([/"msg":"[^"]*"/.exec(line)?.[0], /"reason":"[^"]*"/.exec(line)?.[0]])));
    expect(reasons.size).toBeLessThan(12);
    expect(others.length).toBeLessThanOrEqual(reasons.size * (2 + Math.log2(1 + tookS)));
  },
  60_000,
);
