import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { TestPhone, type SipText } from '#callers/io/test-phone';
import { writeRtp } from '#callers/rtp';

export interface Message {
  readonly body?: string;
  readonly contentType?: string;
  /** Fields behind the usual ones. */
  readonly more?: readonly string[];
  /** Fields in place of the usual ones of that name. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** A telephone for one call whose every byte a test decides: SIP over UDP, and RTP beside it. Nothing is sent twice, nothing by itself. */
export class FieldPhone {
  callId: string;
  readonly rtpPort: number;
  readonly #sip: TestPhone;
  readonly #rtp: Socket;
  readonly #serverPort: number;
  /** Payload types that came from the bot. */
  readonly heardTypes: number[] = [];
  #toTag = '';
  #cseq = 0;
  #branch = '';
  #sequence = 1000;
  #timestamp = 160_000;

  static async open(serverPort: number): Promise<FieldPhone> {
    const rtp = createSocket('udp4');
    rtp.bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    const sip = await TestPhone.open({ host: '127.0.0.1', port: serverPort });
    return new FieldPhone(sip, rtp, serverPort);
  }

  constructor(sip: TestPhone, rtp: Socket, serverPort: number) {
    this.#sip = sip;
    this.#rtp = rtp;
    this.#serverPort = serverPort;
    this.rtpPort = rtp.address().port;
    this.callId = `${sip.port}-${Math.trunc(performance.now() * 1000)}@field.invalid`;
    rtp.on('message', (bytes) => void this.heardTypes.push((bytes[1] ?? 0) & 0x7f));
  }

  close(): void {
    this.#sip.close();
    this.#rtp.close();
  }

  get sipPort(): number {
    return this.#sip.port;
  }

  /** An SDP of this phone: `lines` behind the session's own, `PORT` stands for the RTP port. */
  sdp(...lines: readonly string[]): string {
    return ['v=0', 'o=field 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, '']
      .join('\r\n')
      .replaceAll('PORT', String(this.rtpPort));
  }

  /** Sends a request and gives its final answer. */
  async ask(method: string, message: Message = {}): Promise<SipText> {
    this.send(method, message);
    return await this.final(method);
  }

  send(method: string, message: Message = {}): void {
    this.#cseq += 1;
    this.#branch = this.#sip.branch();
    this.raw(this.#request(method, this.#cseq, this.#branch, message));
  }

  async final(method: string): Promise<SipText> {
    return await this.take(`a final answer to ${method}`, (answer) => answer.status >= 200 && answer.method === method);
  }

  /** Sends INVITE, gives its final answer, acknowledged. `ackBody`: our answer, where the 200 brought an offer. */
  async invite(message: Message = {}, ackBody?: (offer: string) => string): Promise<SipText> {
    const answer = await this.ask('INVITE', message);
    this.ack(answer, ackBody === undefined ? {} : { body: ackBody(answer.body) });
    return answer;
  }

  ack(answer: SipText, message: Message = {}): void {
    if (answer.status < 300) this.takeTag(answer);
    this.ackOf(answer, answer.status >= 300 ? { ...message, instead: { To: answer.header('to') } } : message);
  }

  /** ACK of an answer that may be to an earlier INVITE. */
  ackOf(answer: SipText, message: Message): void {
    const cseq = Number.parseInt(answer.header('CSeq'), 10);
    this.raw(this.#request('ACK', cseq, answer.status >= 300 ? this.#branch : this.#sip.branch(), message));
  }

  /** The dialog is the one of this 200. */
  takeTag(answer: SipText): void {
    this.#toTag = /;tag=([^;,\s]+)/.exec(answer.header('to'))?.[1] ?? '';
  }

  reply(request: SipText, status: string, message: Message = {}): void {
    const fields = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${request.header(name)}`);
    this.raw(finish([`SIP/2.0 ${status}`, ...fields, `Contact: <sip:field@127.0.0.1:${this.sipPort}>`, ...(message.more ?? [])], message));
  }

  raw(text: string | Uint8Array): void {
    this.#sip.send(text);
  }

  /** The first message that matches and was not taken before. */
  async take(what: string, matches: (message: SipText) => boolean, withinMs?: number): Promise<SipText> {
    return await this.#sip.take(what, matches, withinMs);
  }

  /** RTP to where `answer` says that the bot listens; `payloads` leave together. */
  async rtp(
    answer: string,
    packets: readonly {
      readonly payloadType: number;
      readonly payload: Uint8Array;
      readonly holdsTime?: boolean;
      readonly ticks?: number;
    }[],
  ): Promise<void> {
    const port = Number(/^m=audio ([1-9]\d*)/m.exec(answer)?.[1] ?? 0);
    for (const { payloadType, payload, holdsTime, ticks = payload.length } of packets) {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      const packet = writeRtp({ payloadType, marker: false, sequence: this.#sequence, timestamp: this.#timestamp, ssrc: 4711, payload });
      if (holdsTime !== true) this.#timestamp += ticks;
      this.#rtp.send(packet, port, '127.0.0.1');
      await pause(1);
    }
  }

  /** A key as RFC 4733 sends it: some packets while it is down, three that it is up. */
  async key(answer: string, payloadType: number, digit: string): Promise<void> {
    const event = (durationTicks: number, end: boolean) => ({
      payloadType,
      holdsTime: true,
      payload: Uint8Array.of('0123456789*#ABCD'.indexOf(digit), end ? 0x8a : 0x0a, durationTicks >> 8, durationTicks & 0xff),
    });
    await this.rtp(answer, [event(160, false), event(320, false), event(480, false), event(640, true), event(640, true), event(640, true)]);
    this.#timestamp += 1600;
  }

  #request(method: string, cseq: number, branch: string, message: Message): string {
    const uri = `sip:bot@127.0.0.1:${this.#serverPort}`;
    const usual: readonly (readonly [string, string])[] = [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${this.sipPort};branch=${branch};rport`],
      ['Max-Forwards', '70'],
      ['From', `<sip:field@127.0.0.1>;tag=${this.sipPort}`],
      ['To', `<${uri}>${this.#toTag === '' ? '' : `;tag=${this.#toTag}`}`],
      ['Call-ID', this.callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', `<sip:field@127.0.0.1:${this.sipPort}>`],
    ];
    const fields = usual.map(([name, value]) => `${name}: ${message.instead?.[name] ?? value}`);
    return finish([`${method} ${uri} SIP/2.0`, ...fields, ...(message.more ?? [])], message);
  }
}

function finish(head: readonly string[], { body = '', contentType = 'application/sdp' }: Message): string {
  return [...head, ...(body === '' ? [] : [`Content-Type: ${contentType}`]), `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
    '\r\n',
  );
}

export function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

/** Waits until `holds`. */
export async function until(what: string, holds: () => boolean, withinMs = 4_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await pause(5);
  }
}

/** A square wave of 500 Hz, 20 ms. */
export function voice(law: 'PCMU' | 'PCMA'): Uint8Array {
  const [high, low] = law === 'PCMU' ? [0x9f, 0x1f] : [0xb5, 0x35];
  return Uint8Array.from({ length: 160 }, (_, i) => (i % 16 < 8 ? high : low));
}
