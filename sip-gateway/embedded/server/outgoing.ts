import { ms, type Ms } from '#domain/units';
import { bareHost, isIpAddress } from '#kit/ip/ip-address';
import { applyRouteSet } from '../dialog/route-set.ts';
import { header, type HeaderField, NO_BODY, type SipRequest } from '../message/sip-message.ts';
import { BRANCH_COOKIE } from '../message/via.ts';
import { parseSipUri } from '../message/uri.ts';
import { writeMessage } from '../message/write.ts';
import { ClientTransaction, type ClientTransactionEvents } from '../transaction/client-transaction.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import type { State } from './state.ts';
import { factsOf, transportsNamed } from '../transport/transport-table.ts';
import type { Transports } from '../transport/transports.ts';
import type { Destination } from '../core/types.ts';

export type Target =
  | {
      readonly kind: 'target';
      readonly destination: Destination;
      readonly isName: boolean;
      /** By TCP, for what is too large for a datagram; absent where the transport was named or is not UDP. */
      readonly forLarge?: Destination;
    }
  /** Text for the application. */
  | { readonly kind: 'unreachable'; readonly text: string };

export interface Prepared {
  readonly transaction: ClientTransaction;
  readonly target: Target & { readonly kind: 'target' };
}

interface Waiting {
  readonly destination: Destination;
  /** Ends the wait for a name server that does not answer. */
  readonly overdue: Wakeable;
  readonly start: (destination: Destination | undefined) => void;
}

/** Requests on their way out: the transport they take, their Via, and host names that have to be resolved first. */
export class Outgoing {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #events: ClientTransactionEvents;
  readonly #waiting = new Map<string, Waiting>();

