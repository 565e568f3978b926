import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { unreachable } from '#domain/assert';
import type { Clock } from '#domain/clock';
import { AppError, errorText } from '#domain/errors';
import type { Ms } from '#domain/units';
import { DEFAULT_LIMITS, PROTOCOL_VERSION } from '../options.ts';
import { EmbeddedSipServer } from '../server.ts';
import type { ConnectionId, Listener, LogFields, LogLevel, ServerAction, ServerInput, ServerLimits } from '../core/types.ts';
import { ControlListener } from './control-listener.ts';
import { StreamConnections } from './stream-connections.ts';
import { TlsCredentials, type TlsSettings } from './tls-credentials.ts';
import { openUdpListener, type UdpListener } from './udp.ts';
import type { WsSettings } from './ws.ts';

export interface EmbeddedSipServerOptions {
  /** At least one; port 0 takes a free one. */
  readonly listeners: readonly Listener[];
  /** Host or address at which peers reach this machine; goes into Contact and Via. */
  readonly externalAddress?: string;
  /** What applications have to authenticate with; make it random. */
  readonly secret: string;
  readonly controlAddress?: '127.0.0.1';
  /** 0, the default, takes a free one. */
  readonly controlPort?: number;
  /** Needed for TLS and WSS. */
  readonly tls?: TlsSettings;
  /** For WS and WSS; default: no page may connect. */
  readonly ws?: WsSettings;
  readonly limits?: Partial<ServerLimits>;
  /** Addresses that bring many people's calls: bounds by address do not apply to them. Default: none. */
  readonly isTrusted?: (address: string) => boolean;
}

export interface EmbeddedSipServerDeps {
  readonly clock: Clock;
  /** Unguessable and unique, at least 24 letters or digits: becomes tags and branches. */
  readonly randomId: () => string;
  readonly log: (level: LogLevel, message: string, fields: LogFields) => void;
}

export interface RunningSipServer {
  readonly controlPort: number;
  readonly controlAddress: string;
  readonly boundListeners: readonly Listener[];
  counters(): Record<string, number>;
  /** Looks at the files of the certificate now; it is done every ten seconds anyway. */
  reloadCertificates(): void;
  close(): Promise<void>;
}

/** Opens the sockets and runs the core on them. Rejects with a clear error when one cannot be opened; nothing stays open then. */
export async function startEmbeddedSipServer(options: EmbeddedSipServerOptions, deps: EmbeddedSipServerDeps): Promise<RunningSipServer> {
  if (options.secret.length < 16)
    throw new AppError('SIP_SECRET_TOO_SHORT', 'the secret of the control connection needs at least 16 characters');
  if (options.listeners.length === 0) throw new AppError('SIP_NO_LISTENER', 'the embedded SIP server needs at least one listener');
  const runner = new Runner(options, deps);
  try {
    return await runner.start();
  } catch (error) {
    await runner.close();
    throw error;
  }
}

class Runner {
  readonly #options: EmbeddedSipServerOptions;
  readonly #deps: EmbeddedSipServerDeps;
  readonly #udp = new Map<number, UdpListener>();
  readonly #credentials: TlsCredentials | undefined;
  readonly #streams: StreamConnections;
  readonly #control: ControlListener;
  #core: EmbeddedSipServer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #armedForMs = Infinity;
  #isClosed = false;

