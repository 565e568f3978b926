import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Closing } from '../websocket/close-reason.ts';

/** Answers an upgrade that is not taken: an HTTP status with problem details (RFC 9457). */
export function refuseUpgrade(socket: Duplex, status: number, code: string, detail: string, retryAfterS?: number): void {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail });
  const lines = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
    'Connection: close',
  ];
  socket.once('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Browsers show their pages nothing of a refused upgrade, so a refused call is told over the connection itself. */
export function closeWith(socket: WebSocket, closing: Closing): void {
  if (closing.closeCode !== 1000) socket.send(JSON.stringify({ type: 'error', code: closing.code, text: closing.text }), () => undefined);
  socket.close(closing.closeCode, closing.code);
  // A client that does not answer the close is not waited for.
  const force = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once('close', () => clearTimeout(force));
}

const CLOSE_MS = 2_000;
