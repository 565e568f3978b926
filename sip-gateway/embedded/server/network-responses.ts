import { ms } from '#domain/units';
import { contactUri, Dialog } from '../dialog/dialog.ts';
import { dialogId } from '../dialog/dialog-id.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import { header, headerValue, type SipResponse } from '../message/sip-message.ts';
import { parseNameAddress } from '../message/address.ts';
import { parseCSeq } from '../message/core-headers.ts';
import { writeMessage } from '../message/write.ts';
import { clientTransactionKey } from '../transaction/transaction-key.ts';
import { TRANSACTION_LIFE_MS } from '../transaction/timers.ts';
import type { AppCancels } from './app-cancels.ts';
import {
  type ClientTransaction,
  type ClientTransactionEvents,
  type ReceivedResponse,
  responseBranch,
} from '../transaction/client-transaction.ts';
import { composeLocalAnswer } from '../transaction/compose.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import { REASONS } from '../core/methods.ts';
import type { Outgoing } from './outgoing.ts';
import { natTarget } from '../dialog/reach.ts';
import { allowsUpdate, type SessionTimers } from './session-timers.ts';
import type { State } from './state.ts';
import type { Peer } from '../core/types.ts';

/** Answers to requests of ours: matched, and what they mean for dialogs and applications. RFC 3261 sections 13.2.2 and 15.1.1. */
export class NetworkResponses implements ClientTransactionEvents {
  readonly #context: Context;
  readonly #state: State;
  readonly #outgoing: Outgoing;
  readonly #cancels: AppCancels;
  readonly #sessions: SessionTimers;

  constructor(context: Context, state: State, outgoing: Outgoing, cancels: AppCancels, sessions: SessionTimers) {
    this.#context = context;
    this.#state = state;
    this.#outgoing = outgoing;
    this.#cancels = cancels;
    this.#sessions = sessions;
  }

  handle(response: SipResponse, core: CoreHeaders, peer: Peer, bytes: number): void {
    const branch = responseBranch(response, core);
    const transaction =
      branch === undefined ? undefined : this.#state.clientByKey.get(clientTransactionKey(branch, core.cseq?.method ?? ''));
    const isOurs = transaction !== undefined && core.callId === headerValue(transaction.request, 'call-id') && core.to !== undefined;
    if (!isOurs) {
      this.#context.count('response-unmatched');
      return;
    }
    this.#context.count(`response-${Math.floor(response.status / 100)}xx`);
    transaction.received({ response, core, peer, bytes });
  }

  responded(transaction: ClientTransaction, received: ReceivedResponse): void {
    if (transaction.isFinished) {
      this.#repeatedSuccess(transaction, received);
      return;
    }
    const { status } = received.response;
    if (status >= 200) transaction.isFinished = true;
    if (transaction.isInvite) this.#inviteResponded(transaction, received);
    else this.#requestResponded(transaction, received);
  }

  gaveUp(transaction: ClientTransaction, status: 408 | 503): void {
    this.#context.count(`gave-up-${status}`);
    if (transaction.isFinished) return;
    transaction.isFinished = true;
    const reason = status === 503 ? transaction.failureReason : (REASONS[status] ?? '');
    const answer = writeMessage(composeLocalAnswer(transaction.request, status, reason));
    const protocol = transaction.destination?.transport ?? 'udp';
    transaction.owner?.sendLocalAnswer(protocol, transaction.id, this.#reportedDialogId(transaction), answer);
    this.#failed(transaction, status);
    // It rang and nobody answered: the peer is told that we do not wait any longer.
    if (
      transaction.isInvite &&
      status === 408 &&
      transaction.destination !== undefined &&
      transaction.hadProvisional &&
      !transaction.cancelSent
    ) {
      transaction.cancelHeaders = [];
      this.#cancels.sendNow(transaction);
    }
  }

  ended(transaction: ClientTransaction): void {
    this.#state.clientByKey.delete(transaction.key);
    this.#state.clientById.delete(transaction.id);
  }

  #inviteResponded(transaction: ClientTransaction, received: ReceivedResponse): void {
    const { response } = received;
    const known = this.#state.dialogs.of(transaction);
    const isFirst = known === undefined || transaction.opensDialog;
    if (response.status < 200) {
      transaction.hadProvisional = true;
      this.#cancels.sendNow(transaction);
      if (response.status === 100) return;
      const entry = isFirst ? this.#openDialog(transaction, received) : known;
      if (isRepeatedReliable(entry, response)) return;
    } else if (response.status < 300) {
      this.#accepted(transaction, received, isFirst);
    } else this.#failed(transaction, response.status);
    this.#report(transaction, received);
  }

