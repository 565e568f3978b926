import type { Config } from '#config';
import { tlsFilesFault } from '#sip-gateway/embedded';
import { givenCertificateFault } from './https/certificate.ts';

/** What is wrong with the certificates that the configuration names: missing, unreadable, of another key, expired. One line each. */
export function certificateFaults({ sip, http }: Pick<Config, 'sip' | 'http'>, nowMs: number): readonly string[] {
  const { certFile, keyFile, caFile } = sip.tls;
  const isSecure = sip.transports.includes('tls') || sip.transports.includes('wss');
  const ofSip =
    !isSecure || certFile === undefined || keyFile === undefined
      ? undefined
      : tlsFilesFault({ certFile, keyFile, ...(caFile === undefined ? {} : { caFile }) }, nowMs);
  return [ofSip, givenCertificateFault(http.https)].filter((fault) => fault !== undefined);
}
