import { contactUri } from '../dialog/dialog.ts';
import { isTooShort, MIN_SE_S } from '../dialog/session-timer.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import { header, headerFields, headerValue, type HeaderField, listTokens, type SipRequest } from '../message/sip-message.ts';
import { schemeOf } from '../message/uri.ts';
import { stampVia } from '../message/via.ts';
import { writeMessage } from '../message/write.ts';
import { mergeKey, serverTransactionKey } from '../transaction/transaction-key.ts';
import { composeResponse } from '../transaction/compose.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { DialogRequests } from './dialog-requests.ts';
import { ALLOW, DIALOG_ONLY, isKnownMethod, REASONS, SUPPORTED } from '../core/methods.ts';
import { ServerTransaction, type ServerTransactionEvents } from '../transaction/server-transaction.ts';
import type { State } from './state.ts';
import { factsOf } from '../transport/transport-table.ts';
import type { Transports } from '../transport/transports.ts';
import type { Peer } from '../core/types.ts';

/** Requests from the network, up to the point where an application has them. RFC 3261 section 8.2. */
export class NetworkRequests {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #dialogRequests: DialogRequests;
  readonly #unacknowledged = new Set<ServerTransaction>();

  constructor(context: Context, state: State, transports: Transports, dialogRequests: DialogRequests) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#dialogRequests = dialogRequests;
  }

  /** `bytes`: how long the request was. */
  handle(request: SipRequest, core: CoreHeaders, peer: Peer, bytes: number): void {
    const key = serverTransactionKey(request.method, request.uri, core);
    if (key === undefined || !isAnswerable(core)) {
      this.#context.count('malformed-missing-header');
      return;
    }
    const known = this.#state.serverByKey.get(key);
    if (request.method === 'ACK') {
      const refused = known ?? this.#refusedInvite(core);
      if (refused?.finalStatus !== undefined && refused.finalStatus >= 300) {
        this.#settle(refused);
        refused.acknowledged();
      } else this.#dialogRequests.acknowledged(request, core, peer);
      return;
    }
    if (known !== undefined) {
      known.retransmission();
      return;
    }
    this.#context.count(`request-${isKnownMethod(request.method) ? request.method : 'other'}`);
    const why = core.fault ?? missingFor(request, core);
    if (why !== undefined) {
      this.#context.count('malformed-request');
      this.refuseStateless(request, core, peer, 400, [], why);
      return;
    }
    const isRefused = this.#state.isFull || (request.method === 'INVITE' && this.#state.dialogs.isFull);
    if (isRefused) {
      this.#context.count('refused-full');
      this.refuseStateless(request, core, peer, 503, [header('Retry-After', '5')]);
      return;
    }
    if (isForgeable(request.method, core, peer) && this.#state.pressure.isFrom(peer.address)) {
      this.#context.count('refused-pressed');
      this.#context.log('info', 'call refused without state', { peer: `${peer.address}:${peer.port}` });
      this.#refuseForged(request, core, peer, bytes);
      return;
    }
    this.#serve(this.#open(key, request, core, peer));
  }

  /** Nothing is kept of it, and no more is sent than came (RFC 3261 section 8.2.7: the same tag for the same request). */
  #refuseForged(request: SipRequest, core: CoreHeaders, peer: Peer, bytes: number): void {
    const localTag = stableTag(
      `${this.#context.options.secret} ${core.callId ?? ''} ${core.from?.params['tag'] ?? ''} ${core.via?.params['branch'] ?? ''}`,
    );
    const answer = (headers: readonly HeaderField[]): Uint8Array =>
      writeMessage(
        composeResponse(withReceived(request, core, peer), core, {
          status: 503,
          reason: REASONS[503] ?? 'Service Unavailable',
          localTag,
          headers,
        }),
      );
    const fitting = [answer([header('Retry-After', '32')]), answer([])].find((each) => each.length <= bytes);
    if (fitting !== undefined) this.#transports.send(this.#transports.replyTo(peer, core.via?.port), fitting);
  }

  #settle(transaction: ServerTransaction): void {
    if (this.#unacknowledged.delete(transaction)) this.#state.pressure.settled(transaction.peer.address);
  }

  /** The one answer that a message gets which cannot be served; never to an ACK, never larger than a few copied headers. */
  refuseStateless(
    request: { readonly method: string; readonly headers: readonly HeaderField[] },
    core: CoreHeaders,
    peer: Peer,
    status: number,
    headers: readonly HeaderField[] = [],
    reason: string = REASONS[status] ?? 'Refused',
  ): void {
    if (request.method === 'ACK' || !hasWhatIsCopied(request)) return;
    const response = composeResponse(withReceived(request, core, peer), core, { status, reason, localTag: this.#context.token(), headers });
    this.#transports.send(this.#transports.replyTo(peer, core.via?.port), writeMessage(response));
  }

  /** The refused INVITE that an ACK with a branch of its own means: phones get that wrong, and our tag in To tells it as well. */
  #refusedInvite(core: CoreHeaders): ServerTransaction | undefined {
    const transaction = this.#state.serverByMergeKey.get(mergeKey(core, 'INVITE'));
    return transaction?.localTag === core.to?.params['tag'] ? transaction : undefined;
  }

  #open(key: string, request: SipRequest, core: CoreHeaders, peer: Peer): ServerTransaction {
    const stamped: SipRequest = { ...request, headers: withReceived(request, core, peer).headers };
    const transaction = new ServerTransaction(this.#context, this.#transports, this.#events, { key, request: stamped, core, peer });
    this.#state.serverByKey.set(key, transaction);
    this.#state.serverById.set(transaction.id, transaction);
    return transaction;
  }

  #serve(transaction: ServerTransaction): void {
    const { request, core } = transaction;
    if (request.method === 'CANCEL') this.#cancel(transaction);
    else if (core.to?.params['tag'] !== undefined) this.#serveInDialog(transaction);
    else this.#serveNew(transaction);
  }

  #serveInDialog(transaction: ServerTransaction): void {
    const entry = this.#state.dialogs.match(transaction.core);
    if (entry === undefined) transaction.refuse(481);
    else this.#dialogRequests.handle(transaction, entry);
  }

  #serveNew(transaction: ServerTransaction): void {
    const { request, core } = transaction;
    const { method } = request;
    const merge = mergeKey(core);
    if (this.#state.serverByMergeKey.has(merge)) {
      transaction.refuse(482);
      return;
    }
    this.#state.serverByMergeKey.set(merge, transaction);
    if (!isKnownMethod(method)) return transaction.refuse(501, [header('Allow', ALLOW)]);
    if (DIALOG_ONLY.has(method)) return transaction.refuse(481);
    const scheme = schemeOf(request.uri);
    if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return transaction.refuse(416);
    const unsupported = listTokens(request, 'require').filter((tag) => !SUPPORTED.some((known) => known === tag));
    if (unsupported.length > 0) return transaction.refuse(420, [header('Unsupported', unsupported.join(', '))]);
    if (method === 'INVITE' && isTooShort(request)) return transaction.refuse(422, [header('Min-SE', String(MIN_SE_S))]);
    this.#route(transaction);
  }

  #route(transaction: ServerTransaction): void {
    const { request, peer } = transaction;
    const client = this.#state.routes.next(request.method.toLowerCase());
    if (client === undefined) {
      this.#withoutRoute(transaction);
      return;
    }
    const { limits } = this.#context.options;
    transaction.owner = client;
    // What is refused in a moment needs no word before it, least of all to an address that was forged.
    if (transaction.isInvite && !this.#state.pressure.isOn(peer.address)) transaction.respond(100, 'Trying');
    transaction.expectAnswerWithin(transaction.isInvite ? limits.inviteUnansweredMs : limits.requestUnansweredMs);
    const listener = this.#transports.listener(peer.listener);
    const host = this.#transports.advertisedHost(peer.listener, peer.address);
    client.sendNewRequest(peer, transaction.id, { host, port: listener.port }, writeMessage(request));
  }

  #withoutRoute(transaction: ServerTransaction): void {
    const { method } = transaction.request;
    this.#context.count(`unrouted-${method}`);
    if (method === 'INVITE') transaction.refuse(503, [header('Retry-After', '5')]);
    else if (method === 'OPTIONS') {
      const supported = SUPPORTED.slice(0, 3).join(', ');
      transaction.refuse(200, [header('Allow', ALLOW), header('Accept', 'application/sdp'), header('Supported', supported)]);
    } else transaction.refuse(405, [header('Allow', ALLOW)]);
  }

  /** RFC 3261 section 9.2: the CANCEL is always answered here; the application learns of it even before it said anything. */
  #cancel(cancel: ServerTransaction): void {
    const invite = this.#state.serverByKey.get(serverTransactionKey('INVITE', cancel.request.uri, cancel.core) ?? '');
    if (invite === undefined || !invite.isInvite) {
      cancel.refuse(481);
      return;
    }
    cancel.localTag = invite.localTag;
    cancel.refuse(200);
    if (invite.finalStatus !== undefined) return;
    const dialogId = this.#state.dialogs.of(invite)?.dialog.id ?? '';
    invite.refuse(487);
    invite.owner?.sendMessage(cancel.peer, invite.id, dialogId, writeMessage(cancel.request));
  }

  readonly #events: ServerTransactionEvents = {
    answered: (transaction) => {
      if (isForgeable(transaction.request.method, transaction.core, transaction.peer) && (transaction.finalStatus ?? 0) >= 300) {
        if (this.#state.pressure.isOn(transaction.peer.address)) transaction.refuseOnce();
        this.#unacknowledged.add(transaction);
        this.#state.pressure.refused(transaction.peer.address);
      }
      this.#dialogRequests.answered(transaction);
    },
    unanswered: (transaction) => {
      this.#context.count('application-silent');
      transaction.refuse(transaction.isInvite ? 480 : 500);
    },
    ended: (transaction) => {
      this.#settle(transaction);
      this.#context.deadlines.set(transaction, undefined);
      this.#state.serverByKey.delete(transaction.key);
      this.#state.serverById.delete(transaction.id);
      const merge = mergeKey(transaction.core);
      if (this.#state.serverByMergeKey.get(merge) === transaction) this.#state.serverByMergeKey.delete(merge);
    },
  };

  /** The client that had to answer has gone. */
  orphaned(owner: ControlClient): void {
    for (const transaction of [...this.#state.serverById.values()]) {
      if (transaction.owner === owner && transaction.finalStatus === undefined) transaction.refuse(transaction.isInvite ? 503 : 500);
    }
  }
}

/** Anybody can have sent it in anybody's name, and it belongs to no dialog. */
function isForgeable(method: string, core: CoreHeaders, peer: Peer): boolean {
  return method === 'INVITE' && !factsOf(peer.transport).isReliable && core.to?.params['tag'] === undefined;
}

/** FNV-1a of 32 bits, twice: not to be guessed is no matter, only that it is the same again. */
function stableTag(text: string): string {
  const hash = (seed: number): string => {
    let value = seed;
    for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return value.toString(36);
  };
  return `s${hash(0x811c9dc5)}${hash(0x9dc5811c)}`;
}

/** Whether an answer could be composed at all (RFC 3261 section 8.2.6). */
function isAnswerable(core: CoreHeaders): boolean {
  return core.via !== undefined && core.from !== undefined && core.to !== undefined && core.callId !== undefined && core.cseq !== undefined;
}

/** Whether everything is there that an answer copies, readable or not: a telephone that writes To in its own way is told so, instead of ringing into silence. */
function hasWhatIsCopied(request: { readonly headers: readonly HeaderField[] }): boolean {
  return COPIED.every((key) => (headerValue(request, key) ?? '') !== '');
}

/** What an INVITE that opens a dialog has to have, RFC 3261 sections 8.1.1.3 and 8.1.1.8. */
function missingFor(request: SipRequest, core: CoreHeaders): string | undefined {
  if (request.method !== 'INVITE' || core.to?.params['tag'] !== undefined) return undefined;
  if (contactUri(request) === undefined) return 'Missing Contact header';
  return (core.from?.params['tag'] ?? '') === '' ? 'Missing From tag' : undefined;
}

/** Notes in the topmost Via where the request really came from (RFC 3261 section 18.2.1, RFC 3581 section 4). */
function withReceived(
  request: { readonly headers: readonly HeaderField[] },
  core: CoreHeaders,
  peer: Peer,
): { readonly headers: readonly HeaderField[] } {
  const top = headerFields(request, 'via')[0];
  if (top === undefined || core.via === undefined) return request;
  const value = stampVia(top.value, core.via, peer);
  return { headers: request.headers.map((field) => (field === top ? header('Via', value) : field)) };
}

/** RFC 3261 section 8.2.6.2. */
const COPIED = ['via', 'from', 'to', 'call-id', 'cseq'] as const;
