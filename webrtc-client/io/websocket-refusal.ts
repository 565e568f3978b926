import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Closing } from '../websocket/close-reason.ts';

/** Answers an upgrade that is not taken: an HTTP status with problem details (RFC 9457). */
export function refuseUpgrade(socket: Duplex, status: number, code: string, detail: string, retryAfterS?: number): void {
  const { type, body } = problemDetails(status, code, detail);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
    'Connection: close',
  ];
  socket.once('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export function problemDetails(status: number, code: string, detail: string): { readonly type: string; readonly body: string } {
  return {
    type: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail }),
  };
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
