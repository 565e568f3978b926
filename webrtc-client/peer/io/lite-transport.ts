import { createHmac } from 'node:crypto';
import type { RemoteInfo } from 'node:dgram';
import type { Clock } from '#domain/clock';
import { ms, type Ms } from '#domain/units';
import type { IceParameters, PeerAnswer, PeerCommand, PeerEvent, PeerListener, PeerSetup, PeerTransport } from '#media';
import { datagramKind } from '../demultiplex.ts';
import { IceLite, type IceCredentials, type IcePath } from '../ice-lite.ts';
import { Liveness } from '../liveness.ts';
import { isRtcp } from '../srtp-packet.ts';
import type { HmacSha1 } from '../stun.ts';
import { SecurePeer } from './secure-peer.ts';
import type { PeerCertificate } from './certificate.ts';
import type { UdpSockets } from './udp-sockets.ts';

export interface LiteTransportDeps {
  readonly clock: Clock;
  readonly certificate: PeerCertificate;
  readonly sockets: UdpSockets;
  readonly candidates: readonly string[];
  readonly newCredentials: () => IceCredentials;
  /** The port is free again. */
  readonly freed: () => void;
}

/** A browser leg's packets over an ICE-lite side of ours: sockets and one timer around the cores. */
export class LiteTransport implements PeerTransport {
  readonly answer: PeerAnswer;
  readonly #deps: LiteTransportDeps;
  readonly #listener: PeerListener;
  readonly #ice: IceLite;
  readonly #secure: SecurePeer;
  readonly #liveness: Liveness;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs: Ms = ms(Infinity);
  #closed = false;
  /** Where the last datagram came from: most come from there again. */
  #known: IcePath | undefined;
  /** Datagrams that were none of ours. */
  readonly counts = { strangers: 0, uselessChecks: 0, unknown: 0 };

  constructor(setup: PeerSetup, listener: PeerListener, deps: LiteTransportDeps) {
    this.#deps = deps;
    this.#listener = listener;
    const local = deps.newCredentials();
    this.answer = { ice: this.#parameters(local), iceLite: true, fingerprint: deps.certificate.fingerprint };
    this.#ice = new IceLite(local, setup.remoteIce.usernameFragment, hmacSha1);
    const nowMs = deps.clock.nowMs();
    this.#liveness = new Liveness(nowMs, setup.network.connectMs, setup.network.goneMs);
    this.#secure = new SecurePeer(setup, deps.certificate, {
      send: (datagram) => this.#send(datagram),
      connected: () => {
        this.#liveness.connected(deps.clock.nowMs());
        this.#emitState('connected');
      },
      channelOpen: () => this.#emit({ kind: 'channel-open', atMs: deps.clock.nowMs() }),
      text: (text) => this.#emit({ kind: 'text', text, atMs: deps.clock.nowMs() }),
      ended: (kind, detail) => this.#finish(kind, detail),
    });
    deps.sockets.listen((socket, bytes, from) => this.#heard(socket, bytes, from));
    this.#arm();
  }

  sendRtp(packet: Uint8Array): void {
    const sealed = this.#closed ? undefined : this.#secure.sealRtp(packet);
    if (sealed !== undefined) this.#send(sealed);
  }

  sendRtcp(packet: Uint8Array): void {
    const sealed = this.#closed ? undefined : this.#secure.sealRtcp(packet);
    if (sealed !== undefined) this.#send(sealed);
  }

