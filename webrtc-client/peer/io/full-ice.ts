import { isIP } from 'node:net';
import { Candidate, Connection, parseIceServers } from 'werift';
import type { Clock } from '#domain/clock';
import { hostPort } from '#kit/ip/ip-address';
import type { IceParameters, PeerNetwork } from '#media';
import { externalCandidates } from '../candidates.ts';
import { datagramKind } from '../demultiplex.ts';
import type { IceShell, IceShellListener } from './ice-shell.ts';

/**
 * ICE with checks of our own, STUN and TURN, by werift: for a server that nobody can reach from outside. Slower to connect and dearer
 * for each packet than the lite side.
 */
export class FullIce implements IceShell {
  readonly isLite = false;
  readonly #clock: Clock;
  readonly #listener: IceShellListener;
  readonly #connection: Connection;
  readonly #externalAddresses: readonly string[];
  #candidatesTaken = 0;
  #closed = false;
  #remote: string | undefined;
  #checksSeen = 0;

  private constructor(connection: Connection, externalAddresses: readonly string[], clock: Clock, listener: IceShellListener) {
    this.#connection = connection;
    this.#externalAddresses = externalAddresses;
    this.#clock = clock;
    this.#listener = listener;
    connection.onData.subscribe((bytes) => this.#heard(bytes));
    connection.stateChanged.subscribe((state) => {
      if (state === 'connected' || state === 'completed') this.#connected();
    });
  }

  /** Gathers candidates, for `GATHER_MS` at most: a STUN server that does not answer must not hold up the call. */
  static async open(
    remoteIce: IceParameters & { readonly lite: boolean },
    network: PeerNetwork,
    clock: Clock,
    listener: IceShellListener,
  ): Promise<FullIce> {
    const servers = parseIceServers(network.iceServers.map((server) => ({ ...server })));
    const { first, last } = network.ports;
    const connection = new Connection(remoteIce.lite, {
      ...servers,
      useIpv4: true,
      useIpv6: true,
      additionalHostAddresses: [...network.bindAddresses],
      ...(first === 0 ? {} : { portRange: [first, last] as [number, number] }),
    });
    const ice = new FullIce(connection, network.externalAddresses, clock, listener);
    connection.setRemoteParams({ iceLite: remoteIce.lite, usernameFragment: remoteIce.usernameFragment, password: remoteIce.password });
    try {
      await ice.#gather();
    } catch (error) {
      ice.close();
      throw error;
    }
    ice.addCandidates(remoteIce.candidates);
    ice.#connect();
    return ice;
  }

  get parameters(): IceParameters {
    const { localUsername, localPassword, localCandidates } = this.#connection;
    return {
      usernameFragment: localUsername,
      password: localPassword,
      candidates: [
        ...externalCandidates(localCandidates, this.#externalAddresses),
        ...localCandidates.map((candidate) => `candidate:${candidate.toSdp()}`),
      ],
    };
  }

  get hasPath(): boolean {
    return this.#remote !== undefined;
  }

  send(datagram: Uint8Array): void {
    if (this.#closed || this.#remote === undefined) return;
    this.#connection.send(Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length)).catch(() => undefined);
  }

  restart(remoteIce: IceParameters): IceParameters {
    const { remoteIsLite } = this.#connection;
    this.#candidatesTaken = 0;
    this.#connection.restart().catch(() => undefined);
    this.#connection.setRemoteParams({ iceLite: remoteIsLite, usernameFragment: remoteIce.usernameFragment, password: remoteIce.password });
    this.#gather().then(
      () => {
        this.addCandidates(remoteIce.candidates);
        this.#connect();
      },
      () => undefined,
    );
    return this.parameters;
  }

  addCandidates(candidates: readonly string[]): void {
    for (const line of candidates) {
      if (this.#candidatesTaken >= MAX_CANDIDATES) return;
      if (!isCheckable(line)) continue;
      this.#candidatesTaken += 1;
      try {
        this.#connection.addRemoteCandidate(Candidate.fromSdp(line.replace(/^candidate:/, ''))).catch(() => undefined);
      } catch {
        // A candidate that cannot be read is one way less; the checks of the peer may still tell it.
      }
    }
  }

  takeSilentCheck(): boolean {
    const pair = this.#connection.nominated;
    const seen = pair === undefined ? 0 : pair.responsesReceived + pair.requestsReceived;
    const isNew = seen !== this.#checksSeen;
    this.#checksSeen = seen;
    return isNew;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.onData.allUnsubscribe();
    this.#connection.stateChanged.allUnsubscribe();
    this.#connection.close().catch(() => undefined);
  }

  async #gather(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, GATHER_MS)));
    const gathered = this.#connection.gatherCandidates();
    gathered.catch(() => undefined);
    try {
      await Promise.race([gathered, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Its end is told by the state; that nothing comes of it, by the deadline of the call. */
  #connect(): void {
    this.#connection.connect().catch(() => undefined);
  }

  #connected(): void {
    const pair = this.#connection.nominated;
    if (this.#closed || pair === undefined) return;
    const [address, port] = pair.remoteAddr;
    const remote = hostPort(address, port);
    const movedTo = remote === this.#remote ? undefined : remote;
    this.#remote = remote;
    this.#listener.checked(this.#clock.nowMs(), movedTo);
  }

  #heard(bytes: Uint8Array): void {
    const kind = datagramKind(bytes);
    if (!this.#closed && (kind === 'dtls' || kind === 'srtp')) this.#listener.datagram(kind, bytes);
  }
}

/**
 * UDP only: a TCP candidate would have us connect to whatever the offer names. Addresses and names of multicast DNS only: others would have
 * us ask name servers for them.
 */
function isCheckable(line: string): boolean {
  const [, , transport = '', , address = ''] = line.split(' ');
  return transport.toLowerCase() === 'udp' && (isIP(address) !== 0 || /^[A-Za-z0-9-]{1,63}\.local$/i.test(address));
}

const GATHER_MS = 2_000;
/** In one ICE session: each has checks sent to where the peer says. */
const MAX_CANDIDATES = 32;
