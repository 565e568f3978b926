import { createHash } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A registrar for tests, written from RFC 3261 section 10.3 and RFC 7616 without a line of ours: what it accepts, an exchange accepts. */
export class TestRegistrar {
  readonly #socket: Socket;
  readonly #password: string;
  /** Contact of each address that is registered. */
  readonly bindings = new Map<string, string>();
  readonly seen: string[] = [];
  /** Answers to requests that are no REGISTER, and ours to OPTIONS. */
  readonly received: string[] = [];
  #nonces = 0;
  readonly #counts = new Map<string, number>();
  isSilent = false;

  static async open(password: string, port = 0): Promise<TestRegistrar> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new TestRegistrar(socket, password);
  }

  constructor(socket: Socket, password: string) {
    this.#socket = socket;
    this.#password = password;
    socket.on('message', (data, from) => this.#message(data.toString(), from));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** To whoever is registered there. */
  send(text: string, port: number): void {
    this.#socket.send(text, port, '127.0.0.1');
  }

  #message(text: string, from: RemoteInfo): void {
    if (text.startsWith('SIP/2.0')) {
      this.received.push(text);
      return;
    }
    this.seen.push(text);
    if (this.isSilent) return;
    if (text.startsWith('OPTIONS ')) return this.#answer(text, from, '200 OK', []);
    const refusal = this.#whyNot(text);
    if (refusal !== undefined) {
      this.#nonces += 1;
      const stale = refusal === 'stale' ? ', stale=true' : '';
      const challenges = ['MD5', 'SHA-256'].map(
        (algorithm) => `WWW-Authenticate: Digest realm="test", nonce="nonce${this.#nonces}", qop="auth", algorithm=${algorithm}${stale}`,
      );
      return this.#answer(text, from, '401 Unauthorized', challenges);
    }
    const address = /^To:.*<sip:([^>]*)>/im.exec(text)?.[1] ?? '';
    const [, contact = '', expires = ''] = /^Contact:\s*<([^>]*)>;expires=(\d+)/im.exec(text) ?? [];
    if (expires === '0') this.bindings.delete(address);
    else this.bindings.set(address, contact);
    this.#answer(text, from, '200 OK', expires === '0' ? [] : [`Contact: <${contact}>;expires=60`]);
  }

  /** Undefined: the credentials are right. */
  #whyNot(text: string): 'none' | 'stale' | 'wrong' | undefined {
    const header = /^Authorization:\s*Digest\s+(.*)$/im.exec(text)?.[1];
    if (header === undefined) return 'none';
    const field = (name: string): string =>
      new RegExp(`(?:^|[ ,])${name}=(?:"([^"]*)"|([^,\\s]*))`)
        .exec(header)
        ?.slice(1)
        .find((part) => part !== undefined) ?? '';
    if (field('nonce') !== `nonce${this.#nonces}`) return 'stale';
    const count = Number.parseInt(field('nc'), 16);
    if (count <= (this.#counts.get(field('nonce')) ?? 0)) return 'stale';
    this.#counts.set(field('nonce'), count);
    const h = (value: string): string =>
      createHash(field('algorithm') === 'SHA-256' ? 'sha256' : 'md5')
        .update(value)
        .digest('hex');
    const [method = '', uri = ''] = text.split(' ');
    const a1 = h(`${field('username')}:test:${this.#password}`);
    const expected = h([a1, field('nonce'), field('nc'), field('cnonce'), 'auth', h(`${method}:${uri}`)].join(':'));
    return field('uri') === uri && field('response') === expected ? undefined : 'wrong';
  }

  #answer(request: string, from: RemoteInfo, status: string, headers: readonly string[]): void {
    const head = request.split('\r\n').flatMap((line) => {
      if (/^Via:/i.test(line)) return [line.replace(/;rport(?=;|$)/, `;rport=${from.port};received=${from.address}`)];
      if (/^To:/i.test(line)) return [line.includes(';tag=') ? line : `${line};tag=reg`];
      return /^(?:From|Call-ID|CSeq):/i.test(line) ? [line] : [];
    });
    this.#socket.send([`SIP/2.0 ${status}`, ...head, ...headers, 'Content-Length: 0', '', ''].join('\r\n'), from.port, from.address);
  }
}
