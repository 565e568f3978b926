import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { openHouse, until, type House } from './support/house.ts';

let house: House | undefined;
let sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await house?.close();
  house = undefined;
});

/** A connection that says `text` and waits; `openForMs` tells how long it was let. */
function hold(
  port: number,
  localAddress: string,
  text: string | readonly string[],
): { readonly isOpen: () => boolean; readonly openForMs: () => number } {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  sockets.push(socket);
  const beganMs = performance.now();
  let closedMs: number | undefined;
  socket.on('error', () => undefined);
  socket.resume();
  socket.on('close', () => (closedMs ??= performance.now()));
  if (typeof text === 'string') socket.write(text);
  else {
    // A line of its head every half second.
    const lines = [...text];
    const timer = setInterval(() => socket.writable && socket.write(lines.shift() ?? 'x: y\r\n'), 500);
    socket.once('close', () => clearInterval(timer));
  }
  return { isOpen: () => closedMs === undefined, openForMs: () => (closedMs ?? performance.now()) - beganMs };
}

it('connections that say nothing, or too slowly, are closed within seconds: http, https before the handshake, SIP over TCP', async () => {
  house = await openHouse('http.https.enabled=true');
  const held = {
    'https without a ClientHello': hold(house.httpsPort, '127.0.0.2', ''),
    'https with half a ClientHello': hold(house.httpsPort, '127.0.0.2', '\x16\x03\x01\x02\x00\x01\x00'),
    'http without a word': hold(house.httpPort, '127.0.0.2', ''),
    'http with half a head': hold(house.httpPort, '127.0.0.2', 'GET / HTTP/1.1\r\nHost: x\r\n'),
    'http line by line': hold(house.httpPort, '127.0.0.2', ['GET / HTTP/1.1\r\n', 'Host: x\r\n']),
    'http with half a body': hold(
      house.httpPort,
      '127.0.0.2',
      'POST /webrtc/calls HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 500\r\n\r\nv=0',
    ),
    'SIP without a word': hold(house.sipPort, '127.0.0.2', ''),
    'SIP line by line': hold(house.sipPort, '127.0.0.2', ['INVITE sip:bot@127.0.0.1 SIP/2.0\r\n', 'Max-Forwards: 70\r\n']),
    'SIP with keep-alives only': hold(house.sipPort, '127.0.0.2', [
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
      '\r\n\r\n',
    ]),
  };
  expect(await house.phoneCall()).toBeLessThan(2_000);
  await until('all of them to be closed', () => Object.values(held).every(({ isOpen }) => !isOpen()), 25_000);
  // 10 s, the next look of every 5 s, and a busy machine.
  for (const [what, { openForMs }] of Object.entries(held)) {
    expect(openForMs(), what).toBeGreaterThan(5_000);
    expect(openForMs(), what).toBeLessThan(20_000);
  }
}, 40_000);

it('one address has so many connections and no more, and keeps neither page nor telephone from others', async () => {
  house = await openHouse('http.https.enabled=true', 'limits.connections=60', 'limits.connectionsPerAddress=10');
  const ports = [house.httpPort, house.httpsPort, house.sipPort];
  const flood = ports.flatMap((port) => Array.from({ length: 50 }, () => hold(port, '127.0.0.2', '')));
  const open = (): number => flood.filter(({ isOpen }) => isOpen()).length;
  // Ten for http and https together, ten for SIP.
  await until('the others to be closed', () => open() === 20);
  await pause(200);
  expect(open()).toBe(20);
  expect((await fetch(`${house.httpUrl}/health`)).status).toBe(200);
  const tls = connectTls({ host: '127.0.0.1', port: house.httpsPort, rejectUnauthorized: false });
  sockets.push(tls);
  await new Promise((resolve, reject) => tls.once('secureConnect', resolve).once('error', reject));
  expect(await house.phoneCall()).toBeLessThan(2_000);
  expect(await (await fetch(`${house.httpUrl}/metrics`)).text()).toMatch(/parley_http_connections\{state="refused"\} 90/);
});

it('many addresses have so many together, and the telephone is answered', async () => {
  house = await openHouse('limits.connections=30', 'limits.connectionsPerAddress=10');
  const { httpPort, sipPort } = house;
  const flood = [httpPort, sipPort].flatMap((port) =>
    Array.from({ length: 80 }, (_, index) => hold(port, `127.0.0.${10 + (index % 16)}`, '')),
  );
  await until('the others to be closed', () => flood.filter(({ isOpen }) => isOpen()).length === 60);
  expect(await house.phoneCall()).toBeLessThan(2_000);
});
