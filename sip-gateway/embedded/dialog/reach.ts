import { contactUri } from './dialog.ts';
import { headerValue, type SipMessage } from '../message/sip-message.ts';
import { parseNameAddresses } from '../message/address.ts';
import { bareHost, parseSipUri } from '../message/uri.ts';
import type { Destination, Peer } from '../core/types.ts';
import { factsOf, transportsNamed } from '../transport/transport-table.ts';

/**
 * Where requests of a dialog have to go because its Contact or its first route cannot be reached from here: back to
 * where the peer was heard from. Undefined when the route set is to be followed as it is.
 */
export function natTarget(message: SipMessage, peer: Peer): Destination | undefined {
  const recorded = headerValue(message, 'record-route');
  if (recorded !== undefined) {
    // We answered to this hop, so it is the first route, or it stands in front of it.
    const routes = parseNameAddresses(recorded);
    const nearest = routes?.at(message.kind === 'request' ? 0 : -1);
    const host = nearest === undefined ? undefined : parseSipUri(nearest.uri)?.host;
    const isHidden = host !== undefined && isPrivate(bareHost(host)) && !isPrivate(peer.address) && bareHost(host) !== peer.address;
    return isHidden ? heardFrom(peer) : undefined;
  }
  const uri = contactUri(message);
  const contact = uri === undefined ? undefined : parseSipUri(uri);
  if (contact === undefined) return heardFrom(peer);
  const { canConnect, defaultPort, framing } = factsOf(peer.transport);
  // A browser's Contact is no address at all: `.invalid` mostly. RFC 7118 section 5.
  if (!canConnect) return heardFrom(peer);
  if (framing === 'bytes') {
    const named = contact.params['transport']?.toLowerCase();
    const isSame = named === undefined || transportsNamed(named, contact.scheme === 'sips').includes(peer.transport);
    return isSame ? heardFrom(peer, contact.port ?? defaultPort) : undefined;
  }
  const differs = bareHost(contact.host) !== peer.address || (message.kind === 'request' && (contact.port ?? 5060) !== peer.port);
  return differs ? heardFrom(peer) : undefined;
}

/** `port`: where a stream can be opened again once this one is closed. */
function heardFrom(peer: Peer, port: number = peer.port): Destination {
  const { transport, listener, address, connection } = peer;
  return { transport, listener, address, port, ...(connection === undefined ? {} : { connection }) };
}

/** RFC 1918, loopback, link-local, shared address space, and their IPv6 counterparts. */
export function isPrivate(address: string): boolean {
  return /^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/i.test(
    address,
  );
}
