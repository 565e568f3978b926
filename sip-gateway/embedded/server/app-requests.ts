import { sentRequestLeader } from '../control/leader.ts';
import { parseCSeq } from '../message/core-headers.ts';
import { parseNameAddress } from '../message/address.ts';
import type { AppMessage } from '../message/app-message.ts';
import { header, headerValue, type HeaderField, type SipRequest } from '../message/sip-message.ts';
import { MESSAGE_MAX_BYTES } from '../message/parse.ts';
import { isUri } from '../message/uri.ts';
import type { Command } from '../control/command.ts';
import type { AppCancels } from './app-cancels.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { DialogEndings } from './dialog-endings.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import { ALWAYS_OWNED, appHeaders, defaultContact, defaultContentType, type LocalContact } from './header-policy.ts';
import { isKnownMethod } from '../core/methods.ts';
import type { Outgoing, Target } from './outgoing.ts';
import type { SessionTimers } from './session-timers.ts';
import type { State } from './state.ts';
import type { Transports } from '../transport/transports.ts';
import type { Destination } from '../core/types.ts';

type AppRequest = AppMessage & { readonly kind: 'request' };
type SipCommand = Command & { readonly kind: 'sip' };

/** Requests that applications send: new ones, those in a dialog, ACK. Each is echoed before anything leaves. */
export class AppRequests {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #outgoing: Outgoing;
  readonly #endings: DialogEndings;
  readonly #cancels: AppCancels;
  readonly #sessions: SessionTimers;

