import { parseNameAddresses } from '../message/address.ts';
import { header, headerValue, type HeaderField, type SipMessage } from '../message/sip-message.ts';
import { dialogId, dialogKey } from './dialog-id.ts';
import { applyRouteSet, type RoutedTarget, type RouteSet, routeSetOf } from './route-set.ts';

export interface DialogIdentity {
  readonly role: 'uas' | 'uac';
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Header values with their tags, as From and To of what we send. */
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** A dialog between an application behind us and a peer: RFC 3261 section 12. Knows no timers and no sockets. */
export class Dialog {
  readonly id: string;
  readonly key: string;
  readonly identity: DialogIdentity;
  state: 'early' | 'confirmed' | 'ended' = 'early';
  /** Our Contact in it, as a header value. */
  localContact: string;
  #remoteTarget: string;
  #routeSet: RouteSet;
  #localCSeq: number;
  #remoteCSeq: number | undefined;

  constructor(
    identity: DialogIdentity,
    made: {
      readonly by: SipMessage;
      readonly remoteTarget: string;
      readonly localContact: string;
      readonly localCSeq: number;
      readonly remoteCSeq?: number;
    },
  ) {
    this.identity = identity;
    this.id = dialogId(identity.callId, identity.role === 'uas' ? identity.remoteTag : identity.localTag);
    this.key = dialogKey(identity.callId, identity.localTag, identity.remoteTag);
    this.localContact = made.localContact;
    this.#remoteTarget = made.remoteTarget;
    this.#routeSet = routeSetOf(made.by, identity.role);
    this.#localCSeq = made.localCSeq;
    this.#remoteCSeq = made.remoteCSeq;
  }

  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  get routeSet(): RouteSet {
    return this.#routeSet;
  }

  /** A 2xx fixes the route set anew, RFC 3261 section 13.2.2.4. */
  confirm(message?: SipMessage): void {
    this.state = 'confirmed';
    if (message !== undefined) this.#routeSet = routeSetOf(message, this.identity.role);
  }

  /** Takes the Contact of a target refresh (INVITE, UPDATE and their 2xx), section 12.2. */
  refreshTarget(message: SipMessage): void {
    const uri = contactUri(message);
    if (uri !== undefined) this.#remoteTarget = uri;
  }

  /** Whether a request with this number is in order; remembers it. Section 12.2.2. */
  acceptRemoteCSeq(number: number): boolean {
    if (this.#remoteCSeq !== undefined && number < this.#remoteCSeq) return false;
    this.#remoteCSeq = number;
    return true;
  }

  /** The number of the next request of ours; ACK and CANCEL repeat an older one. */
  takeLocalCSeq(): number {
    this.#localCSeq += 1;
    return this.#localCSeq;
  }

  routed(): RoutedTarget {
    return applyRouteSet(this.#routeSet, this.#remoteTarget);
  }

  /** From, To, Call-ID and CSeq of a request of ours in this dialog. */
  requestHeaders(method: string, cseq: number): readonly HeaderField[] {
    return [
      header('From', this.identity.localAddress),
      header('To', this.identity.remoteAddress),
      header('Call-ID', this.identity.callId),
      header('CSeq', `${cseq} ${method}`),
    ];
  }
}

/** The URI of the first Contact; `*` and none give undefined. */
export function contactUri(message: SipMessage): string | undefined {
  const value = headerValue(message, 'contact');
  return value === undefined || value === '*' ? undefined : parseNameAddresses(value)?.[0]?.uri;
}
