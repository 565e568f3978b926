import { AcceptedAnswer } from '../dialog/accepted-answer.ts';
import { contactUri, Dialog } from '../dialog/dialog.ts';
import { sentResponseLeader } from '../control/leader.ts';
import type { AppMessage } from '../message/app-message.ts';
import { header, headerValue, type HeaderField } from '../message/sip-message.ts';
import { parseNameAddress } from '../message/address.ts';
import type { Context, Wakeable } from './context.ts';
import type { ControlClient } from './control-client.ts';
import type { DialogEndings } from './dialog-endings.ts';
import type { DialogEntry } from './dialogs.ts';
import { ALWAYS_OWNED, appHeaders, defaultContact, defaultContentType, type LocalContact } from './header-policy.ts';
import { natTarget } from './reach.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { State } from './state.ts';
import type { Transports } from './transport.ts';

/** What applications answer requests with. */
export class AppResponses {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #endings: DialogEndings;

  constructor(context: Context, state: State, transports: Transports, endings: DialogEndings) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#endings = endings;
  }

  respond(client: ControlClient, requestId: string, transactionId: string, message: AppMessage & { kind: 'response' }): void {
    if (transactionId === '') {
      client.reply(requestId, 'NO', 'transaction id missing');
      client.close();
      return;
    }
    const transaction = this.#state.serverById.get(transactionId);
    if (transaction === undefined || transaction.owner !== client || transaction.finalStatus !== undefined) {
      client.reply(requestId, 'NOK', 'Response not sent due to unknown transaction');
      return;
    }
    const local = this.#local(transaction);
    const contentType = defaultContentType(message.headers, message.body);
    if (contentType === 'missing') {
      client.reply(requestId, 'NOK', 'missing content-type');
      return;
    }
    this.#takeTag(transaction, message);
    const headers = [...appHeaders(message.headers, OWNED, local), ...contentType];
    const makesDialog = transaction.isInvite && message.status > 100 && message.status < 300;
    if (makesDialog && message.status >= 200 && !headers.some((field) => field.key === 'contact')) {
      headers.push(header('Contact', defaultContact(local)));
    }
    if (makesDialog) this.#ensureDialog(client, transaction, headers);
    const sent = transaction.respond(message.status, message.reason, headers, message.body);
    if (sent === undefined) return;
    const entry = transaction.dialog;
    if (entry !== undefined && makesDialog && message.status >= 200) this.#accepted(transaction, entry);
    const listener = this.#transports.listener(transaction.peer.listener);
    const meta = {
      source: 'application' as const, bytes: sent.bytes.length, protocol: transaction.peer.transport,
      address: listener.address, port: listener.port, wallMs: this.#context.wallMs,
    };
    client.send(sentResponseLeader(this.#context.randomId(), requestId, meta, transaction.id, entry?.dialog.id ?? ''), sent.bytes);
  }

  /** A tag that the application put into To counts as long as none has been sent. */
  #takeTag(transaction: ServerTransaction, message: AppMessage): void {
    if (transaction.hasAnswered || transaction.core.to?.params['tag'] !== undefined) return;
    const tag = parseNameAddress(headerValue(message, 'to') ?? '')?.params['tag'];
    if (tag !== undefined && tag !== '') transaction.localTag = tag;
  }

  #ensureDialog(client: ControlClient, transaction: ServerTransaction, headers: readonly HeaderField[]): void {
    const { request, core, peer } = transaction;
    const localContact = headerValue({ headers }, 'contact');
    const known = transaction.dialog;
    if (known !== undefined) {
      if (localContact !== undefined) known.dialog.localContact = localContact;
      return;
    }
    const dialog = new Dialog(
      {
        role: 'uas',
        callId: core.callId ?? '',
        localTag: transaction.localTag,
        remoteTag: core.from?.params['tag'] ?? '',
        localAddress: `${headerValue(request, 'to') ?? ''};tag=${transaction.localTag}`,
        remoteAddress: headerValue(request, 'from') ?? '',
      },
      {
        by: request,
        remoteTarget: contactUri(request) ?? request.uri,
        localContact: localContact ?? defaultContact(this.#local(transaction)),
        localCSeq: 0,
        remoteCSeq: core.cseq?.number ?? 0,
      },
    );
    transaction.dialog = this.#state.dialogs.add(dialog, client, peer, natTarget(request, peer));
    transaction.dialog.incomingInvite = transaction;
  }

  /** From here on the 2xx is repeated until its ACK comes. */
  #accepted(transaction: ServerTransaction, entry: DialogEntry): void {
    entry.dialog.confirm();
    entry.accepted?.stop();
    const context = this.#context;
    const answer = new AcceptedAnswer(context.nowMs);
    const wakeable: Wakeable = {
      wake: () => {
        for (const action of answer.wake(context.nowMs)) {
          if (action.kind === 'transmit') transaction.transmit();
          else this.#endings.byeByServer(entry, 'SIP;cause=200;text="ACK timeout"');
        }
        context.deadlines.set(wakeable, answer.wakeAtMs);
      },
    };
    context.deadlines.set(wakeable, answer.wakeAtMs);
    entry.accepted = {
      answer,
      transaction,
      stop: () => {
        answer.stop();
        context.deadlines.set(wakeable, undefined);
      },
    };
  }

  #local(transaction: ServerTransaction): LocalContact {
    const { listener, address, transport } = transaction.peer;
    return { hostPort: this.#transports.advertised(listener, address), transport };
  }
}

const OWNED: ReadonlySet<string> = new Set([...ALWAYS_OWNED, 'from', 'to', 'call-id', 'cseq']);
