import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { AppError } from '#domain/errors';
import type { PeerAnswer, PeerCommand, PeerListener, PeerSetup, PeerTransport, PeerTransportFactory } from '../peer-transport.ts';

/**
 * A transport for tests: plain RTP over UDP on loopback, so that a test phone can be its far side. Datagrams of text are commands:
 * `text:...` becomes a text event, `crash` throws in the socket's callback, `state:gone` is that event.
 */
export function testPeers(nowMs: () => number): PeerTransportFactory {
  return {
    async open(setup: PeerSetup, listener: PeerListener): Promise<PeerTransport> {
      if (setup.remoteIce.usernameFragment === 'no-ports') throw new AppError('NO_PORTS', 'all ports are in use');
      const socket = createSocket('udp4');
      await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
      return new TestTransport(socket, listener, nowMs, setup.remoteIce.usernameFragment === 'stuck');
    },
  };
}

class TestTransport implements PeerTransport {
  readonly answer: PeerAnswer;
  readonly #socket: Socket;
  readonly #listener: PeerListener;
  readonly #nowMs: () => number;
  readonly #stuck: boolean;
  #remote: RemoteInfo | undefined;

  constructor(socket: Socket, listener: PeerListener, nowMs: () => number, stuck: boolean) {
    this.#socket = socket;
    this.#listener = listener;
    this.#nowMs = nowMs;
    this.#stuck = stuck;
    const candidate = `candidate:1 1 udp 1 127.0.0.1 ${socket.address().port} typ host`;
    this.answer = {
      ice: { usernameFragment: 'test', password: 'secret', candidates: [candidate] },
      iceLite: true,
      fingerprint: { algorithm: 'sha-256', value: 'AA' },
    };
    socket.on('message', (bytes, from) => this.#received(bytes, from));
  }

  sendRtp(packet: Uint8Array): void {
    this.#send(packet);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#send(packet);
  }

  command(command: PeerCommand): void {
    if (command.kind !== 'send-text') return;
    if (command.text === 'crash') throw new Error('transport crashed on purpose');
    if (command.text === 'crash later') void Promise.reject(new Error('transport crashed on purpose, later'));
    if (command.text === 'reject for nobody')
      this.#listener.event({
        kind: 'text',
        get text(): string {
          return (void Promise.reject(new Error('nobody asked')), 'rejected');
        },
        atMs: this.#nowMs(),
      });
    this.#send(Buffer.from(`text:${command.text}`));
  }

  async close(): Promise<void> {
    this.#socket.close();
    if (this.#stuck) await new Promise(() => undefined);
  }

  #send(bytes: Uint8Array): void {
    if (this.#remote !== undefined) this.#socket.send(bytes, this.#remote.port, this.#remote.address);
  }

  #received(bytes: Buffer, from: RemoteInfo): void {
    this.#remote = from;
    if (bytes[0]! >= 128) return this.#listener.packet(bytes);
    const text = bytes.toString();
    if (text === 'crash') throw new Error('transport crashed on purpose');
    if (text === 'state:gone') this.#listener.event({ kind: 'state', state: 'gone', atMs: this.#nowMs() });
    if (text.startsWith('text:')) this.#listener.event({ kind: 'text', text: text.slice(5), atMs: this.#nowMs() });
  }
}
