import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface UdpListener {
  readonly address: string;
  readonly port: number;
  send(bytes: Uint8Array, address: string, port: number, failed?: () => void): void;
  close(): Promise<void>;
}

/** Binds one UDP socket. `received` gets every datagram; it must not throw. */
export async function openUdpListener(
  bind: { readonly address: string; readonly port: number },
  received: (bytes: Uint8Array, address: string, port: number) => void,
  failed: (error: Error) => void,
): Promise<UdpListener> {
  const socket: Socket = createSocket({ type: bind.address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
  const listening = once(socket, 'listening');
  socket.bind({ address: bind.address, port: bind.port, exclusive: true });
  await listening;
  enlargeBuffers(socket);
  socket.on('message', (bytes, from) => received(bytes, from.address, from.port));
  socket.on('error', failed);
  const { address, port } = socket.address();
  let isClosed = false;
  return {
    address,
    port,
    send(bytes, toAddress, toPort, sendFailed) {
      if (isClosed || toPort <= 0 || toPort > 65_535) {
        sendFailed?.();
        return;
      }
      socket.send(bytes, toPort, toAddress, (error) => {
        if (error !== null) sendFailed?.();
      });
    },
    close() {
      if (isClosed) return Promise.resolve();
      isClosed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/** A burst of calls must fit while the process is busy; the system may grant less. */
function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
  } catch {
    // The defaults work too.
  }
}

const BUFFER_BYTES = 4 * 1024 * 1024;

/** Room for a burst of some thousand requests while the thread is busy; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
