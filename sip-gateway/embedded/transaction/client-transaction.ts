import { unreachable } from '#domain/assert';
import type { CoreHeaders } from '../message/core-headers.ts';
import { headerFields, type HeaderField, type SipRequest, type SipResponse } from '../message/sip-message.ts';
import { writeMessage } from '../message/write.ts';
import { type ClientAction, type ClientInput, InviteClientTransaction } from './invite-client.ts';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { clientTransactionKey } from './transaction-key.ts';
import { composeFailureAck } from './compose.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { Transports } from '../transport/transports.ts';
import type { Destination, Peer } from '../core/types.ts';

export interface ReceivedResponse {
  readonly response: SipResponse;
  readonly core: CoreHeaders;
  readonly peer: Peer;
  readonly bytes: number;
}

export interface ClientTransactionEvents {
  responded(transaction: ClientTransaction, received: ReceivedResponse): void;
  /** No answer came (408), or the request could not be sent (503). */
  gaveUp(transaction: ClientTransaction, status: 408 | 503): void;
  ended(transaction: ClientTransaction): void;
}

/** The same request as it goes by UDP. */
export interface Fallback {
  readonly request: SipRequest;
  readonly destination: Destination;
}

/** A request of ours on its way: the machine, the request's bytes, where it goes, and whose matter it is. Knows no dialogs. */
export class ClientTransaction implements Wakeable {
  readonly id: string;
  readonly key: string;
  /** As it was sent last. */
  request: SipRequest;
  bytes: Uint8Array;
  /** Who is told of answers; nobody for requests of the server's own and for CANCEL. */
  owner: ControlClient | undefined;
  destination: Destination | undefined;
  /** INVITE: CANCEL was asked for, and its additional headers. */
  cancelHeaders: readonly HeaderField[] | undefined;
  cancelSent = false;
  /** Made by the server to keep a session alive; nobody else waits for its answer. */
  isRefresh = false;
  /** INVITE: some answer below 200 came. */
  hadProvisional = false;
  /** INVITE outside a dialog: that of its answers was made by them. */
  opensDialog = false;
  /** Why it could not be sent, as the reason phrase of the 503. */
  failureReason = 'Service Unavailable';
  /** A final answer was passed on, or synthesised. */
  isFinished = false;
  /** INVITE: To tags of other branches of a fork that were answered with BYE. */
  readonly releasedTags = new Set<string>();
  /** 2xx to INVITE: the ACK as sent, repeated for each repeated 2xx. */
  ack: { readonly bytes: Uint8Array; readonly destination: Destination } | undefined;
  readonly #context: Context;
  readonly #transports: Transports;
  readonly #events: ClientTransactionEvents;
  #machine: InviteClientTransaction | NonInviteClientTransaction;
  /** The way back to UDP of a request that took TCP for its size. */
  #fallback: Fallback | undefined;
  #lastReceived: ReceivedResponse | undefined;

  constructor(
    context: Context,
    transports: Transports,
    events: ClientTransactionEvents,
    made: { request: SipRequest; branch: string; isReliable: boolean; owner?: ControlClient; fallback?: Fallback },
  ) {
    this.id = context.randomId();
    this.key = clientTransactionKey(made.branch, made.request.method);
    this.request = made.request;
    this.bytes = writeMessage(made.request);
    this.owner = made.owner;
    this.#context = context;
    this.#transports = transports;
    this.#events = events;
    this.#fallback = made.fallback;
    this.#machine = this.#newMachine(made.isReliable);
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE';
  }

  get state(): string {
    return this.#machine.state;
  }

  start(destination: Destination): void {
    this.destination = destination;
    this.#handle({ kind: 'start' });
  }

  received(received: ReceivedResponse): void {
    this.#lastReceived = received;
    this.#handle({ kind: 'response', status: received.response.status });
  }

  transportFailed(): void {
    this.#handle({ kind: 'transport-failed' });
  }

  cancelWasSent(): void {
    this.cancelSent = true;
    this.#handle({ kind: 'cancelled' });
  }

  wake(): void {
    this.#handle({ kind: 'wake' });
  }

  #handle(input: ClientInput): void {
    const machine = this.#machine;
    for (const action of machine.handle(this.#context.nowMs, input)) {
      this.#perform(action);
      if (machine !== this.#machine) return;
    }
    if (this.#machine.state !== 'terminated') this.#context.deadlines.set(this, this.#machine.wakeAtMs);
  }

  /** RFC 3261 section 18.1.1: a peer that takes no TCP gets the large request by UDP. The branch stays: should it have come through, it is a repetition. */
  #fallBack(): boolean {
    const fallback = this.#fallback;
    if (fallback === undefined || this.destination === undefined || this.#lastReceived !== undefined) return false;
    this.#fallback = undefined;
    this.#transports.streams.forget(this.key);
    this.#context.count('fell-back-to-udp');
    this.request = fallback.request;
    this.bytes = writeMessage(fallback.request);
    this.#machine = this.#newMachine(false);
    this.start({ ...fallback.destination, address: this.destination.address });
    return true;
  }

  #newMachine(isReliable: boolean): InviteClientTransaction | NonInviteClientTransaction {
    return this.isInvite ? new InviteClientTransaction(isReliable) : new NonInviteClientTransaction(isReliable);
  }

  #perform(action: ClientAction): void {
    switch (action.kind) {
      case 'transmit':
        if (this.destination !== undefined) this.#transports.send(this.destination, this.bytes, this.key);
        return;
      case 'transmit-ack': {
        const received = this.#lastReceived;
        if (received === undefined || this.destination === undefined) return;
        this.#transports.send(this.destination, writeMessage(composeFailureAck(this.request, received.response)));
        return;
      }
      case 'deliver':
        if (this.#lastReceived !== undefined) this.#events.responded(this, this.#lastReceived);
        return;
      case 'timed-out':
        this.#events.gaveUp(this, 408);
        return;
      case 'failed':
        if (this.#fallBack()) return;
        this.#events.gaveUp(this, 503);
        return;
      case 'ended':
        this.#context.deadlines.set(this, undefined);
        this.#transports.streams.forget(this.key);
        this.#events.ended(this);
        return;
      default:
        unreachable(action);
    }
  }
}

/** The branch of the topmost Via of a response, when it has exactly one Via (RFC 3261 section 8.1.3.3). */
export function responseBranch(response: SipResponse, core: CoreHeaders): string | undefined {
  const vias = headerFields(response, 'via');
  return vias.length === 1 ? core.via?.params['branch'] : undefined;
}
