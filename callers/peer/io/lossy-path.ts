import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isMedia, type CandidateAddress } from '../candidates.ts';
import { RandomLoss } from '../random-loss.ts';

/** A stretch of network between a caller and the app that loses media packets at random, each way, before anybody has decrypted them. */
export class LossyPath {
  readonly #near: Socket;
  readonly #far: Socket;
  #caller: { readonly address: string; readonly port: number } | undefined;

  private constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
  }

  /** `ratio`: 0 to 1. Connection checks and DTLS pass: it is speech that is wanted damaged. */
  static async open(app: CandidateAddress, ratio: number, seed: number): Promise<LossyPath> {
    const near = await bind('127.0.0.1');
    const far = await bind('0.0.0.0');
    const path = new LossyPath(near, far);
    const toApp = new RandomLoss(ratio, seed * 2);
    const toCaller = new RandomLoss(ratio, seed * 2 + 1);
    near.on('message', (bytes, from) => {
      path.#caller = from;
      if (!isMedia(bytes) || !toApp.drops()) far.send(bytes, app.port, app.address, ignore);
    });
    far.on('message', (bytes) => {
      const caller = path.#caller;
      if (caller && (!isMedia(bytes) || !toCaller.drops())) near.send(bytes, caller.port, caller.address, ignore);
    });
    return path;
  }

  /** Where the caller has to send. */
  get entry(): CandidateAddress {
    return { address: '127.0.0.1', port: this.#near.address().port };
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }
}

async function bind(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.on('error', ignore);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** A far side that is gone says so by ICMP. */
const ignore = () => {};
