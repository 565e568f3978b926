import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

/** A SIP message as a test wants to look at it. */
export interface SipText {
  readonly startLine: string;
  /** Of a response, else 0. */
  readonly status: number;
  /** Of a request, else that of the CSeq. */
  readonly method: string;
  readonly body: string;
  readonly raw: string;
  header(name: string): string;
}

/** A phone for tests: plain UDP on loopback, no retransmission, nothing automatic but what the test asks for. */
export class TestPhone {
  readonly #socket: Socket;
  readonly #target: { readonly host: string; readonly port: number };
  readonly received: SipText[] = [];
  readonly #waiting = new Set<() => void>();
  #serial = 0;

  static async open(target: { host: string; port: number }, localAddress = '127.0.0.1'): Promise<TestPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, localAddress);
    await once(socket, 'listening');
    return new TestPhone(socket, target);
  }

  constructor(socket: Socket, target: { host: string; port: number }) {
    this.#socket = socket;
    this.#target = target;
    socket.on('message', (data) => {
      if (data.length < 12) return;
      this.received.push(parse(data.toString()));
      for (const wake of this.#waiting) wake();
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get host(): string {
    return this.#socket.address().address;
  }

  close(): void {
    this.#socket.close();
  }

  send(text: string | Uint8Array): void {
    this.#socket.send(text, this.#target.port, this.#target.host);
  }

  branch(): string {
    this.#serial += 1;
    return `z9hG4bK${this.port}x${this.#serial}`;
  }

  /** The first message that matches and was not taken before. */
  async take(what: string, matches: (message: SipText) => boolean, timeoutMs = 4_000): Promise<SipText> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const index = this.received.findIndex(matches);
      if (index >= 0) return this.received.splice(index, 1)[0] as SipText;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; received: ${this.received.map(({ startLine }) => startLine).join(' | ')}`);
      await this.#next(left);
    }
  }

  response(status: number, method: string): Promise<SipText> {
    return this.take(`${status} to ${method}`, (message) => message.status === status && message.method === method);
  }

  request(method: string, timeoutMs?: number): Promise<SipText> {
    return this.take(method, (message) => message.status === 0 && message.method === method, timeoutMs);
  }

  /** Answers a request of the server's. */
  reply(request: SipText, status: string): void {
    const head = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${request.header(name)}`);
    this.send([`SIP/2.0 ${status}`, ...head, 'Content-Length: 0', '', ''].join('\r\n'));
  }

  /** A request outside any call. */
  plain(method: string, uri: string, headers: readonly string[] = []): void {
    const tag = this.branch();
    const head = [`${method} ${uri} SIP/2.0`, `Via: SIP/2.0/UDP ${this.host}:${this.port};branch=${tag};rport`, 'Max-Forwards: 70'];
    const ids = [`From: <sip:t@${this.host}>;tag=${tag}`, `To: <${uri}>`, `Call-ID: ${tag}@test`, `CSeq: 1 ${method}`];
    this.send([...head, ...ids, ...headers, 'Content-Length: 0', '', ''].join('\r\n'));
  }

  #next(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#waiting.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    });
  }
}

/** One call of a test phone. */
export class TestCall {
  readonly phone: TestPhone;
  readonly uri: string;
  readonly callId: string;
  readonly fromTag: string;
  toTag = '';
  #cseq = 0;
  #inviteBranch = '';

  constructor(phone: TestPhone, uri: string) {
    this.phone = phone;
    this.uri = uri;
    this.fromTag = phone.branch();
    this.callId = `${this.fromTag}@test`;
  }

  /** Sends INVITE, first or again. */
  invite(
    options: { readonly sdp?: string; readonly headers?: readonly string[]; readonly contentType?: string; readonly from?: string } = {},
  ): void {
    this.#cseq += 1;
    this.#inviteBranch = this.phone.branch();
    this.#send('INVITE', this.#cseq, this.#inviteBranch, options);
  }

  ack(response: SipText, sdp?: string): void {
    this.toTag = /;tag=([^;]+)/.exec(response.header('To'))?.[1] ?? '';
    const branch = response.status >= 300 ? this.#inviteBranch : this.phone.branch();
    const cseq = Number.parseInt(response.header('CSeq'), 10);
    this.#send('ACK', cseq, branch, sdp === undefined ? {} : { sdp });
  }

  cancel(): void {
    this.#send('CANCEL', this.#cseq, this.#inviteBranch, {});
  }

  request(method: string, options: { readonly sdp?: string; readonly contentType?: string } = {}): void {
    this.#cseq += 1;
    this.#send(method, this.#cseq, this.phone.branch(), options);
  }

  bye(): void {
    this.request('BYE');
  }

  /** INVITE to ACK: returns the 200. */
  async establish(options: Parameters<TestCall['invite']>[0]): Promise<SipText> {
    this.invite(options);
    const ok = await this.phone.response(200, 'INVITE');
    this.ack(ok);
    return ok;
  }

  #send(
    method: string,
    cseq: number,
    branch: string,
    options: { sdp?: string; headers?: readonly string[]; contentType?: string; from?: string },
  ): void {
    const { host, port } = this.phone;
    const body = options.sdp ?? '';
    const toTag = this.toTag === '' || method === 'CANCEL' ? '' : `;tag=${this.toTag}`;
    const head = [
      `${method} ${this.uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${host}:${port};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: ${options.from ?? `"Test Phone" <sip:tester@${host}:${port}>`};tag=${this.fromTag}`,
      `To: <${this.uri}>${toTag}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:tester@${host}:${port}>`,
      ...(options.headers ?? []),
      ...(body === '' ? [] : [`Content-Type: ${options.contentType ?? 'application/sdp'}`]),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.phone.send(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
}

function parse(raw: string): SipText {
  const split = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, split < 0 ? undefined : split).split('\r\n');
  const startLine = lines[0] ?? '';
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1] ?? 0);
  const header = (name: string): string => {
    const prefix = `${name.toLowerCase()}:`;
    return lines
      .filter((line) => line.toLowerCase().startsWith(prefix))
      .map((line) => line.slice(prefix.length).trim())
      .join(', ');
  };
  const method = status === 0 ? (startLine.split(' ', 1)[0] ?? '') : (header('CSeq').split(' ')[1] ?? '');
  return { startLine, status, method, body: split < 0 ? '' : raw.slice(split + 4), raw, header };
}
