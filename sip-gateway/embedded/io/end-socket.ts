import type { Socket } from 'node:net';

/** Closes after what was written has left, but does not wait for a peer that takes nothing. */
export function endSocket(socket: Socket): void {
  while (socket.writableCorked > 0) socket.uncork();
  socket.destroySoon();
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
  socket.once('close', () => clearTimeout(timer));
}

const FLUSH_MS = 1000;
