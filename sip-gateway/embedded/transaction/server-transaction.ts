import { unreachable } from '#domain/assert';
import { ms, type Ms } from '#domain/units';
import type { CoreHeaders } from '../message/core-headers.ts';
import type { HeaderField, SipRequest, SipResponse } from '../message/sip-message.ts';
import { writeMessage } from '../message/write.ts';
import { InviteServerTransaction, type ServerAction, type ServerInput } from './invite-server.ts';
import { NonInviteServerTransaction } from './non-invite-server.ts';
import { composeResponse } from './compose.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import { REASONS } from '../core/methods.ts';
import { factsOf } from '../transport/transport-table.ts';
import type { Transports } from '../transport/transports.ts';
import type { Peer } from '../core/types.ts';

/** A request from the network while it is being answered: the machine, the answer's bytes, and whose matter it is. Knows no dialogs. */
export class ServerTransaction implements Wakeable {
  readonly id: string;
  readonly key: string;
  readonly request: SipRequest;
  readonly core: CoreHeaders;
  readonly peer: Peer;
  /** In every answer's To, unless the request already has a tag there. */
  localTag: string;
  /** Who has to answer. */
  owner: ControlClient | undefined;
  /** Of the final answer; absent until it was given. */
  finalStatus: number | undefined;
  readonly #context: Context;
  readonly #transports: Transports;
  readonly #machine: InviteServerTransaction | NonInviteServerTransaction;
  readonly #events: ServerTransactionEvents;
  #lastBytes: Uint8Array | undefined;
  #hasAnswered = false;
  #unansweredAtMs: Ms | undefined;

  constructor(
    context: Context,
    transports: Transports,
    events: ServerTransactionEvents,
    made: { key: string; request: SipRequest; core: CoreHeaders; peer: Peer },
  ) {
    this.id = context.randomId();
    this.key = made.key;
    this.request = made.request;
    this.core = made.core;
    this.peer = made.peer;
    this.localTag = made.core.to?.params['tag'] ?? context.token();
    this.#context = context;
    this.#transports = transports;
    this.#events = events;
    const { isReliable } = factsOf(made.peer.transport);
    this.#machine = made.request.method === 'INVITE' ? new InviteServerTransaction(isReliable) : new NonInviteServerTransaction(isReliable);
  }

  /** Whether an answer with our tag has left. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE';
  }

  /** Sends an answer and returns it as sent, or undefined when a final one was given before. */
  respond(
    status: number,
    reason: string,
    headers: readonly HeaderField[] = [],
    body?: Uint8Array,
  ): { readonly response: SipResponse; readonly bytes: Uint8Array } | undefined {
    if (this.finalStatus !== undefined) return undefined;
    const localTag = status === 100 ? '' : this.localTag;
    const response = composeResponse(this.request, this.core, {
      status,
      reason,
      localTag,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const bytes = writeMessage(response);
    this.#lastBytes = bytes;
    this.#hasAnswered ||= status > 100;
    if (status >= 200) {
      this.finalStatus = status;
      this.#unansweredAtMs = undefined;
      this.#events.answered(this);
    } else if (status > 100 && this.isInvite) {
      this.expectAnswerWithin(this.#context.options.limits.inviteRingingMs);
    }
    this.#handle({ kind: 'respond', status });
    return { response, bytes };
  }

  /** An answer of the server's own. */
  refuse(status: number, headers: readonly HeaderField[] = [], reason?: string): void {
    this.respond(status, reason ?? REASONS[status] ?? 'Refused', headers);
  }

  /** The one who is answered may be somebody whose address was forged: a refusal is sent once. */
  refuseOnce(): void {
    if (this.#machine instanceof InviteServerTransaction) this.#machine.repeats = false;
  }

  retransmission(): void {
    this.#handle({ kind: 'retransmission' });
  }

  acknowledged(): void {
    this.#handle({ kind: 'ack' });
  }

  /** The last answer once more; for a 2xx whose ACK is missing. */
  transmit(): void {
    if (this.#lastBytes !== undefined) this.transmitBytes(this.#lastBytes);
  }

  /** An earlier answer once more; for a reliable provisional one whose PRACK is missing. */
  transmitBytes(bytes: Uint8Array): void {
    this.#transports.send(this.#transports.replyTo(this.peer, this.core.via?.port), bytes);
  }

  expectAnswerWithin(durationMs: Ms): void {
    this.#unansweredAtMs = ms(this.#context.nowMs + durationMs);
    this.#arm();
  }

  wake(): void {
    if (this.#unansweredAtMs !== undefined && this.#unansweredAtMs <= this.#context.nowMs) {
      this.#unansweredAtMs = undefined;
      this.#events.unanswered(this);
    }
    this.#handle({ kind: 'wake' });
  }

  #handle(input: ServerInput): void {
    for (const action of this.#machine.handle(this.#context.nowMs, input)) this.#perform(action);
    this.#arm();
  }

  #perform(action: ServerAction): void {
    switch (action.kind) {
      case 'transmit':
        this.transmit();
        return;
      case 'ack-missing':
        this.#context.count('ack-missing-non-2xx');
        return;
      case 'ended':
        this.#events.ended(this);
        return;
      default:
        unreachable(action);
    }
  }

  #arm(): void {
    if (this.#machine.state === 'terminated') return;
    const machineMs = this.#machine.wakeAtMs ?? Infinity;
    const earliest = Math.min(machineMs, this.#unansweredAtMs ?? Infinity);
    this.#context.deadlines.set(this, earliest === Infinity ? undefined : ms(earliest));
  }
}

export interface ServerTransactionEvents {
  /** A final answer is about to leave. */
  answered(transaction: ServerTransaction): void;
  /** The application has not answered in time. */
  unanswered(transaction: ServerTransaction): void;
  ended(transaction: ServerTransaction): void;
}
