import { ms, type Ms } from '#domain/units';
import { agreeAsUas, agreedAsUac, readSessionExpires, type SessionInterval, SessionTimer } from '../dialog/session-timer.ts';
import {
  header,
  headerFields,
  headerValue,
  type HeaderField,
  listsToken,
  type SipRequest,
  type SipResponse,
} from '../message/sip-message.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { DialogEndings } from './dialog-endings.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import type { Outgoing } from './outgoing.ts';

/** Session timers, RFC 4028: agreed in passing, refreshed and enforced here; the application need not know. */
export class SessionTimers {
  readonly #context: Context;
  readonly #outgoing: Outgoing;
  readonly #endings: DialogEndings;

  constructor(context: Context, outgoing: Outgoing, endings: DialogEndings) {
    this.#context = context;
    this.#outgoing = outgoing;
    this.#endings = endings;
  }

  /** Headers that our 2xx to a session request needs, unless the application has its own view of it. */
  headersForAnswer(request: SipRequest, given: readonly HeaderField[]): readonly HeaderField[] {
    const interval = agreeAsUas(request);
    if (interval === undefined || given.some((field) => field.key === 'session-expires')) return [];
    // Section 9: a caller that has to refresh must know that this was agreed.
    const required = interval.refresher === 'peer' ? [header('Require', 'timer')] : [];
    return [sessionExpires(interval, 'uas'), ...required];
  }

  /** Our 2xx leaves: its Session-Expires is what counts from now on. */
  answered(entry: DialogEntry, response: SipResponse): void {
    const sent = readSessionExpires(response);
    this.#run(entry, sent === undefined ? undefined : { expiresS: sent.expiresS, refresher: sent.refresher === 'uas' ? 'us' : 'peer' });
  }

  /** A 2xx of the peer to our INVITE or UPDATE. */
  wasAnswered(entry: DialogEntry, response: SipResponse): void {
    this.#run(entry, agreedAsUac(response));
  }

  /** Headers that keep a running timer alive in an INVITE or UPDATE of ours. */
  headersForRequest(entry: DialogEntry, given: readonly HeaderField[]): readonly HeaderField[] {
    if (entry.session === undefined || given.some((field) => field.key === 'session-expires')) return [];
    const supported = headerFields({ headers: given }, 'supported').length > 0 ? [] : [header('Supported', 'timer')];
    return [sessionExpires(entry.session.interval, 'uac'), ...supported];
  }

  /** A refresh of ours got another answer than 2xx. */
  refreshFailed(entry: DialogEntry, transaction: ClientTransaction, status: number): void {
    this.#context.count('session-refresh-failed');
    if (status === 408 || status === 481) this.#expire(entry);
    else if (transaction.request.method === 'UPDATE' && (status === 405 || status === 501)) {
      entry.peerAllowsUpdate = false;
      entry.session?.retry(ms(0));
    } else entry.session?.retry(RETRY_MS);
  }

  #run(entry: DialogEntry, interval: SessionInterval | undefined): void {
    entry.session?.stop();
    entry.session = undefined;
    if (interval === undefined || entry.dialog.state === 'ended') return;
    const context = this.#context;
    const timer = new SessionTimer(context.nowMs, interval);
    const arm = () => context.deadlines.set(wakeable, timer.wakeAtMs);
    const wakeable: Wakeable = {
      wake: () => {
        const due = timer.wake(context.nowMs);
        arm();
        for (const action of due) {
          if (action.kind === 'refresh') this.#refresh(entry);
          else this.#expire(entry);
        }
      },
    };
    arm();
    entry.session = {
      interval,
      retry: (afterMs) => {
        timer.retry(context.nowMs, afterMs);
        arm();
      },
      stop: () => {
        timer.stop();
        arm();
      },
    };
  }

  #expire(entry: DialogEntry): void {
    this.#context.count('session-expired');
    this.#endings.byeByServer(entry, 'SIP;cause=200;text="Session timer expired"');
  }

  /** UPDATE where the peer can, because it touches no media; else the session as it is in a re-INVITE. */
  #refresh(entry: DialogEntry): void {
    const isBusy = entry.incomingInvite !== undefined || (entry.outgoingInvite !== undefined && !entry.outgoingInvite.isFinished);
    const method = entry.peerAllowsUpdate ? 'UPDATE' : 'INVITE';
    const target = this.#outgoing.dialogTarget(entry);
    const sdp = method === 'INVITE' ? entry.localSdp : undefined;
    if (target.kind === 'unreachable' || (method === 'INVITE' && (isBusy || sdp === undefined))) {
      entry.session?.retry(RETRY_MS);
      return;
    }
    this.#context.count('session-refreshed');
    const headers = [
      header('Contact', entry.dialog.localContact),
      ...this.headersForRequest(entry, []),
      ...(sdp === undefined ? [] : [header('Content-Type', 'application/sdp')]),
    ];
    const request = this.#outgoing.dialogRequest(entry, method, entry.dialog.takeLocalCSeq(), headers, sdp);
    const prepared = this.#outgoing.prepare(request, target, undefined, entry);
    const { transaction } = prepared;
    transaction.isRefresh = true;
    if (method === 'INVITE') entry.outgoingInvite = transaction;
    this.#outgoing.launch(prepared);
  }
}

/** Whether the peer said that it takes UPDATE. */
export function allowsUpdate(message: SipRequest | SipResponse): boolean | undefined {
  return headerValue(message, 'allow') === undefined ? undefined : listsToken(message, 'allow', 'update');
}

/** `asRole`: who we are in the message that carries it. */
function sessionExpires(interval: SessionInterval, asRole: 'uac' | 'uas'): HeaderField {
  const other = asRole === 'uac' ? 'uas' : 'uac';
  return header('Session-Expires', `${interval.expiresS};refresher=${interval.refresher === 'us' ? asRole : other}`);
}

/** After 491 or an error that may pass; RFC 3261 section 14.1 asks for 2.1 to 4 s. */
const RETRY_MS: Ms = ms(3000);