  constructor(
    context: Context,
    state: State,
    transports: Transports,
    outgoing: Outgoing,
    endings: DialogEndings,
    cancels: AppCancels,
    sessions: SessionTimers,
  ) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#outgoing = outgoing;
    this.#endings = endings;
    this.#cancels = cancels;
    this.#sessions = sessions;
  }

  send(client: ControlClient, command: SipCommand, message: AppRequest): void {
    if (message.body.length > MESSAGE_MAX_BYTES / 2) {
      client.reply(command.id, 'NOK', `message too large: a body may have ${MESSAGE_MAX_BYTES / 2} bytes`);
    } else if (message.method === 'CANCEL') this.#cancels.cancel(client, command, message);
    else if (command.dialogId !== '' || message.method === 'ACK') this.#sendInDialog(client, command, message);
    else if (command.transactionId !== '') client.reply(command.id, 'NOK', `only CANCEL names a transaction, not ${message.method}`);
    else if (this.#state.isFull) client.reply(command.id, 'NOK', 'too many transactions');
    else this.#sendNew(client, command, message);
  }

  #sendNew(client: ControlClient, command: SipCommand, message: AppRequest): void {
    if (!isKnownMethod(message.method) || !isUri(message.uri)) {
      client.reply(command.id, 'NOK', `invalid request-uri: ${message.method} ${message.uri.slice(0, 200)}`);
      return;
    }
    const target = this.#outgoing.target(command.nextHop === '' ? message.uri : command.nextHop);
    if (target.kind === 'unreachable') {
      client.reply(command.id, 'NOK', target.text);
      return;
    }
    const { destination } = target;
    if (this.#transports.isOwn(destination.address, destination.port)) {
      client.reply(command.id, 'NOK', 'can not send request to myself');
      return;
    }
    const contentType = defaultContentType(message.headers, message.body);
    if (contentType === 'missing') {
      client.reply(command.id, 'NOK', 'missing content-type');
      return;
    }
    const request = this.#composeNew(message, this.#local(destination), contentType);
    if (request === undefined) {
      client.reply(command.id, 'NOK', 'invalid From, To, Call-ID or CSeq header');
      return;
    }
    this.#sendOff(client, command, request, target);
  }

  /** Fills in what the application left out. Undefined when what it gave cannot be used. */
  #composeNew(message: AppRequest, local: LocalContact, contentType: readonly HeaderField[]): SipRequest | undefined {
    const given = appHeaders(message.headers, OWNED_NEW, local);
    const from = withTag(headerValue({ headers: given }, 'from') ?? `<sip:${local.hostPort}>`, this.#context.token());
    const to = headerValue({ headers: given }, 'to') ?? `<${message.uri}>`;
    const callId = headerValue({ headers: given }, 'call-id') ?? this.#context.randomId();
    const cseqText = headerValue({ headers: given }, 'cseq');
    const cseq = cseqText === undefined ? 1 : (parseCSeq(cseqText)?.number ?? readNumber(cseqText));
    if (from === undefined || cseq === undefined || parseNameAddress(to) === undefined || /\s/.test(callId)) return undefined;
    const needsContact =
      (message.method === 'INVITE' || message.method === 'SUBSCRIBE') && headerValue({ headers: given }, 'contact') === undefined;
    const headers = [
      header('Max-Forwards', '70'),
      header('From', from),
      header('To', to),
      header('Call-ID', callId),
      header('CSeq', `${cseq} ${message.method}`),
      ...(needsContact ? [header('Contact', defaultContact(local))] : []),
      ...given.filter((field) => !IDENTITY.has(field.key)),
      ...contentType,
    ];
    return { kind: 'request', method: message.method, uri: message.uri, headers, body: message.body };
  }

  #sendInDialog(client: ControlClient, command: SipCommand, message: AppRequest): void {
    const entry = this.#state.dialogs.byId(command.dialogId);
    if (entry === undefined || entry.owner !== client) {
      // Also the ACK that the client sends for every final answer: that of a failure was made by the transaction.
      const text =
        message.method === 'ACK'
          ? 'ACK for non-success response is automatically generated, or unable to find dialog'
          : 'Server error: unable to find dialog for dialog id provided';
      client.reply(command.id, 'NOK', text);
      return;
    }
    const target = this.#outgoing.dialogTarget(entry);
    const contentType = defaultContentType(message.headers, message.body);
    if (target.kind === 'unreachable') client.reply(command.id, 'NOK', target.text);
    else if (contentType === 'missing') client.reply(command.id, 'NOK', 'missing content-type');
    else if (message.method === 'ACK') this.#acknowledge(client, command, message, entry, target, contentType);
    else if (message.method === 'INVITE' && hasPendingInvite(entry))
      client.reply(command.id, 'NOK', 'another INVITE is in progress in this dialog');
    else {
      if (message.method === 'BYE') this.#cancels.cancelPending(entry);
      const request = this.#composeInDialog(entry, message, target, contentType);
      const transaction = this.#sendOff(client, command, request, target, entry);
      if (message.method !== 'INVITE') return;
      entry.outgoingInvite = transaction;
      entry.peerRSeq = 0;
    }
  }

  #composeInDialog(
    entry: DialogEntry,
    message: AppRequest,
    target: Target & { kind: 'target' },
    contentType: readonly HeaderField[],
  ): SipRequest {
    const headers = [...appHeaders(message.headers, OWNED_IN_DIALOG, this.#local(target.destination)), ...contentType];
    const isSessionRequest = message.method === 'INVITE' || message.method === 'UPDATE';
    if (isSessionRequest) headers.push(...this.#sessions.headersForRequest(entry, headers));
    if (isSessionRequest && message.body.length > 0) entry.localSdp = message.body;
    const contact = headerValue({ headers }, 'contact');
    if (contact !== undefined) entry.dialog.localContact = contact;
    else if (CONTACT_METHODS.has(message.method)) headers.unshift(header('Contact', entry.dialog.localContact));
    return this.#outgoing.dialogRequest(entry, message.method, entry.dialog.takeLocalCSeq(), headers, message.body);
  }

  #acknowledge(
    client: ControlClient,
    command: SipCommand,
    message: AppRequest,
    entry: DialogEntry,
    target: Target & { kind: 'target' },
    contentType: readonly HeaderField[],
  ): void {
    const invite = entry.outgoingInvite;
    if (invite === undefined || !invite.isFinished) {
      client.reply(command.id, 'NOK', 'ACK for non-success response is automatically generated');
      return;
    }
    if (message.body.length > 0) entry.localSdp = message.body;
    const cseq = parseCSeq(headerValue(invite.request, 'cseq') ?? '')?.number ?? 1;
    const headers = [...appHeaders(message.headers, OWNED_IN_DIALOG, this.#local(target.destination)), ...contentType];
    const ack = this.#outgoing.sendAck(entry, invite, this.#outgoing.dialogRequest(entry, 'ACK', cseq, headers, message.body), target);
    this.#echo(client, command.id, target.destination, this.#context.randomId(), ack);
    if (entry.byeAfterAck) this.#endings.byeByServer(entry, 'SIP;cause=200;text="ACK-BYE due to cancel race condition"');
  }

  #sendOff(
    client: ControlClient,
    command: SipCommand,
    request: SipRequest,
    target: Target & { kind: 'target' },
    entry?: DialogEntry,
  ): ClientTransaction {
    const prepared = this.#outgoing.prepare(request, target, client, entry);
    const { transaction } = prepared;
    this.#context.count(`sent-${request.method}`);
    this.#echo(client, command.id, prepared.target.destination, transaction.id, transaction.bytes);
    this.#outgoing.launch(prepared);
    return transaction;
  }

  #echo(client: ControlClient, requestId: string, destination: Destination, transactionId: string, bytes: Uint8Array): void {
    const listener = this.#transports.listener(destination.listener);
    const meta = {
      source: 'application' as const,
      bytes: bytes.length,
      protocol: destination.transport,
      address: listener.address,
      port: listener.port,
      wallMs: this.#context.wallMs,
    };
    client.send(sentRequestLeader(this.#context.randomId(), requestId, meta, transactionId), bytes);
  }

  #local(destination: Destination): LocalContact {
    return { hostPort: this.#transports.advertised(destination.listener, destination.address), transport: destination.transport };
  }
}

function hasPendingInvite(entry: DialogEntry): boolean {
  return entry.incomingInvite !== undefined || (entry.outgoingInvite !== undefined && !entry.outgoingInvite.isFinished);
}

/** Undefined when the address is malformed; a tag that is there stays, the digest retry depends on it. */
function withTag(value: string, tag: string): string | undefined {
  const address = parseNameAddress(value);
  if (address === undefined) return undefined;
  return (address.params['tag'] ?? '') === '' ? `${value};tag=${tag}` : value;
}

/** A CSeq given as a bare number. */
function readNumber(text: string): number | undefined {
  return parseCSeq(`${text.trim()} X`)?.number;
}

const OWNED_NEW: ReadonlySet<string> = new Set(ALWAYS_OWNED);
const IDENTITY: ReadonlySet<string> = new Set(['from', 'to', 'call-id', 'cseq']);
const OWNED_IN_DIALOG: ReadonlySet<string> = new Set([...ALWAYS_OWNED, ...IDENTITY]);
const CONTACT_METHODS: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'UPDATE', 'NOTIFY']);
