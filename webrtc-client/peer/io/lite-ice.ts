import { createHmac } from 'node:crypto';
import type { RemoteInfo } from 'node:dgram';
import type { Clock } from '#domain/clock';
import { hostPort } from '#kit/ip/ip-address';
import type { IceParameters } from '#media';
import { datagramKind } from '../demultiplex.ts';
import { IceLite, type IceCredentials, type IcePath } from '../ice-lite.ts';
import type { HmacSha1 } from '../stun.ts';
import type { IceShell, IceShellListener } from './ice-shell.ts';
import type { UdpSockets } from './udp-sockets.ts';

export interface LiteIceDeps {
  readonly clock: Clock;
  readonly sockets: UdpSockets;
  readonly candidates: readonly string[];
  readonly newCredentials: () => IceCredentials;
  /** The port is free again. */
  readonly freed: () => void;
}

/** Sockets around the lite side of ICE. */
export class LiteIce implements IceShell {
  readonly isLite = true;
  readonly #deps: LiteIceDeps;
  readonly #listener: IceShellListener;
  readonly #core: IceLite;
  #parameters: IceParameters;
  #closed = false;
  /** Where the last datagram came from: most come from there again. */
  #known: IcePath | undefined;
  /** Datagrams that were none of ours. */
  readonly counts = { strangers: 0, uselessChecks: 0, unknown: 0 };

  constructor(remoteUsernameFragment: string, deps: LiteIceDeps, listener: IceShellListener) {
    this.#deps = deps;
    this.#listener = listener;
    const local = deps.newCredentials();
    this.#parameters = { ...local, candidates: deps.candidates };
    this.#core = new IceLite(local, remoteUsernameFragment, hmacSha1);
    deps.sockets.listen((socket, bytes, from) => this.#heard(socket, bytes, from));
  }

  get parameters(): IceParameters {
    return this.#parameters;
  }

  get hasPath(): boolean {
    return this.#core.sendPath !== undefined;
  }

  send(datagram: Uint8Array): void {
    const to = this.#core.sendPath;
    if (to !== undefined && !this.#closed) this.#deps.sockets.send(to.socket, datagram, to.port, to.address);
  }

  restart(remoteIce: IceParameters): IceParameters {
    const local = this.#deps.newCredentials();
    this.#core.restart(local, remoteIce.usernameFragment);
    this.#parameters = { ...local, candidates: this.#deps.candidates };
    return this.#parameters;
  }

  /** The peer's checks tell its addresses: RFC 8445 section 2.5. */
  addCandidates(): void {}

  takeSilentCheck(): boolean {
    return false;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#deps.sockets.close();
    this.#deps.freed();
  }

  #heard(socket: number, bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closed) return;
    const kind = datagramKind(bytes);
    if (kind === 'stun') this.#check(bytes, { socket, address: from.address, port: from.port });
    else if (kind === 'unknown') this.counts.unknown += 1;
    else if (this.#isFromPeer(socket, from)) this.#listener.datagram(kind, bytes);
    else this.counts.strangers += 1;
  }

  #check(bytes: Uint8Array, path: IcePath): void {
    const nowMs = this.#deps.clock.nowMs();
    const verdict = this.#core.receive(nowMs, bytes, path);
    if (verdict.kind === 'useless') {
      this.counts.uselessChecks += 1;
      return;
    }
    this.#deps.sockets.send(path.socket, verdict.reply, path.port, path.address);
    const to = verdict.pathChanged ? this.#core.sendPath : undefined;
    if (verdict.valid) this.#listener.checked(nowMs, to === undefined ? undefined : hostPort(to.address, to.port));
  }

  #isFromPeer(socket: number, { address, port }: RemoteInfo): boolean {
    const known = this.#known;
    if (known !== undefined && known.port === port && known.address === address && known.socket === socket) return true;
    const path = { socket, address, port };
    if (!this.#core.isKnown(path)) return false;
    this.#known = path;
    return true;
  }
}

const hmacSha1: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest();