  command(command: PeerCommand): void {
    if (this.#closed) return;
    switch (command.kind) {
      case 'restart-ice': {
        const local = this.#deps.newCredentials();
        this.#ice.restart(local, command.remoteIce.usernameFragment);
        return this.#emit({ kind: 'ice-restarted', ice: this.#parameters(local), atMs: this.#deps.clock.nowMs() });
      }
      case 'add-candidates':
        // The peer's checks tell its addresses: RFC 8445 section 2.5.
        return;
      case 'send-text':
        return this.#secure.sendText(command.text);
      default:
        command satisfies never;
    }
  }

  close(): Promise<void> {
    this.#shut();
    return Promise.resolve();
  }

  #parameters(local: IceCredentials): IceParameters {
    return { ...local, candidates: this.#deps.candidates };
  }

  #heard(socket: number, bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closed) return;
    const kind = datagramKind(bytes);
    if (kind === 'stun') return this.#check(bytes, { socket, address: from.address, port: from.port });
    if (kind === 'unknown') this.counts.unknown += 1;
    else if (!this.#isFromPeer(socket, from)) this.counts.strangers += 1;
    else if (kind === 'srtp') this.#srtp(bytes);
    else this.#dtls(bytes);
  }

  #check(bytes: Uint8Array, path: IcePath): void {
    const nowMs = this.#deps.clock.nowMs();
    const wasConnected = this.#ice.sendPath !== undefined;
    const verdict = this.#ice.receive(nowMs, bytes, path);
    if (verdict.kind === 'useless') {
      this.counts.uselessChecks += 1;
      return;
    }
    this.#deps.sockets.send(path.socket, verdict.reply, path.port, path.address);
    if (!verdict.valid) return;
    this.#liveness.seen(nowMs);
    if (!wasConnected) this.#emitState('ice-connected');
    const to = this.#ice.sendPath;
    if (verdict.pathChanged && to !== undefined) this.#emit({ kind: 'remote', address: addressText(to), atMs: nowMs });
  }

  #srtp(bytes: Uint8Array): void {
    const plain = isRtcp(bytes) ? this.#secure.openRtcp(bytes) : this.#secure.openRtp(bytes);
    if (plain === undefined) return;
    this.#liveness.seen(this.#deps.clock.nowMs());
    this.#listener.packet(plain);
  }

  #dtls(bytes: Uint8Array): void {
    const nowMs = this.#deps.clock.nowMs();
    if (this.#secure.receive(nowMs, bytes)) this.#liveness.seen(nowMs);
    this.#arm();
  }

  #isFromPeer(socket: number, { address, port }: RemoteInfo): boolean {
    const known = this.#known;
    if (known !== undefined && known.port === port && known.address === address && known.socket === socket) return true;
    const path = { socket, address, port };
    if (!this.#ice.isKnown(path)) return false;
    this.#known = path;
    return true;
  }

  #send(datagram: Uint8Array): void {
    const to = this.#ice.sendPath;
    if (to !== undefined) this.#deps.sockets.send(to.socket, datagram, to.port, to.address);
  }

  #wake(): void {
    this.#timer = undefined;
    this.#timerAtMs = ms(Infinity);
    const nowMs = this.#deps.clock.nowMs();
    const verdict = this.#liveness.verdict(nowMs);
    if (verdict === 'gone') return this.#finish('gone', 'neither a check nor a packet came');
    if (verdict === 'failed') return this.#finish('failed', this.#ice.sendPath === undefined ? 'no connectivity check of the browser arrived: a firewall, or no common network' : 'DTLS did not complete');
    this.#secure.wake(nowMs);
    this.#arm();
  }

  /** One timer for all deadlines; those that moved on are seen when it fires. */
  #arm(): void {
    if (this.#closed) return;
    const atMs = Math.min(this.#liveness.wakeAtMs, this.#secure.wakeAtMs ?? Infinity);
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = ms(atMs);
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, Math.ceil(atMs - this.#deps.clock.nowMs())));
  }

  #finish(state: 'gone' | 'failed' | 'closed', detail: string): void {
    if (this.#closed) return;
    this.#shut();
    this.#listener.event({ kind: 'state', state, detail, atMs: this.#deps.clock.nowMs() });
  }

  #shut(): void {
    if (this.#closed) return;
    this.#secure.close();
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#deps.sockets.close();
    this.#deps.freed();
  }

  #emitState(state: 'ice-connected' | 'connected'): void {
    this.#emit({ kind: 'state', state, atMs: this.#deps.clock.nowMs() });
  }

  #emit(event: PeerEvent): void {
    if (!this.#closed) this.#listener.event(event);
  }
}

function addressText({ address, port }: IcePath): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const hmacSha1: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest();
