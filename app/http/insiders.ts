import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { addressRanges } from '#kit/ip/address-ranges';
import { canonicalAddress, isLoopback } from '#kit/ip/ip-address';
import { carriesToken } from './bearer.ts';

export interface InsiderOptions {
  /** Addresses and ranges, as `http.insiders`. */
  readonly addresses: readonly string[];
  /** As `http.trustedProxies`. */
  readonly trustedProxies: readonly string[];
  readonly token: string;
}

/**
 * Who may be told how the house is run: whoever carries the API token, or asks from one of the addresses without having come through somebody
 * unknown. A proxy on this machine makes everybody loopback, and so does a page that had its name pointed here (DNS rebinding): what was
 * forwarded by a proxy that is not configured, or asks loopback by a name that is not its own, comes from nobody in particular.
 */
export function insiders({ addresses, trustedProxies, token }: InsiderOptions): (request: FastifyRequest) => boolean {
  const isInside = addressRanges(addresses);
  const isProxy = addressRanges(trustedProxies);
  return (request) => {
    if (carriesToken(request, token)) return true;
    const peer = request.raw.socket.remoteAddress ?? '';
    if (!isInside(request.ip)) return false;
    // A proxy of ours that does not say for whom it asks is as good as none.
    if (isForwarded(request.raw) && (!isProxy(peer) || canonicalAddress(peer) === canonicalAddress(request.ip))) return false;
    // Nobody comes from loopback by way of another machine: where a whole network counts as proxies, this is one of its machines that says so itself.
    if (isLoopback(request.ip) && !isLoopback(peer)) return false;
    return !isLoopback(request.ip) || isLoopbackName(request.headers.host);
  };
}

/** By what proxies say of themselves. HTTP/1.0 is what nginx before 1.29.7 speaks to whom it forwards to unless it is told otherwise, and hardly anybody else. */
function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.0' || FORWARDED.some((name) => headers[name] !== undefined);
}

/** No name server can point these elsewhere. */
function isLoopbackName(host: string | undefined): boolean {
  return /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}

/** RFC 7239, RFC 9110 section 7.6.3, and what was written before there were standards. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-by',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-ray',
  'fastly-client-ip',
  'x-original-host',
  'x-original-url',
  'x-envoy-external-address',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-azure-clientip',
];
