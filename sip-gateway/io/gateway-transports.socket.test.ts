import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { offers } from '../sdp/testing/vectors.ts';
import { startTestStack, until, type TestStack } from './test-stack.ts';

let stack: TestStack | undefined;
let socket: WebSocket | undefined;
afterEach(async () => {
  socket?.terminate();
  await stack?.close();
  stack = undefined;
});

it('a call over a WebSocket is told a Contact by which it finds back, and hung up on the same connection', async () => {
  stack = await startTestStack();
  const port = stack.server.boundListeners.find(({ transport }) => transport === 'ws')?.port ?? 0;
  socket = new WebSocket(`ws://127.0.0.1:${port}`, ['sip']);
  let heard = '';
  socket.on('message', (data: Buffer) => (heard += data.toString()));
  await new Promise((resolve) => socket?.once('open', resolve));
  const head = (method: string, to: string) => [
    `${method} sip:bot@127.0.0.1;transport=ws SIP/2.0`,
    `Via: SIP/2.0/WS 1l2d3.invalid;branch=z9hG4bK${method}`,
    'Max-Forwards: 70',
    'From: <sip:page@phone.example>;tag=page',
    `To: ${to}`,
    'Call-ID: websocket',
    `CSeq: 1 ${method}`,
    'Contact: <sip:page@1l2d3.invalid;transport=ws>',
  ];
  const invite = [...head('INVITE', '<sip:bot@127.0.0.1>'), 'Content-Type: application/sdp', `Content-Length: ${offers.sipp.length}`, ''];
  socket.send(`${invite.join('\r\n')}\r\n${offers.sipp}`);
  await until('a 200', () => heard.includes('SIP/2.0 200 OK'));
  expect(heard).toContain(`Contact: <sip:bot@127.0.0.1:${port};transport=ws>`);
  const to = /SIP\/2\.0 200 OK[^]*?\r\nTo: ([^\r]*)/.exec(heard)?.[1] ?? '';
  socket.send([...head('ACK', to), 'Content-Length: 0', '', ''].join('\r\n'));
  await until('the ACK', () => stack?.intake.acknowledged.length === 1);
  const closing = stack.gateway.close();
  await until('a BYE', () => heard.includes('BYE sip:page@1l2d3.invalid;transport=ws SIP/2.0\r\nVia: SIP/2.0/WS 127.0.0.1:'));
  await closing;
});
