import { parentPort, workerData } from 'node:worker_threads';
import { connect } from 'node:net';

/** A thread of its own, as an attacker is: opens a WebSocket and sends frames as fast as they are taken, for so long. Tells how it ended. */
const { port, localAddress, frame, forMs, start } = workerData as {
  port: number;
  localAddress: string;
  frame: number[];
  forMs: number;
  start: number[];
};
const socket = connect({ host: '127.0.0.1', port, localAddress });
const block = Buffer.concat(Array.from({ length: Math.ceil(65_536 / frame.length) }, () => Buffer.from(frame)));
let sentBytes = 0;
let received = Buffer.alloc(0);
let over = false;
socket.on('error', () => undefined);
socket.write(
  `GET /ws/audio?persona=bot HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
);
socket.on('data', (bytes) => {
  const isFirst = received.length === 0;
  received = Buffer.concat([received, bytes]).subarray(-4_096);
  if (!isFirst) return;
  socket.write(Buffer.from(start));
  send();
});
socket.on('close', () => finish());
setTimeout(finish, forMs);

function send(): void {
  while (!over && !socket.destroyed) {
    sentBytes += block.length;
    if (socket.write(block)) continue;
    socket.once('drain', send);
    return;
  }
}

function finish(): void {
  if (over) return;
  over = true;
  // A close frame of a server is not masked: 0x88, its length, the code.
  const at = received.lastIndexOf(0x88);
  const code = at >= 0 && at + 4 <= received.length ? received.readUInt16BE(at + 2) : undefined;
  parentPort?.postMessage({ sentBytes: sentBytes - socket.writableLength, code });
  socket.destroy();
}