  constructor(context: Context, state: State, transports: Transports, events: ClientTransactionEvents) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#events = events;
  }

  /** By the URI's own transport, else UDP where there is a UDP listener. */
  target(uri: string): Target {
    const parsed = parseSipUri(uri);
    if (parsed === undefined) return { kind: 'unreachable', text: `invalid request-uri: ${uri.slice(0, 200)}` };
    const named = parsed.params['transport']?.toLowerCase();
    const host = bareHost(parsed.host);
    const isName = !isIpAddress(host);
    for (const transport of transportsNamed(named, parsed.scheme === 'sips')) {
      const listener = this.#transports.listenerFor(transport, host);
      const { canConnect, defaultPort, isSecure } = factsOf(transport);
      const port = parsed.port ?? defaultPort;
      if (listener === undefined || (!canConnect && !this.#transports.streams.hasConnection(transport, host, port))) continue;
      const serverName = isSecure && isName ? { serverName: host } : {};
      const destination = { transport, listener, address: host, port, ...serverName };
      return { kind: 'target', destination, isName: isName && canConnect, ...(named === undefined ? this.#forLarge(destination) : {}) };
    }
    return { kind: 'unreachable', text: 'requested protocol/transport not available' };
  }

  /** Where requests of this dialog go. */
  dialogTarget(entry: DialogEntry): Target {
    if (entry.natTarget !== undefined) return { kind: 'target', destination: entry.natTarget, isName: false };
    return this.target(applyRouteSet(entry.dialog.routeSet, entry.dialog.remoteTarget).nextHopUri);
  }

  /** A transaction that is ready to `launch`: the echo to the application comes between the two. The target as its size has it. */
  prepare(request: SipRequest, wanted: Target & { kind: 'target' }, owner?: ControlClient, dialog?: DialogEntry): Prepared {
    const branch = this.branch();
    const wantedVia = { ...request, headers: [this.via(wanted.destination, branch), ...request.headers] };
    const isLarge = wanted.forLarge !== undefined && writeMessage(wantedVia).length > MAX_DATAGRAM_BYTES;
    const target = isLarge ? { ...wanted, destination: wanted.forLarge } : wanted;
    const withVia = isLarge ? { ...request, headers: [this.via(target.destination, branch), ...request.headers] } : wantedVia;
    const transaction = new ClientTransaction(this.#context, this.#transports, this.#events, {
      request: withVia,
      branch,
      isReliable: factsOf(target.destination.transport).isReliable,
      ...(owner === undefined ? {} : { owner }),
      ...(isLarge ? { fallback: { request: wantedVia, destination: wanted.destination } } : {}),
    });
    if (dialog !== undefined) this.#state.dialogs.bind(transaction, dialog);
    this.#register(transaction);
    return { transaction, target };
  }

  launch({ transaction, target }: Prepared): void {
    this.#whenResolved(target, (destination) => {
      if (destination !== undefined) {
        transaction.start(destination);
        return;
      }
      transaction.failureReason = 'DNS Error';
      transaction.transportFailed();
    });
  }

  /** CANCEL travels with the branch and on the path of its INVITE. */
  launchCancel(invite: ClientTransaction, request: SipRequest): void {
    if (invite.destination === undefined) return;
    const branch = invite.key.slice(0, invite.key.indexOf('|'));
    const { isReliable } = factsOf(invite.destination.transport);
    const transaction = new ClientTransaction(this.#context, this.#transports, this.#events, { request, branch, isReliable });
    this.#register(transaction);
    transaction.start(invite.destination);
  }

  /** A request of ours in a dialog without its Via: routed, numbered, with whatever is added. */
  dialogRequest(entry: DialogEntry, method: string, cseq: number, added: readonly HeaderField[], body: Uint8Array = NO_BODY): SipRequest {
    const routed = entry.dialog.routed();
    const headers = [...routed.routes, header('Max-Forwards', '70'), ...entry.dialog.requestHeaders(method, cseq), ...added];
    return { kind: 'request', method, uri: routed.requestUri, headers, body };
  }

  /** ACK of a 2xx: no transaction, kept with its INVITE for repetition. */
  sendAck(entry: DialogEntry, invite: ClientTransaction, request: SipRequest, target: Target & { kind: 'target' }): Uint8Array {
    const withVia = { ...request, headers: [this.via(target.destination, this.branch()), ...request.headers] };
    const bytes = writeMessage(withVia);
    this.#whenResolved(target, (destination) => {
      if (destination === undefined) return;
      invite.ack = { bytes, destination };
      this.#transports.send(destination, bytes);
    });
    if (entry.outgoingInvite === invite) entry.outgoingInvite = undefined;
    return bytes;
  }

  /** A request without a transaction: an ACK that nobody keeps. */
  sendLoose(request: SipRequest, target: Target & { kind: 'target' }): void {
    const bytes = writeMessage({ ...request, headers: [this.via(target.destination, this.branch()), ...request.headers] });
    this.#whenResolved(target, (destination) => {
      if (destination !== undefined) this.#transports.send(destination, bytes);
    });
  }

  repeat(sent: { readonly bytes: Uint8Array; readonly destination: Destination }): void {
    this.#transports.send(sent.destination, sent.bytes);
  }

  resolved(query: string, address: string | undefined): void {
    const waiting = this.#waiting.get(query);
    if (waiting === undefined) return;
    this.#waiting.delete(query);
    this.#context.deadlines.set(waiting.overdue, undefined);
    waiting.start(address === undefined ? undefined : { ...waiting.destination, address });
  }

  branch(): string {
    return `${BRANCH_COOKIE}${this.#context.token()}`;
  }

  via(destination: Destination, branch: string): HeaderField {
    const sentBy = this.#transports.advertised(destination.listener, destination.address);
    return header('Via', `SIP/2.0/${factsOf(destination.transport).via} ${sentBy};branch=${branch};rport`);
  }

  #forLarge(destination: Destination): { readonly forLarge?: Destination } {
    if (destination.transport !== 'udp') return {};
    const listener = this.#transports.listenerFor('tcp', destination.address);
    return listener === undefined ? {} : { forLarge: { ...destination, transport: 'tcp', listener } };
  }

  #register(transaction: ClientTransaction): void {
    this.#state.clientByKey.set(transaction.key, transaction);
    this.#state.clientById.set(transaction.id, transaction);
  }

  #whenResolved(target: Target & { kind: 'target' }, start: (destination: Destination | undefined) => void): void {
    if (!target.isName) {
      start(target.destination);
      return;
    }
    const query = this.#context.randomId();
    const overdue: Wakeable = { wake: () => this.resolved(query, undefined) };
    this.#waiting.set(query, { destination: target.destination, start, overdue });
    this.#context.deadlines.set(overdue, ms(this.#context.nowMs + RESOLVE_MS));
    this.#context.emit({ kind: 'resolve', query, host: target.destination.address });
  }
}

/** RFC 3261 section 18.1.1, where the path's MTU is not known. */
const MAX_DATAGRAM_BYTES = 1_300;
/** A name that is not resolved by then counts as one that does not exist. */
const RESOLVE_MS: Ms = ms(10_000);
