import type { Server as HttpsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { AppError, errorText } from '#domain/errors';
import { isLoopback, isUnspecified, uriHost } from '#kit/ip/ip-address';
import type { Config } from '#config';
import type { ClosingStack } from './closing.ts';
import { serverCertificate, type ServerCertificate } from './https/certificate.ts';
import { lanAddresses, ownNames } from './https/own-names.ts';
import { closeServer, portOf, serveHttps } from './https/serve.ts';
import { systemClock } from './system-clock.ts';

/** Where the page can be opened. */
export interface PageAddresses {
  /** For programs on this machine. */
  readonly httpUrl: string;
  /** For a person at this machine. */
  readonly local: string;
  /** For telephones on the network: https where that is on, the likeliest first. Empty while nobody else can reach it. */
  readonly lan: readonly string[];
  readonly certificate?: Pick<ServerCertificate, 'origin' | 'fingerprint'>;
}

export interface Listening {
  readonly addresses: PageAddresses;
  readonly https?: HttpsServer;
}

/** Opens http, and https where it is on. `onHttps` is told before anybody can ask which port that has. */
export async function listen(
  http: FastifyInstance,
  config: Config,
  closing: ClosingStack,
  onHttps: (port: number) => void,
): Promise<Listening> {
  const { bindAddress, port, https: options } = config.http;
  const certificate = options.enabled ? await serverCertificate(options, ownNames(), systemClock.wallMs()) : undefined;
  const https =
    certificate === undefined
      ? undefined
      : await orAdvice('HTTPS', 'http.https', bindAddress, options.port, () =>
          serveHttps(http, certificate, { host: bindAddress, port: options.port }),
        );
  if (https !== undefined) {
    closing.add('https', () => closeServer(https));
    onHttps(portOf(https));
  }
  await orAdvice('HTTP', 'http', bindAddress, port, () => http.listen({ host: bindAddress, port }));
  const addresses = pageAddresses(bindAddress, portOf(http.server), https === undefined ? undefined : portOf(https), lanAddresses());
  return { addresses: certificate === undefined ? addresses : { ...addresses, certificate }, ...(https === undefined ? {} : { https }) };
}

/** What to tell people, given where both servers listen. */
export function pageAddresses(bindAddress: string, httpPort: number, httpsPort: number | undefined, lan: readonly string[]): PageAddresses {
  const isAll = isUnspecified(bindAddress);
  const isLocal = isLoopback(bindAddress);
  const self = isAll ? '127.0.0.1' : bindAddress;
  // Only there is plain http secure enough for the microphone.
  const nearby = isAll || isLocal ? 'localhost' : bindAddress;
  const hosts = isLocal ? [] : isAll ? lan : [bindAddress];
  const local = !isAll && !isLocal && httpsPort !== undefined ? url('https', nearby, httpsPort) : url('http', nearby, httpPort);
  return {
    httpUrl: url('http', self, httpPort),
    local,
    lan: hosts.map((host) => (httpsPort === undefined ? url('http', host, httpPort) : url('https', host, httpsPort))),
  };
}

function url(scheme: 'http' | 'https', host: string, port: number): string {
  const usual = scheme === 'http' ? 80 : 443;
  return `${scheme}://${uriHost(host)}${port === usual ? '' : `:${port}`}`;
}

async function orAdvice<T>(what: 'HTTP' | 'HTTPS', key: string, host: string, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const taken = (error as { code?: unknown }).code === 'EADDRINUSE';
    const message = taken
      ? `${what} port ${port} is taken: stop the program that uses it, or choose another with --set ${key}.port=${port + 1}`
      : `${what} cannot listen on ${host}:${port}: ${errorText(error)}`;
    throw new AppError('HTTP_PORT', message, { cause: error });
  }
}
