import { parseNameAddresses } from '../message/address.ts';
import { header, headerFields, type HeaderField, type SipMessage } from '../message/sip-message.ts';
import { splitCommas } from '../message/scan.ts';
import { parseSipUri } from '../message/uri.ts';

/** Route entries as they are written, nearest hop first. */
export type RouteSet = readonly string[];

/** Record-Route of the message that made the dialog; the caller's side reverses it (RFC 3261 sections 12.1.1 and 12.1.2). */
export function routeSetOf(message: SipMessage, role: 'uas' | 'uac'): RouteSet {
  const entries = headerFields(message, 'record-route').flatMap((field) => splitCommas(field.value) ?? []);
  return role === 'uac' ? entries.reverse() : entries;
}

export interface RoutedTarget {
  readonly requestUri: string;
  readonly routes: readonly HeaderField[];
  /** The URI to send to. */
  readonly nextHopUri: string;
}

/** Request-URI and Route of a request in a dialog, RFC 3261 section 12.2.1.1, loose and strict routers alike. */
export function applyRouteSet(routeSet: RouteSet, remoteTarget: string): RoutedTarget {
  const first = routeSet[0] === undefined ? undefined : parseNameAddresses(routeSet[0])?.[0]?.uri;
  if (first === undefined) return { requestUri: remoteTarget, routes: [], nextHopUri: remoteTarget };
  if ('lr' in (parseSipUri(first)?.params ?? {})) {
    return { requestUri: remoteTarget, routes: routeSet.map((route) => header('Route', route)), nextHopUri: first };
  }
  const rest = [...routeSet.slice(1), `<${remoteTarget}>`];
  return { requestUri: first, routes: rest.map((route) => header('Route', route)), nextHopUri: first };
}