  constructor(options: EmbeddedSipServerOptions, deps: EmbeddedSipServerDeps) {
    this.#options = options;
    this.#deps = deps;
    const { tls, ws = { origins: [] } } = options;
    this.#credentials =
      tls === undefined
        ? undefined
        : new TlsCredentials(
            tls,
            () => deps.clock.wallMs(),
            (message, fields) => deps.log('warn', message, fields),
          );
    const events = {
      opened: (connection: ConnectionId, listener: number, address: string, port: number) => {
        // While the other sockets are still being opened nobody would count it or end it.
        if (this.#core === undefined) this.#streams.closeOne(connection);
        else this.#feed({ kind: 'stream-opened', connection, listener, address, port });
      },
      received: (connection: ConnectionId, bytes: Uint8Array) => this.#feed({ kind: 'stream-data', connection, bytes }),
      closed: (connection: ConnectionId) => this.#feed({ kind: 'stream-closed', connection }),
    };
    this.#streams = new StreamConnections(events, { credentials: this.#credentials, ws });
    this.#control = new ControlListener({
      opened: (client) => this.#feed({ kind: 'control-opened', client }),
      received: (client, bytes) => this.#feed({ kind: 'control-data', client, bytes }),
      closed: (client) => this.#feed({ kind: 'control-closed', client }),
    });
  }

  async start(): Promise<RunningSipServer> {
    const boundListeners: Listener[] = [];
    for (const [index, listener] of this.#options.listeners.entries()) boundListeners.push(await this.#bind(index, listener));
    const { externalAddress, secret, controlAddress = '127.0.0.1', controlPort = 0 } = this.#options;
    this.#credentials?.watch(CERTIFICATE_CHECK_MS);
    this.#core = new EmbeddedSipServer(
      {
        listeners: boundListeners,
        ...(externalAddress === undefined ? {} : { externalAddress }),
        localAddresses: localAddresses(),
        secret,
        version: PROTOCOL_VERSION,
        wallOffsetMs: this.#deps.clock.wallMs() - this.#deps.clock.nowMs(),
        limits: { ...DEFAULT_LIMITS, ...this.#options.limits },
        isTrusted: this.#options.isTrusted ?? (() => false),
      },
      this.#deps.randomId,
    );
    const control = await this.#opening('control', { transport: 'tcp', address: controlAddress, port: controlPort }, () =>
      this.#control.listen(controlAddress, controlPort),
    );
    const core = this.#core;
    return {
      controlPort: control.port,
      controlAddress: control.address,
      boundListeners,
      counters: () => core.counters(),
      reloadCertificates: () => this.#credentials?.reload(),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#control.close();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#credentials?.close();
    await Promise.all([this.#streams.close(), ...[...this.#udp.values()].map((udp) => udp.close())]);
  }

  async #bind(index: number, listener: Listener): Promise<Listener> {
    const { transport } = listener;
    if (transport !== 'udp') {
      const { address, port } = await this.#opening('SIP', listener, () => this.#streams.listen(index, { ...listener, transport }));
      return { transport, address, port };
    }
    const udp = await this.#opening('SIP', listener, () =>
      openUdpListener(
        listener,
        (bytes, address, port) => this.#feed({ kind: 'datagram', listener: index, address, port, bytes }),
        (error) => this.#deps.log('warn', 'SIP socket error', { transport, port: listener.port, error: errorText(error) }),
      ),
    );
    this.#udp.set(index, udp);
    return { transport, address: udp.address, port: udp.port };
  }

  async #opening<T>(what: string, listener: Listener, open: () => Promise<T>): Promise<T> {
    try {
      return await open();
    } catch (cause) {
      const where = `${listener.transport}/${listener.address}:${listener.port}`;
      throw new AppError('SIP_LISTEN_FAILED', `cannot open the ${what} socket ${where}: ${errorText(cause)}`, { cause });
    }
  }

  #feed(input: ServerInput): void {
    if (this.#core === undefined || this.#isClosed) return;
    const { clock, log } = this.#deps;
    try {
      for (const action of this.#core.handle(clock.nowMs(), input)) this.#perform(action);
    } catch (error) {
      // A defect of ours: it costs this one input, not the calls of everybody.
      log('error', 'SIP server failed to handle an input', {
        kind: input.kind,
        error: errorText(error),
        stack: error instanceof Error ? (error.stack ?? '') : '',
      });
    }
    this.#arm(this.#core.wakeAtMs);
  }

  #perform(action: ServerAction): void {
    switch (action.kind) {
      case 'send-datagram':
        this.#sendDatagram(action);
        return;
      case 'open-stream':
        this.#streams.open(action);
        return;
      case 'send-stream':
        this.#streams.send(action.connection, action.bytes);
        return;
      case 'close-stream':
        this.#streams.closeOne(action.connection);
        return;
      case 'resolve':
        void this.#resolve(action.query, action.host);
        return;
      case 'send-control':
        this.#control.send(action.client, action.bytes);
        return;
      case 'close-control':
        this.#control.closeOne(action.client);
        return;
      case 'log':
        this.#deps.log(action.level, action.message, action.fields);
        return;
      default:
        unreachable(action);
    }
  }

  #sendDatagram(action: ServerAction & { kind: 'send-datagram' }): void {
    const { listener, bytes, address, port, token } = action;
    const failed = token === undefined ? undefined : () => this.#feed({ kind: 'datagram-failed', token });
    this.#udp.get(listener)?.send(bytes, address, port, failed);
  }

  async #resolve(query: string, host: string): Promise<void> {
    try {
      const { address } = await lookup(host, {
        family: this.#options.listeners.some((listener) => listener.address.includes(':')) ? 0 : 4,
      });
      this.#feed({ kind: 'resolved', query, address });
    } catch {
      this.#feed({ kind: 'resolved', query });
    }
  }

  /** One timer for all deadlines; one that is armed earlier than needed is left alone, it only wakes for nothing. */
  #arm(wakeAtMs: Ms | undefined): void {
    if (wakeAtMs === undefined || this.#armedForMs <= wakeAtMs || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#armedForMs = wakeAtMs;
    this.#timer = setTimeout(
      () => {
        this.#armedForMs = Infinity;
        this.#feed({ kind: 'wake' });
      },
      Math.max(0, Math.ceil(wakeAtMs - this.#deps.clock.nowMs())),
    );
  }
}

/** Guess: soon enough for a certificate that is renewed weeks before it ends, and costs three looks at files. */
const CERTIFICATE_CHECK_MS = 10_000;

/** Addresses of this machine that others can reach, IPv4 first. */
function localAddresses(): readonly string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .filter((info) => !info.internal && !info.address.startsWith('fe80'));
  return found.sort((a, b) => a.family.localeCompare(b.family)).map((info) => info.address);
}
