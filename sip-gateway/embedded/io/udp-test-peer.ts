import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A phone for tests: says exactly what it is told over a UDP socket, and hands over what it hears, in order. */
export class UdpPeer {
  readonly #socket: Socket;
  readonly #heard: string[] = [];
  readonly #waiting: { readonly wanted: RegExp; readonly resolve: (message: string) => void }[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.#take(bytes.toString()));
  }

  static async open(): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(port: number, lines: readonly string[], body = ''): void {
    const head = [...lines, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n');
    this.#socket.send(`${head}\r\n\r\n${body}`, port, '127.0.0.1');
  }

  /** The next message whose text matches, whether it came before or is still to come; earlier ones stay. */
  async hears(wanted: RegExp, withinMs = 3000): Promise<string> {
    const index = this.#heard.findIndex((message) => wanted.test(message));
    if (index >= 0) return this.#heard.splice(index, 1)[0] as string;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`heard no ${wanted}, but:\n${this.#heard.join('\n---\n')}`)), withinMs);
      this.#waiting.push({
        wanted,
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  get heard(): readonly string[] {
    return this.#heard;
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: string): void {
    const index = this.#waiting.findIndex((waiter) => waiter.wanted.test(message));
    if (index < 0) this.#heard.push(message);
    else this.#waiting.splice(index, 1)[0]?.resolve(message);
  }
}

/** The value of one header of a message as text. */
export function headerOf(message: string, name: string): string {
  const match = new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'im').exec(message);
  if (match === null) throw new Error(`no ${name} in:\n${message}`);
  return (match[1] as string).trim();
}
