import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { addressOfUri, header, parseSip, tagOf, uriOf, writeSip, type SipAddress, type SipMessage } from '../sip-text.ts';

const T1_MS = 500; // RFC 3261 section 17.1.1.1
const TRANSACTION_MS = 64 * T1_MS;

interface Pending {
  readonly method: string;
  readonly onResponse: (response: SipMessage) => void;
  stopRetransmitting(): void;
}

export interface SipClientEvents {
  /** The far side ended the dialog. */
  onBye(): void;
  /** The far side sent a request with a body inside the dialog; the answer is the body of the 200. */
  onReinvite(body: string): string;
}

/** The signalling side of one call over UDP: one INVITE dialog, made and kept by RFC 3261, without authentication. */
export class SipClient {
  readonly callId = `${randomBytes(12).toString('hex')}@caller.invalid`;
  readonly localAddress: string;
  readonly #socket: Socket;
  readonly #target: SipAddress;
  readonly #uri: string;
  readonly #events: SipClientEvents;
  readonly #fromTag = randomBytes(6).toString('hex');
  readonly #extraHeaders: readonly (readonly [string, string])[];
  readonly #fromUser: string;
  readonly #pending = new Map<string, Pending>();
  #cseq = 0;
  #remoteTo = '';
  #remoteContact = '';
  #route: readonly string[] = [];
  #inviteBranch = '';
  #ack: { readonly cseq: number; readonly text: string } | undefined;
  #byed = false;

  private constructor(
    socket: Socket,
    localAddress: string,
    uri: string,
    options: { fromUser: string; headers: Readonly<Record<string, string>> },
    events: SipClientEvents,
  ) {
    this.#socket = socket;
    this.localAddress = localAddress;
    this.#uri = uri;
    this.#target = addressOfUri(uri);
    this.#fromUser = options.fromUser;
    this.#extraHeaders = Object.entries(options.headers);
    this.#events = events;
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    socket.on('error', () => {});
  }

  static async open(
    uri: string,
    options: { fromUser: string; headers: Readonly<Record<string, string>> },
    events: SipClientEvents,
  ): Promise<SipClient> {
    const target = addressOfUri(uri);
    const probe = createSocket('udp4'); // learns which of our addresses reaches the target; sends nothing
    probe.connect(target.port, target.host);
    await once(probe, 'connect');
    const localAddress = probe.address().address;
    probe.close();
    const socket = createSocket('udp4');
    socket.bind(0, localAddress);
    await once(socket, 'listening');
    return new SipClient(socket, localAddress, uri, options, events);
  }

