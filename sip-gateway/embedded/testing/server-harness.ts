import { ms } from '#domain/units';
import { FrameReader } from '../control/frame-reader.ts';
import { DEFAULT_LIMITS } from '../options.ts';
import { EmbeddedSipServer } from '../server.ts';
import type { ServerAction, ServerInput, ServerLimits } from '../core/types.ts';

export interface Sent {
  readonly atMs: number;
  readonly to: string;
  readonly text: string;
}

/** One frame that the server sent to an application: the leader's fields and the SIP message behind it. */
export interface Frame {
  readonly atMs: number;
  readonly fields: readonly string[];
  readonly sip: string;
}

export const SECRET = 'the-secret-of-the-tests';
/** An exchange that brings all calls. */
export const TRUSTED = '192.0.2.200';
export const SDP = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** The server core in virtual time: what the network and applications say goes in as text, what they would hear is kept. */
export class ServerHarness {
  readonly sent: Sent[] = [];
  readonly actions: ServerAction[] = [];
  readonly server: EmbeddedSipServer;
  nowMs = 1_000_000;
  #ids = 0;
  #clients = 0;
  readonly #apps = new Map<number, TestApp>();

  constructor(options: { limits?: Partial<ServerLimits>; externalAddress?: string; listenAddress?: string; others?: boolean } = {}) {
    const address = options.listenAddress ?? '192.0.2.1';
    this.server = new EmbeddedSipServer(
      {
        listeners: [
          { transport: 'udp', address, port: 5060 },
          { transport: 'tcp', address, port: 5060 },
          ...(options.others === true ? OTHERS.map(([transport, port]) => ({ transport, address, port })) : []),
        ],
        ...(options.externalAddress === undefined ? {} : { externalAddress: options.externalAddress }),
        localAddresses: ['198.51.100.7', '10.0.0.7'],
        secret: SECRET,
        version: 'v0.9.10',
        wallOffsetMs: 0,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        isTrusted: (peer) => peer === TRUSTED,
      },
      () => `id${String((this.#ids += 1)).padStart(6, '0')}`,
    );
  }

  feed(input: ServerInput): void {
    for (const action of this.server.handle(ms(this.nowMs), input)) this.#take(action);
  }

  /** A datagram from a peer. */
  network(text: string | readonly string[], from = 'udp 192.0.2.9:5062'): void {
    const [, address = '', port = ''] = /^udp ([\d.]+):(\d+)$/.exec(from) ?? [];
    this.feed({ kind: 'datagram', listener: 0, address, port: Number(port), bytes: new TextEncoder().encode(asText(text)) });
  }

  /** Lets time pass, waking the server exactly when it asked for it. */
  advance(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const dueMs = this.server.wakeAtMs;
      if (dueMs === undefined || dueMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.feed({ kind: 'wake' });
    }
    this.nowMs = endMs;
  }

  /** Takes away all that was sent so far whose text matches. */
  take(wanted: RegExp): readonly Sent[] {
    const taken = this.sent.filter((message) => wanted.test(message.text));
    this.sent.splice(0, this.sent.length, ...this.sent.filter((message) => !wanted.test(message.text)));
    return taken;
  }

  takeOne(wanted: RegExp): Sent {
    const taken = this.take(wanted);
    if (taken.length !== 1)
      throw new Error(`${taken.length} messages match ${wanted}; left:\n${this.sent.map((message) => message.text).join('\n---\n')}`);
    return taken[0] as Sent;
  }

  /** A control connection, authenticated and routed unless told otherwise. */
  app(options: { routes?: readonly string[]; authenticates?: boolean } = {}): TestApp {
    const app = new TestApp(this, (this.#clients += 1));
    this.#apps.set(app.id, app);
    this.feed({ kind: 'control-opened', client: app.id });
    if (options.authenticates ?? true) app.say(`authenticate|${SECRET}|`);
    for (const verb of options.routes ?? ['invite']) app.say(`route|${verb}`);
    app.frames.length = 0;
    return app;
  }

  #take(action: ServerAction): void {
    this.actions.push(action);
    if (action.kind === 'send-datagram')
      this.sent.push({ atMs: this.nowMs, to: `udp ${action.address}:${action.port}`, text: decode(action.bytes) });
    else if (action.kind === 'send-stream')
      this.sent.push({ atMs: this.nowMs, to: `tcp ${action.connection}`, text: decode(action.bytes) });
    else if (action.kind === 'send-control') this.#apps.get(action.client)?.hear(action.bytes);
    else if (action.kind === 'close-control') {
      const app = this.#apps.get(action.client);
      if (app !== undefined) app.isClosed = true;
    }
  }
}

/** Listeners 2, 3 and 4 of a harness that has them. */
const OTHERS = [
  ['tls', 5061],
  ['ws', 5066],
  ['wss', 7443],
] as const;

/** An application as seen on its control connection. */
export class TestApp {
  readonly id: number;
  readonly frames: Frame[] = [];
  isClosed = false;
  readonly #harness: ServerHarness;
  readonly #reader = new FrameReader();
  #frames = 0;

