import { header, headerValue } from '../message/sip-message.ts';
import { isTooShort, MIN_SE_S } from '../dialog/session-timer.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { writeMessage } from '../message/write.ts';
import type { Context } from '../core/context.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import { natTarget } from '../dialog/reach.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { allowsUpdate } from './session-timers.ts';
import type { State } from './state.ts';
import type { Peer } from '../core/types.ts';

/** Requests from the network inside a dialog: RFC 3261 sections 12.2.2, 14.2 and 15.1.2. All go to the dialog's owner. */
export class DialogRequests {
  readonly #context: Context;
  readonly #state: State;

  constructor(context: Context, state: State) {
    this.#context = context;
    this.#state = state;
  }

  handle(transaction: ServerTransaction, entry: DialogEntry): void {
    const { request, core } = transaction;
    this.#state.dialogs.bind(transaction, entry);
    if (!entry.dialog.acceptRemoteCSeq(core.cseq?.number ?? 0)) return transaction.refuse(500, [], 'CSeq Out Of Order');
    const isSessionRequest = request.method === 'INVITE' || request.method === 'UPDATE';
    if (isSessionRequest && isTooShort(request)) return transaction.refuse(422, [header('Min-SE', String(MIN_SE_S))]);
    switch (request.method) {
      case 'INVITE':
        this.#invite(transaction, entry);
        return;
      case 'PRACK':
        this.#prack(transaction, entry);
        return;
      case 'UPDATE':
        this.#refresh(entry, request, transaction.peer);
        this.#deliver(transaction, entry);
        return;
      case 'BYE':
        if (entry.dialog.state === 'early' && entry.incomingInvite !== undefined) {
          this.#byeBeforeAnswer(transaction, entry, entry.incomingInvite);
          return;
        }
        this.#deliver(transaction, entry);
        this.#ended(entry);
        return;
      default:
        this.#deliver(transaction, entry);
    }
  }

  /** The ACK of a 2xx. The application is told once; repetitions only show that our 2xx was repeated. */
  acknowledged(request: SipRequest, core: CoreHeaders, peer: Peer): void {
    const entry = this.#state.dialogs.match(core);
    const accepted = entry?.accepted;
    if (entry === undefined || accepted === undefined || accepted.transaction.core.cseq?.number !== core.cseq?.number) {
      this.#context.count('ack-unmatched');
      return;
    }
    accepted.stop();
    entry.accepted = undefined;
    entry.owner.sendMessage(peer, accepted.transaction.id, entry.dialog.id, writeMessage(request));
  }

  /** A final answer of one of these requests is about to leave. */
  answered(transaction: ServerTransaction): void {
    const entry = this.#state.dialogs.of(transaction);
    if (entry === undefined || !transaction.isInvite) return;
    if (entry.incomingInvite === transaction) entry.incomingInvite = undefined;
    for (const [rseq, pending] of entry.reliable) {
      if (pending.transaction !== transaction) continue;
      pending.stop();
      entry.reliable.delete(rseq);
    }
    const isFirst = transaction.core.to?.params['tag'] === undefined;
    if (isFirst && (transaction.finalStatus ?? 0) >= 300) this.#state.dialogs.end(entry);
  }

  #invite(transaction: ServerTransaction, entry: DialogEntry): void {
    if (entry.incomingInvite !== undefined) return transaction.refuse(500, [header('Retry-After', '2')]);
    const ours = entry.outgoingInvite;
    if (ours !== undefined && !ours.isFinished) return transaction.refuse(491);
    entry.incomingInvite = transaction;
    transaction.respond(100, 'Trying');
    this.#refresh(entry, transaction.request, transaction.peer);
    this.#deliver(transaction, entry);
  }

  /** RFC 3262 section 3: one that acknowledges nothing is refused here. */
  #prack(transaction: ServerTransaction, entry: DialogEntry): void {
    const [, rseq = '', cseq = ''] = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+INVITE$/.exec(headerValue(transaction.request, 'rack') ?? '') ?? [];
    const pending = entry.reliable.get(Number(rseq));
    if (pending === undefined || pending.transaction.core.cseq?.number !== Number(cseq)) return transaction.refuse(481);
    pending.stop();
    entry.reliable.delete(Number(rseq));
    this.#deliver(transaction, entry);
  }

  /** RFC 3261 section 15 lets a caller end an early dialog by BYE: the application learns of it as of a CANCEL, which it knows how to take. */
  #byeBeforeAnswer(bye: ServerTransaction, entry: DialogEntry, invite: ServerTransaction): void {
    const { id } = entry.dialog;
    const cseq = header('CSeq', `${invite.core.cseq?.number ?? 1} CANCEL`);
    const cancel: SipRequest = {
      ...bye.request,
      method: 'CANCEL',
      headers: bye.request.headers.map((field) => (field.key === 'cseq' ? cseq : field)),
    };
    bye.refuse(200);
    invite.refuse(487);
    this.#state.dialogs.end(entry);
    entry.owner.sendMessage(bye.peer, invite.id, id, writeMessage(cancel));
  }

  #refresh(entry: DialogEntry, request: SipRequest, peer: Peer): void {
    entry.dialog.refreshTarget(request);
    entry.peer = peer;
    entry.natTarget = natTarget(request, peer);
    entry.peerAllowsUpdate = allowsUpdate(request) ?? entry.peerAllowsUpdate;
  }

  #deliver(transaction: ServerTransaction, entry: DialogEntry): void {
    const { limits } = this.#context.options;
    transaction.owner = entry.owner;
    transaction.expectAnswerWithin(transaction.isInvite ? limits.inviteUnansweredMs : limits.requestUnansweredMs);
    entry.owner.sendMessage(transaction.peer, transaction.id, entry.dialog.id, writeMessage(transaction.request));
  }

  #ended(entry: DialogEntry): void {
    const pending = entry.incomingInvite;
    this.#state.dialogs.end(entry);
    pending?.refuse(487);
  }
}