  /** Sends an INVITE and resolves with its final response, acknowledged. `onProvisional` sees every 1xx. */
  invite(body: string, onProvisional: (status: number) => void = () => {}): Promise<SipMessage> {
    const inDialog = this.#remoteTo !== '';
    const cseq = ++this.#cseq;
    const branch = newBranch();
    this.#inviteBranch = branch;
    const headers = [
      ...this.#headers('INVITE', cseq, branch),
      ...this.#extraHeaders,
      ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'] as const,
      ...(body ? [['Content-Type', 'application/sdp'] as const] : []),
    ];
    const text = writeSip(`INVITE ${inDialog ? this.#remoteContact : this.#uri} SIP/2.0`, headers, body);
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        pending.stopRetransmitting();
        this.#pending.delete(branch);
        reject(new Error(`no final answer from ${this.#target.host}:${this.#target.port} within ${TRANSACTION_MS / 1000} s; does it run?`));
      }, TRANSACTION_MS);
      const pending: Pending = {
        method: 'INVITE',
        stopRetransmitting: this.#retransmit(text, Infinity),
        onResponse: (response) => {
          pending.stopRetransmitting();
          const status = response.status ?? 0;
          if (status < 200) return onProvisional(status);
          clearTimeout(timeout);
          if (status < 300) this.#confirm(response, cseq);
          else this.#send(this.#ackFor(response, cseq, branch));
          resolve(response);
        },
      };
      this.#pending.set(branch, pending);
    });
  }

  /** Gives up a ringing INVITE; `invite` then resolves with 487, or with the 200 that crossed it. */
  cancel(): void {
    const text = writeSip(`CANCEL ${this.#uri} SIP/2.0`, this.#headers('CANCEL', this.#cseq, this.#inviteBranch));
    this.#send(text);
  }

  /** A request inside the dialog: BYE, INFO, UPDATE, OPTIONS. Resolves with the status, 0 if none came. */
  request(method: string, body = '', contentType = 'application/sdp', giveUpMs = 4000): Promise<number> {
    if (method === 'BYE') {
      if (this.#byed) return Promise.resolve(0);
      this.#byed = true;
    }
    const branch = newBranch();
    const headers = [...this.#headers(method, ++this.#cseq, branch), ...(body ? [['Content-Type', contentType] as const] : [])];
    const text = writeSip(`${method} ${this.#remoteContact || this.#uri} SIP/2.0`, headers, body);
    return new Promise((resolve) => {
      const timeout = setTimeout(() => {
        pending.stopRetransmitting();
        this.#pending.delete(branch);
        resolve(0);
      }, giveUpMs);
      const pending: Pending = {
        method,
        stopRetransmitting: this.#retransmit(text, 4000),
        onResponse: (response) => {
          if ((response.status ?? 0) < 200) return;
          pending.stopRetransmitting();
          clearTimeout(timeout);
          this.#pending.delete(branch);
          resolve(response.status ?? 0);
        },
      };
      this.#pending.set(branch, pending);
    });
  }

  close(): void {
    for (const pending of this.#pending.values()) pending.stopRetransmitting();
    this.#pending.clear();
    this.#socket.close();
  }

  #headers(method: string, cseq: number, branch: string): (readonly [string, string])[] {
    const port = this.#socket.address().port;
    const self = `sip:${this.#fromUser}@${this.localAddress}`;
    return [
      ['Via', `SIP/2.0/UDP ${this.localAddress}:${port};branch=${branch};rport`],
      ['Max-Forwards', '70'],
      ...this.#route.map((value) => ['Route', value] as const),
      ['From', `<${self}>;tag=${this.#fromTag}`],
      ['To', method === 'CANCEL' || this.#remoteTo === '' ? `<${this.#uri}>` : this.#remoteTo],
      ['Call-ID', this.callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', `<sip:${this.#fromUser}@${this.localAddress}:${port}>`],
      ['User-Agent', 'parley-caller'],
    ];
  }

  #confirm(response: SipMessage, cseq: number): void {
    this.#remoteTo = header(response, 'to');
    this.#remoteContact = uriOf(header(response, 'contact')) || this.#uri;
    this.#route = [...(response.headers.get('record-route') ?? [])].reverse();
    const text = writeSip(`ACK ${this.#remoteContact} SIP/2.0`, this.#headers('ACK', cseq, newBranch()));
    this.#ack = { cseq, text };
    this.#send(text);
  }

  #ackFor(response: SipMessage, cseq: number, branch: string): string {
    const headers = this.#headers('ACK', cseq, branch).map(
      ([name, value]) => [name, name === 'To' ? header(response, 'to') : value] as const,
    );
    return writeSip(`ACK ${this.#remoteTo === '' ? this.#uri : this.#remoteContact} SIP/2.0`, headers);
  }

  #received(bytes: Buffer, from: { address: string; port: number }): void {
    const message = parseSip(bytes.toString('utf8'));
    if (!message || header(message, 'call-id') !== this.callId) return;
    if (message.status !== undefined) this.#gotResponse(message);
    else this.#gotRequest(message, from);
  }

  #gotResponse(response: SipMessage): void {
    const [cseq = '', method] = header(response, 'cseq').split(/\s+/);
    if (method === 'INVITE' && (response.status ?? 0) >= 200 && (response.status ?? 0) < 300 && this.#ack?.cseq === Number(cseq)) {
      return this.#send(this.#ack.text); // the 200 again: our ACK was lost
    }
    const branch = /branch=([^;,\s]+)/.exec(header(response, 'via'))?.[1] ?? '';
    const pending = this.#pending.get(branch);
    if (pending && pending.method === method) pending.onResponse(response);
  }

  #gotRequest(request: SipMessage, from: { address: string; port: number }): void {
    if (request.method === 'ACK') return;
    const known = tagOf(header(request, 'to')) === this.#fromTag;
    const answer = (status: string, body = '') => {
      const copied = ['via', 'from', 'to', 'call-id', 'cseq', 'record-route'].flatMap((name) =>
        (request.headers.get(name) ?? []).map((value) => [name, value] as const),
      );
      const port = this.#socket.address().port;
      const more = body
        ? [['Contact', `<sip:${this.#fromUser}@${this.localAddress}:${port}>`] as const, ['Content-Type', 'application/sdp'] as const]
        : [];
      this.#socket.send(writeSip(`SIP/2.0 ${status}`, [...copied, ...more], body), from.port, from.address, () => {});
    };
    if (!known) return answer('481 Call/Transaction Does Not Exist');
    switch (request.method) {
      case 'BYE':
        answer('200 OK');
        if (!this.#byed) {
          this.#byed = true;
          this.#events.onBye();
        }
        return;
      case 'INVITE':
        return answer('200 OK', this.#events.onReinvite(request.body));
      case 'UPDATE':
      case 'OPTIONS':
      case 'INFO':
      case 'NOTIFY':
        return answer('200 OK');
      case undefined:
      default:
        return answer('405 Method Not Allowed');
    }
  }

  #send(text: string): void {
    const hop = this.#route.length > 0 ? addressOfUri(uriOf(this.#route[0] as string)) : this.#target;
    this.#socket.send(text, hop.port, hop.host, () => {});
  }

  /** Sends now and again at T1, 2 T1, 4 T1 ... up to `capMs` apart, until told to stop. */
  #retransmit(text: string, capMs: number): () => void {
    let waitMs = T1_MS;
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const once = () => {
      if (stopped) return;
      this.#send(text);
      timer = setTimeout(once, waitMs);
      waitMs = Math.min(waitMs * 2, capMs, TRANSACTION_MS);
    };
    once();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }
}

function newBranch(): string {
  return `z9hG4bK${randomBytes(10).toString('hex')}`;
}
