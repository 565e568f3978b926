import { contactUri, Dialog } from '../dialog/dialog.ts';
import { sentResponseLeader } from '../control/leader.ts';
import type { AppMessage } from '../message/app-message.ts';
import { header, headerValue, type HeaderField, listsToken } from '../message/sip-message.ts';
import { parseNameAddress } from '../message/address.ts';
import type { Context } from './context.ts';
import type { ControlClient } from './control-client.ts';
import { ALWAYS_OWNED, appHeaders, defaultContact, defaultContentType, type LocalContact } from './header-policy.ts';
import { natTarget } from './reach.ts';
import type { RepeatedAnswers } from './repeated-answers.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { allowsUpdate, type SessionTimers } from './session-timers.ts';
import type { State } from './state.ts';
import type { Transports } from './transport.ts';

/** What applications answer requests with. */
export class AppResponses {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #repeated: RepeatedAnswers;
  readonly #sessions: SessionTimers;

  constructor(context: Context, state: State, transports: Transports, repeated: RepeatedAnswers, sessions: SessionTimers) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#repeated = repeated;
    this.#sessions = sessions;
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
    const reliability = makesDialog && message.status < 200 ? reliabilityOf(transaction, headers) : 'none';
    if (reliability === 'impossible') {
      client.reply(requestId, 'NOK', 'Remote endpoint does not support 100rel');
      return;
    }
    if (makesDialog && (message.status >= 200 || reliability === 'reliable') && !headers.some((field) => field.key === 'contact')) {
      headers.push(header('Contact', defaultContact(local)));
    }
    if (makesDialog) this.#ensureDialog(client, transaction, headers);
    const entry = transaction.dialog;
    const rseq = entry !== undefined && reliability === 'reliable' ? entry.takeRSeq() : undefined;
    if (rseq !== undefined) headers.push(header('RSeq', String(rseq)));
    if (rseq !== undefined && !listsToken({ headers }, 'require', '100rel')) headers.push(header('Require', '100rel'));
    const agreesSession = entry !== undefined && message.status >= 200 && message.status < 300 && (transaction.isInvite || transaction.request.method === 'UPDATE');
    if (agreesSession) headers.push(...this.#sessions.headersForAnswer(transaction.request, headers));
    const sent = transaction.respond(message.status, message.reason, headers, message.body);
    if (sent === undefined) return;
    if (entry !== undefined && rseq !== undefined) this.#repeated.reliable(transaction, entry, rseq, sent.bytes);
    if (agreesSession) {
      if (message.body.length > 0) entry.localSdp = message.body;
      this.#sessions.answered(entry, sent.response);
    }
    if (entry !== undefined && makesDialog && message.status >= 200) this.#repeated.accepted(transaction, entry);
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
    transaction.dialog.peerAllowsUpdate = allowsUpdate(request) ?? false;
  }

  #local(transaction: ServerTransaction): LocalContact {
    const { listener, address, transport } = transaction.peer;
    return { hostPort: this.#transports.advertised(listener, address), transport };
  }
}

/** RFC 3262 section 3: reliable when the application asks for it or the caller requires it, if the caller can do it at all. */
function reliabilityOf(transaction: ServerTransaction, headers: readonly HeaderField[]): 'none' | 'reliable' | 'impossible' {
  const isRequired = listsToken(transaction.request, 'require', '100rel');
  const isWanted = listsToken({ headers }, 'require', '100rel');
  if (!isRequired && !isWanted) return 'none';
  return isRequired || listsToken(transaction.request, 'supported', '100rel') ? 'reliable' : 'impossible';
}

const OWNED: ReadonlySet<string> = new Set([...ALWAYS_OWNED, 'from', 'to', 'call-id', 'cseq']);
