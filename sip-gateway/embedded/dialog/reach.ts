import { addressRanges } from '#kit/ip/address-ranges';
import { bareHost } from '#kit/ip/ip-address';
import { contactUri } from './dialog.ts';
import { headerValue, type SipMessage } from '../message/sip-message.ts';
import { parseNameAddresses } from '../message/address.ts';
import { parseSipUri } from '../message/uri.ts';
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

/** RFC 1918, loopback, link-local, shared address space (RFC 6598), and their IPv6 counterparts. */
const isPrivate = addressRanges([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);