  constructor(harness: ServerHarness, id: number) {
    this.#harness = harness;
    this.id = id;
  }

  /** Sends a frame; gives its id. */
  say(command: string, sip?: readonly string[], body = ''): string {
    const id = `frame${this.id}-${(this.#frames += 1)}`;
    const payload = sip === undefined ? `${id}|${command}` : `${id}|${command}\r\n${sip.join('\r\n')}\r\n\r\n${body}`;
    const bytes = new TextEncoder().encode(payload);
    this.raw(`${bytes.length}#${payload}`);
    return id;
  }

  raw(text: string): void {
    this.#harness.feed({ kind: 'control-data', client: this.id, bytes: new TextEncoder().encode(text) });
  }

  close(): void {
    this.#harness.feed({ kind: 'control-closed', client: this.id });
  }

  hear(bytes: Uint8Array): void {
    for (const item of this.#reader.push(bytes)) {
      if (item.kind === 'broken') throw new Error(item.why);
      const text = decode(item.payload);
      const end = text.indexOf('\r\n');
      this.frames.push({
        atMs: this.#harness.nowMs,
        fields: (end < 0 ? text : text.slice(0, end)).split('|'),
        sip: end < 0 ? '' : text.slice(end + 2),
      });
    }
  }

  /** The answer to a frame of ours. */
  reply(id: string): Frame {
    const frame = this.frames.find((candidate) => candidate.fields[1] === 'response' && candidate.fields[2] === id);
    if (frame === undefined) throw new Error(`no reply to ${id}`);
    return frame;
  }

  /** SIP that was handed to us, first line first. */
  get heard(): readonly string[] {
    return this.frames.filter((frame) => frame.fields[1] === 'sip').map((frame) => frame.sip.split('\r\n')[0] as string);
  }

  last(wanted: RegExp): Frame {
    const frame = this.frames.findLast((candidate) => candidate.fields[1] === 'sip' && wanted.test(candidate.sip));
    if (frame === undefined) throw new Error(`was not told of ${wanted}; but of ${this.heard.join(', ')}`);
    return frame;
  }
}

export interface RequestParts {
  readonly cseq?: number;
  readonly branch?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  /** Whole To value. */
  readonly to?: string;
  readonly uri?: string;
  readonly contact?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
}

let branches = 0;

/** A request of the peer at 192.0.2.9:5062. */
export function request(method: string, parts: RequestParts = {}): readonly string[] {
  const {
    cseq = 1,
    branch = `z9hG4bKpeer${(branches += 1)}`,
    callId = 'call1@peer',
    fromTag = 'peertag',
    to = '<sip:bot@192.0.2.1>',
    uri = 'sip:bot@192.0.2.1',
    contact = '<sip:peer@192.0.2.9:5062>',
    extra = [],
    body = '',
  } = parts;
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.9:5062;branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: <sip:peer@192.0.2.9>${fromTag === '' ? '' : `;tag=${fromTag}`}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact === '' ? [] : [`Contact: ${contact}`]),
    ...extra,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    '',
    body,
  ];
}

/** The peer's answer to a request that we sent. */
export function answerTo(
  sent: Sent | string,
  status: string,
  parts: { toTag?: string; extra?: readonly string[]; body?: string } = {},
): readonly string[] {
  const text = typeof sent === 'string' ? sent : sent.text;
  const { toTag = 'answertag', extra = [], body = '' } = parts;
  const to = headerOf(text, 'To');
  return [
    `SIP/2.0 ${status}`,
    ...['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(text, name)}`),
    `To: ${to.includes(';tag=') || toTag === '' ? to : `${to};tag=${toTag}`}`,
    ...extra,
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
}

export function headerOf(text: string, name: string): string {
  const line = text.split('\r\n').find((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (line === undefined) throw new Error(`no ${name} in:\n${text}`);
  return line.slice(name.length + 1).trim();
}

/** The head of a message without the value of one header, or undefined when it has none. */
export function hasHeader(text: string, name: string): boolean {
  return text.split('\r\n').some((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
}

function asText(text: string | readonly string[]): string {
  return typeof text === 'string' ? text : text.join('\r\n');
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
