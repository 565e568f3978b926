import { contactUri, Dialog } from '../dialog/dialog.ts';
import { sentResponseLeader } from '../control/leader.ts';
import type { AppMessage } from '../message/app-message.ts';
import { header, headerValue, type HeaderField, listsToken } from '../message/sip-message.ts';
import { parseNameAddress } from '../message/address.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import { ALWAYS_OWNED, appHeaders, defaultContact, defaultContentType, type LocalContact } from './header-policy.ts';
import { natTarget } from '../dialog/reach.ts';
import type { RepeatedAnswers } from './repeated-answers.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { allowsUpdate, type SessionTimers } from './session-timers.ts';
import type { State } from './state.ts';
import type { Transports } from '../transport/transports.ts';

type AppResponse = AppMessage & { readonly kind: 'response' };

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

  respond(client: ControlClient, requestId: string, transactionId: string, message: AppResponse): void {
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
    const contentType = defaultContentType(message.headers, message.body);
    const reliability = reliabilityOf(transaction, message);
    if (contentType === 'missing') client.reply(requestId, 'NOK', 'missing content-type');
    else if (reliability === 'impossible') client.reply(requestId, 'NOK', 'Remote endpoint does not support 100rel');
    else this.#send(client, requestId, transaction, message, contentType, reliability === 'reliable');
  }

  #send(
    client: ControlClient,
    requestId: string,
    transaction: ServerTransaction,
    message: AppResponse,
    contentType: readonly HeaderField[],
    isReliable: boolean,
  ): void {
    this.#takeTag(transaction, message);
    const headers = [...appHeaders(message.headers, OWNED, this.#local(transaction)), ...contentType];
    const isSuccess = message.status >= 200 && message.status < 300;
    if (transaction.isInvite && (isSuccess || isReliable) && !headers.some((field) => field.key === 'contact')) {
      headers.push(header('Contact', defaultContact(this.#local(transaction))));
    }
    if (transaction.isInvite && message.status > 100 && message.status < 300) this.#ensureDialog(client, transaction, headers);
    const entry = this.#state.dialogs.of(transaction);
    const isSession = entry !== undefined && isSuccess && SESSION_METHODS.has(transaction.request.method);
    if (isSession) headers.push(...this.#sessions.headersForAnswer(transaction.request, headers));
    const rseq = entry !== undefined && isReliable ? entry.takeRSeq() : undefined;
    if (rseq !== undefined) headers.push(...reliableHeaders(rseq, headers));
    const sent = transaction.respond(message.status, message.reason, headers, message.body);
    if (sent === undefined) return;
    if (entry !== undefined && rseq !== undefined) this.#repeated.reliable(transaction, entry, rseq, sent.bytes);
    if (isSession) {
      if (message.body.length > 0) entry.localSdp = message.body;
      this.#sessions.answered(entry, sent.response);
    }
    if (isSession && transaction.isInvite) this.#repeated.accepted(transaction, entry);
    this.#echo(client, requestId, transaction, sent.bytes);
  }

  #echo(client: ControlClient, requestId: string, transaction: ServerTransaction, bytes: Uint8Array): void {
    const listener = this.#transports.listener(transaction.peer.listener);
    const meta = {
      source: 'application' as const,
      bytes: bytes.length,
      protocol: transaction.peer.transport,
      address: listener.address,
      port: listener.port,
      wallMs: this.#context.wallMs,
    };
    const dialogId = this.#state.dialogs.of(transaction)?.dialog.id ?? '';
    client.send(sentResponseLeader(this.#context.randomId(), requestId, meta, transaction.id, dialogId), bytes);
  }

  /** A tag that the application put into To counts as long as none has been sent. */
  #takeTag(transaction: ServerTransaction, message: AppResponse): void {
    if (transaction.hasAnswered || transaction.core.to?.params['tag'] !== undefined) return;
    const tag = parseNameAddress(headerValue(message, 'to') ?? '')?.params['tag'];
    if (tag !== undefined && tag !== '') transaction.localTag = tag;
  }

  #ensureDialog(client: ControlClient, transaction: ServerTransaction, headers: readonly HeaderField[]): void {
    const { request, core, peer } = transaction;
    const localContact = headerValue({ headers }, 'contact');
    const known = this.#state.dialogs.of(transaction);
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
    const entry = this.#state.dialogs.add(dialog, client, peer, natTarget(request, peer));
    this.#state.dialogs.bind(transaction, entry);
    entry.incomingInvite = transaction;
    entry.peerAllowsUpdate = allowsUpdate(request) ?? false;
  }

  #local(transaction: ServerTransaction): LocalContact {
    const { listener, address, transport } = transaction.peer;
    return { hostPort: this.#transports.advertised(listener, address), transport };
  }
}

/** RFC 3262 section 3: reliable when the application asks for it or the caller requires it, if the caller can do it at all. */
function reliabilityOf(transaction: ServerTransaction, message: AppResponse): 'none' | 'reliable' | 'impossible' {
  if (!transaction.isInvite || message.status <= 100 || message.status >= 200) return 'none';
  const isRequired = listsToken(transaction.request, 'require', '100rel');
  if (!isRequired && !listsToken(message, 'require', '100rel')) return 'none';
  return isRequired || listsToken(transaction.request, 'supported', '100rel') ? 'reliable' : 'impossible';
}

function reliableHeaders(rseq: number, given: readonly HeaderField[]): readonly HeaderField[] {
  const isNamed = listsToken({ headers: given }, 'require', '100rel');
  return [header('RSeq', String(rseq)), ...(isNamed ? [] : [header('Require', '100rel')])];
}

/** Their 2xx agrees on a session, and on its timer. */
const SESSION_METHODS: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);
const OWNED: ReadonlySet<string> = new Set([...ALWAYS_OWNED, 'from', 'to', 'call-id', 'cseq']);
