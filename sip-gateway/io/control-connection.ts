import { AppError, errorText } from '#domain/errors';
import type { Log } from '#kit/log';
import { hostPort } from '#kit/ip/ip-address';
import { closeSrf } from './srf.ts';
import type { SrfLike } from './srf.ts';

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Keeps the connection alive through firewalls; for a server on another machine. */
  readonly enablePing: boolean;
  /** How long the first connection may take. */
  readonly connectTimeoutMs: number;
  readonly log: Log;
  /** The connection is gone, and with it every dialog and transaction that lived on it. */
  readonly onLost: (socket: unknown) => void;
}

/** The TCP connection to the SIP server. drachtio-srf makes it again when it drops; this watches it. */
export class ControlConnection {
  readonly #srf: SrfLike;
  readonly #options: ControlOptions;
  #connected = false;
  #closed = false;
  #hostPorts: readonly string[] = [];

  constructor(srf: SrfLike, options: ControlOptions) {
    this.#srf = srf;
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Where the server listens for SIP, such as `udp/192.0.2.1:5060`. */
  get hostPorts(): readonly string[] {
    return this.#hostPorts;
  }

  /** Resolves with the first authenticated connection. */
  open(): Promise<void> {
    const { host, port, secret, enablePing, connectTimeoutMs, log } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const where = hostPort(host, port);
    let lastError = 'no answer';
    const fail = (error: AppError): void => {
      clearTimeout(timer);
      this.close();
      reject(error);
    };
    const timer = setTimeout(() => {
      const message = `The control port of the SIP server, ${where}, cannot be reached: ${lastError}`;
      fail(new AppError('SIP_CONTROL_UNREACHABLE', message, { retryable: true }));
    }, connectTimeoutMs);
    this.#srf.on('connect', (error, hostPorts) => {
      if (error !== null && error !== undefined) {
        log.error({ control: where }, 'sip control secret refused');
        fail(new AppError('SIP_CONTROL_REFUSED', `The SIP server at ${where} did not accept our secret`, { cause: error }));
        return;
      }
      clearTimeout(timer);
      this.#connected = true;
      this.#hostPorts = (hostPorts ?? '').split(',').filter((entry) => entry !== '');
      log.info({ control: where, hostPorts: this.#hostPorts }, 'sip control connected');
      resolve();
    });
    this.#srf.on('error', (error) => {
      lastError = errorText(error);
      if (!this.#closed) log.warn({ control: where, error: lastError }, 'sip control connection failed');
    });
    this.#srf.on('close', (socket) => {
      this.#lost(socket);
    });
    this.#srf.connect({ host, port, secret, enablePing, reconnect: { retryMaxDelay: RETRY_MAX_MS } });
    return promise;
  }

  close(): void {
    this.#closed = true;
    this.#connected = false;
    closeSrf(this.#srf);
  }

  #lost(socket: unknown): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#options.log.error({}, 'sip control connection lost');
    this.#options.onLost(socket);
  }
}

const RETRY_MAX_MS = 2_000;