  #accepted(transaction: ClientTransaction, received: ReceivedResponse, isFirst: boolean): void {
    const entry = isFirst ? this.#openDialog(transaction, received) : this.#state.dialogs.of(transaction);
    if (entry === undefined) return;
    const isUnwanted = entry.owner.isClosed || entry.dialog.state === 'ended';
    if (isFirst) {
      entry.dialog.confirm(received.response);
      if (transaction.cancelHeaders !== undefined) entry.byeAfterAck = true;
    }
    entry.dialog.refreshTarget(received.response);
    entry.peer = received.peer;
    entry.natTarget = natTarget(received.response, received.peer);
    entry.outgoingInvite = transaction;
    entry.peerAllowsUpdate = allowsUpdate(received.response) ?? entry.peerAllowsUpdate;
    if (isFirst && transaction.request.body.length > 0) entry.localSdp = transaction.request.body;
    this.#sessions.wasAnswered(entry, received.response);
    if (transaction.isRefresh && !isUnwanted) this.#acknowledgeRefresh(entry, transaction);
    if (isUnwanted) this.#release(entry, transaction, 'SIP;cause=503;text="Application lost"');
  }

  #acknowledgeRefresh(entry: DialogEntry, transaction: ClientTransaction): void {
    const target = this.#outgoing.dialogTarget(entry);
    if (target.kind === 'unreachable') return;
    this.#outgoing.sendAck(entry, transaction, this.#outgoing.dialogRequest(entry, 'ACK', inviteCSeq(transaction), []), target);
  }

  /** The dialog that this answer to a first INVITE belongs to; of several (forking), the application sees the one of the 2xx. */
  #openDialog(transaction: ClientTransaction, { response, core, peer }: ReceivedResponse): DialogEntry | undefined {
    const remoteTag = core.to?.params['tag'] ?? '';
    const known = this.#state.dialogs.of(transaction);
    if (known !== undefined && known.dialog.identity.remoteTag === remoteTag) return known;
    const owner = transaction.owner;
    if (remoteTag === '' || owner === undefined || (known !== undefined && response.status < 200)) return known;
    if (known !== undefined) this.#state.dialogs.end(known);
    const { request } = transaction;
    const dialog = new Dialog(
      {
        role: 'uac',
        callId: core.callId ?? '',
        localTag: core.from?.params['tag'] ?? '',
        remoteTag,
        localAddress: headerValue(request, 'from') ?? '',
        remoteAddress: headerValue(response, 'to') ?? '',
      },
      {
        by: response,
        remoteTarget: contactUri(response) ?? request.uri,
        localContact: headerValue(request, 'contact') ?? '',
        localCSeq: inviteCSeq(transaction),
      },
    );
    const entry = this.#state.dialogs.add(dialog, owner, peer, natTarget(response, peer));
    entry.outgoingInvite = transaction;
    this.#state.dialogs.bind(transaction, entry);
    transaction.opensDialog = true;
    return entry;
  }

  #requestResponded(transaction: ClientTransaction, received: ReceivedResponse): void {
    const { status } = received.response;
    if (status === 100) return;
    const entry = this.#state.dialogs.of(transaction);
    if (entry !== undefined && transaction.request.method === 'UPDATE' && status >= 200 && status < 300) {
      entry.dialog.refreshTarget(received.response);
      this.#sessions.wasAnswered(entry, received.response);
    } else if (status >= 200) this.#failed(transaction, status);
    this.#report(transaction, received);
  }

  /** What a final answer that is no success does to the dialog; any final answer where the request was BYE. */
  #failed(transaction: ClientTransaction, status: number): void {
    const entry = this.#state.dialogs.of(transaction);
    if (entry === undefined) return;
    if (entry.outgoingInvite === transaction) entry.outgoingInvite = undefined;
    if (transaction.opensDialog) this.#state.dialogs.end(entry);
    if (transaction.isRefresh) this.#sessions.refreshFailed(entry, transaction, status);
    if (transaction.request.method !== 'BYE') return;
    if (status === 401 || status === 407) this.#endUnlessRetried(entry);
    else this.#state.dialogs.end(entry);
  }

  /** The client may repeat a challenged BYE with credentials; a dialog that nobody ends must not stay for ever. */
  #endUnlessRetried(entry: DialogEntry): void {
    const wakeable: Wakeable = { wake: () => this.#state.dialogs.end(entry) };
    this.#context.deadlines.set(wakeable, ms(this.#context.nowMs + TRANSACTION_LIFE_MS));
  }

  #report(transaction: ClientTransaction, received: ReceivedResponse): void {
    transaction.owner?.sendMessage(received.peer, transaction.id, this.#reportedDialogId(transaction), writeMessage(received.response));
  }

  /** INVITE names its dialog from the first answer on, also where there is none in the end. */
  #reportedDialogId(transaction: ClientTransaction): string {
    const known = this.#state.dialogs.of(transaction);
    if (known !== undefined) return known.dialog.id;
    if (!transaction.isInvite) return '';
    const tag = parseNameAddress(headerValue(transaction.request, 'from') ?? '')?.params['tag'] ?? '';
    return dialogId(headerValue(transaction.request, 'call-id') ?? '', tag);
  }

  /** A 2xx once more: our ACK was lost. From another branch of a fork: nobody wants that call, so ACK and BYE (section 13.2.2.4). */
  #repeatedSuccess(transaction: ClientTransaction, received: ReceivedResponse): void {
    const remoteTag = received.core.to?.params['tag'] ?? '';
    const known = this.#state.dialogs.of(transaction);
    if (known === undefined || known.dialog.identity.remoteTag === remoteTag) {
      const { ack } = transaction;
      if (ack !== undefined) this.#outgoing.repeat(ack);
      return;
    }
    this.#context.count('fork-answered');
    this.#releaseFork(transaction, received);
  }

  #releaseFork(transaction: ClientTransaction, { response, core, peer }: ReceivedResponse): void {
    const winner = this.#state.dialogs.of(transaction);
    const remoteTag = core.to?.params['tag'] ?? '';
    if (winner === undefined || transaction.releasedTags.size >= FORKS_MAX) return;
    const identity = { ...winner.dialog.identity, remoteTag, remoteAddress: headerValue(response, 'to') ?? '' };
    const dialog = new Dialog(identity, {
      by: response,
      remoteTarget: contactUri(response) ?? transaction.request.uri,
      localContact: winner.dialog.localContact,
      localCSeq: inviteCSeq(transaction),
    });
    const entry: DialogEntry = {
      ...winner,
      dialog,
      peer,
      natTarget: natTarget(response, peer),
      accepted: undefined,
      incomingInvite: undefined,
      outgoingInvite: undefined,
      reliable: new Map(),
    };
    this.#release(entry, transaction, 'SIP;cause=200;text="Call completed elsewhere"');
  }

  /** ACK for every 2xx, and BYE once: nobody wants this call. */
  #release(entry: DialogEntry, transaction: ClientTransaction, reason: string): void {
    const target = this.#outgoing.dialogTarget(entry);
    const { remoteTag } = entry.dialog.identity;
    const isFirst = !transaction.releasedTags.has(remoteTag);
    transaction.releasedTags.add(remoteTag);
    if (target.kind === 'target') {
      this.#outgoing.sendLoose(this.#outgoing.dialogRequest(entry, 'ACK', inviteCSeq(transaction), []), target);
      const bye = this.#outgoing.dialogRequest(entry, 'BYE', entry.dialog.takeLocalCSeq(), [header('Reason', reason)]);
      if (isFirst) this.#outgoing.launch(this.#outgoing.prepare(bye, target));
    }
    this.#state.dialogs.end(entry);
  }
}

/** RFC 3262 section 4: a reliable answer is handed up once and in order; the peer repeats the others. Remembers its number. */
function isRepeatedReliable(entry: DialogEntry | undefined, response: SipResponse): boolean {
  const rseq = Number(headerValue(response, 'rseq') ?? '');
  if (entry === undefined || !Number.isInteger(rseq) || rseq <= 0) return false;
  if (entry.peerRSeq !== 0 && rseq !== entry.peerRSeq + 1) return true;
  entry.peerRSeq = rseq;
  return false;
}

function inviteCSeq(transaction: ClientTransaction): number {
  return parseCSeq(headerValue(transaction.request, 'cseq') ?? '')?.number ?? 1;
}

/** Of one INVITE; a peer that invents more branches than this is not answered any more. */
const FORKS_MAX = 8;
