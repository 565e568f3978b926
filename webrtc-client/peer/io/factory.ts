import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import { PortPool } from '#kit/port-pool';
import type { PeerListener, PeerNetwork, PeerSetup, PeerTransport, PeerTransportFactory } from '#media';
import { addressesToBind, candidateLines, type InterfaceAddress } from '../candidates.ts';
import type { IceCredentials } from '../ice-lite.ts';
import { createCertificate } from './certificate.ts';
import { BrowserTransport } from './browser-transport.ts';
import { FullIce } from './full-ice.ts';
import type { IceShell, IceShellListener } from './ice-shell.ts';
import { LiteIce } from './lite-ice.ts';
import { UdpSockets } from './udp-sockets.ts';
import { warmUp } from './warm-up.ts';

export interface PeerTransportDeps {
  readonly clock: Clock;
  /** What the machine has; read anew for each call, as networks come and go. */
  readonly addresses?: () => readonly InterfaceAddress[];
}

/** For one media thread: one certificate, and the ports of each range that its calls name. */
export function createPeerTransportFactory(deps: PeerTransportDeps): PeerTransportFactory {
  const { clock, addresses = machineAddresses } = deps;
  const certificate = createCertificate(clock.wallMs());
  // Without one no call can be opened; each says why.
  certificate.then(warmUp, () => undefined);
  const pools = new Map<string, PortPool>();

  const openSockets = async (network: PeerNetwork): Promise<{ sockets: UdpSockets; freed: () => void }> => {
    const wanted = addressesToBind(network.bindAddresses, addresses(), network.externalAddresses.length > 0);
    const { first, last } = network.ports;
    if (first === 0) return { sockets: await UdpSockets.open(wanted, 0), freed: () => undefined };
    const key = `${first}-${last}`;
    let pool = pools.get(key);
    if (pool === undefined) pools.set(key, (pool = new PortPool({ first, last, portsEach: 1, restMs: REST_MS })));
    const release = (port: number): void => pool.release(clock.nowMs(), port);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const port = pool.take(clock.nowMs());
      if (port === undefined) break;
      try {
        return { sockets: await UdpSockets.open(wanted, port), freed: () => release(port) };
      } catch (error) {
        release(port);
        if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new AppError('NO_PORTS', `no free UDP port in ${first}-${last} for another browser call`, { retryable: true });
  };

  const openIce = async ({ remoteIce, network }: PeerSetup, listener: IceShellListener): Promise<IceShell> => {
    if (network.ice === 'full') return FullIce.open(remoteIce, network, clock, listener);
    const { sockets, freed } = await openSockets(network);
    const candidates = candidateLines(sockets.addresses, network.externalAddresses, sockets.port);
    return new LiteIce(remoteIce.usernameFragment, { clock, sockets, candidates, newCredentials, freed }, listener);
  };

  return {
    async open(setup: PeerSetup, listener: PeerListener): Promise<PeerTransport> {
      refuseWhatCannotWork(setup);
      const proof = await certificate;
      return BrowserTransport.open(setup, listener, { clock, certificate: proof }, (iceListener) => openIce(setup, iceListener));
    },
  };
}

function refuseWhatCannotWork(setup: PeerSetup): void {
  if (setup.localSetup !== 'passive')
    throw new AppError('DTLS_ROLE', 'the offer must let us be the DTLS server: a=setup:actpass or active');
  if (setup.remoteIce.lite && setup.network.ice === 'lite')
    throw new AppError('ICE_BOTH_LITE', 'the offer says a=ice-lite, and so do we: one side has to check');
}

/** RFC 8445 section 5.3: 24 bits and 128 bits of randomness at least, in ice-chars. */
function newCredentials(): IceCredentials {
  return { usernameFragment: randomBytes(6).toString('base64'), password: randomBytes(18).toString('base64') };
}

function machineAddresses(): readonly InterfaceAddress[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address, family, internal }) => ({ address, family: family === 'IPv6' ? 6 : 4, internal }) as const),
  );
}

/** Late packets of a call come within seconds. */
const REST_MS = ms(3_000);
/** Each media thread goes through the range by itself: a new one finds the ports of all others taken. A try costs some 50 µs. */
const MAX_ATTEMPTS = 256;
