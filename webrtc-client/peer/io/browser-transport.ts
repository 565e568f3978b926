import type { Clock } from '#domain/clock';
import { ms, type Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { WakeTimer } from '#kit/io/wake-timer';
import { isRtcp, type PeerAnswer, type PeerCommand, type PeerEvent, type PeerListener, type PeerSetup, type PeerTransport } from '#media';
import { Liveness } from '../liveness.ts';
import type { PeerCertificate } from './certificate.ts';
import type { IceShell, IceShellListener } from './ice-shell.ts';
import { SecurePeer } from './secure-peer.ts';

export interface BrowserTransportDeps {
  readonly clock: Clock;
  readonly certificate: PeerCertificate;
}

/** A browser leg's packets: DTLS, SRTP and the data channel over one ICE, and one timer for all their deadlines. */
export class BrowserTransport implements PeerTransport {
  readonly #deps: BrowserTransportDeps;
  readonly #listener: PeerListener;
  readonly #ice: IceShell;
  readonly #secure: SecurePeer;
  readonly #liveness: Liveness;
  readonly #texts = new TokenBucket({ perSecond: TEXTS_PER_SECOND, capacity: TEXTS_AT_ONCE });
  readonly answer: PeerAnswer;
  readonly #timer: WakeTimer;
  #connectedIce = false;
  #closed = false;

  private constructor(setup: PeerSetup, listener: PeerListener, deps: BrowserTransportDeps, ice: IceShell) {
    this.#deps = deps;
    this.#listener = listener;
    this.#ice = ice;
    this.#timer = new WakeTimer(deps.clock, () => this.#wake());
    this.answer = { ice: ice.parameters, iceLite: ice.isLite, fingerprint: deps.certificate.fingerprint };
    this.#liveness = new Liveness(deps.clock.nowMs(), setup.network.connectMs, setup.network.goneMs);
    this.#secure = new SecurePeer(deps.clock.nowMs(), setup, deps.certificate, {
      send: (datagram) => ice.send(datagram),
      connected: () => {
        this.#liveness.connected(deps.clock.nowMs());
        this.#emit({ kind: 'state', state: 'connected', atMs: deps.clock.nowMs() });
      },
      channelOpen: () => this.#emit({ kind: 'channel-open', atMs: deps.clock.nowMs() }),
      text: (text) => {
        const atMs = deps.clock.nowMs();
        if (this.#texts.take(atMs)) this.#emit({ kind: 'text', text, atMs });
      },
      ended: (kind, detail) => this.#finish(kind, detail),
    });
    this.#arm();
  }

  /** `openIce` is given who listens; what it hears before it is open is dropped. */
  static async open(
    setup: PeerSetup,
    listener: PeerListener,
    deps: BrowserTransportDeps,
    openIce: (listener: IceShellListener) => IceShell | Promise<IceShell>,
  ): Promise<BrowserTransport> {
    const opened: { transport?: BrowserTransport } = {};
    const ice = await openIce({
      checked: (nowMs, movedTo) => {
        if (opened.transport !== undefined) opened.transport.#checked(nowMs, movedTo);
      },
      datagram: (kind, bytes) => {
        if (opened.transport !== undefined) opened.transport.#datagram(kind, bytes);
      },
    });
    opened.transport = new BrowserTransport(setup, listener, deps, ice);
    return opened.transport;
  }

  sendRtp(packet: Uint8Array): void {
    const sealed = this.#closed ? undefined : this.#secure.sealRtp(packet);
    if (sealed !== undefined) this.#ice.send(sealed);
  }

  sendRtcp(packet: Uint8Array): void {
    const sealed = this.#closed ? undefined : this.#secure.sealRtcp(packet);
    if (sealed !== undefined) this.#ice.send(sealed);
  }

  command(command: PeerCommand): void {
    if (this.#closed) return;
    switch (command.kind) {
      case 'restart-ice':
        return this.#emit({ kind: 'ice-restarted', ice: this.#ice.restart(command.remoteIce), atMs: this.#deps.clock.nowMs() });
      case 'add-candidates':
        return this.#ice.addCandidates(command.candidates);
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

  #checked(nowMs: Ms, movedTo: string | undefined): void {
    if (this.#closed) return;
    this.#liveness.seen(nowMs);
    if (!this.#connectedIce) {
      this.#connectedIce = true;
      this.#emit({ kind: 'state', state: 'ice-connected', atMs: nowMs });
    }
    if (movedTo !== undefined) this.#emit({ kind: 'remote', address: movedTo, atMs: nowMs });
  }

  #datagram(kind: 'dtls' | 'srtp', bytes: Uint8Array): void {
    if (this.#closed) return;
    if (kind === 'srtp') return this.#srtp(bytes);
    const nowMs = this.#deps.clock.nowMs();
    if (this.#secure.receive(nowMs, bytes)) this.#liveness.seen(nowMs);
    this.#arm();
  }

  #srtp(bytes: Uint8Array): void {
    const plain = isRtcp(bytes) ? this.#secure.openRtcp(bytes) : this.#secure.openRtp(bytes);
    if (plain === undefined) return;
    this.#liveness.seen(this.#deps.clock.nowMs());
    this.#listener.packet(plain);
  }

  #wake(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (this.#ice.takeSilentCheck()) this.#liveness.seen(nowMs);
    const verdict = this.#liveness.verdict(nowMs);
    if (verdict === 'gone') return this.#finish('gone', 'neither a check nor a packet came');
    if (verdict === 'failed')
      return this.#finish(
        'failed',
        !this.#ice.hasPath ? 'no connectivity check of the browser arrived: a firewall, or no common network' : 'DTLS did not complete',
      );
    this.#secure.wake(nowMs);
    this.#arm();
  }

  #arm(): void {
    if (!this.#closed) this.#timer.arm(ms(Math.min(this.#liveness.wakeAtMs, this.#secure.wakeAtMs ?? Infinity)));
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
    this.#timer.cancel();
    this.#ice.close();
  }

  #emit(event: PeerEvent): void {
    if (!this.#closed) this.#listener.event(event);
  }
}

/** More than the application takes of one call, so that it is who says so; far more is a flood that must not reach its thread. */
const TEXTS_PER_SECOND = 50;
const TEXTS_AT_ONCE = 400;
