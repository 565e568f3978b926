import { unreachable } from '#domain/assert';
import type { Ms } from '#domain/units';
import { parseMessage, type ParseResult } from './message/parse.ts';
import { AppCancels } from './server/app-cancels.ts';
import { AppRequests } from './server/app-requests.ts';
import { AppResponses } from './server/app-responses.ts';
import { Context } from './core/context.ts';
import { Controls } from './server/controls.ts';
import { DialogEndings } from './server/dialog-endings.ts';
import { DialogRequests } from './server/dialog-requests.ts';
import { NetworkRequests } from './server/network-requests.ts';
import { NetworkResponses } from './server/network-responses.ts';
import { Outgoing } from './server/outgoing.ts';
import { RepeatedAnswers } from './server/repeated-answers.ts';
import { SessionTimers } from './server/session-timers.ts';
import { State } from './server/state.ts';
import { Transports } from './transport/transports.ts';
import type { Peer, ServerAction, ServerInput, ServerOptions } from './core/types.ts';

/**
 * A SIP server that speaks the drachtio control protocol: SIP of the network on one side, applications on the other.
 * A core: bytes in, actions out; time and ids are given to it.
 */
export class EmbeddedSipServer {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #outgoing: Outgoing;
  readonly #networkRequests: NetworkRequests;
  readonly #networkResponses: NetworkResponses;
  readonly #controls: Controls;

  constructor(options: ServerOptions, randomId: () => string) {
    const context = new Context(options, randomId);
    const state = new State(context);
    const transports = new Transports(context, (connection) => state.dialogs.use(connection));
    // Requests go down through these parts, and what becomes of them comes up by events: the one place where both ends are known.
    const outgoing = new Outgoing(context, state, transports, {
      responded: (transaction, received) => responses.responded(transaction, received),
      gaveUp: (transaction, status) => responses.gaveUp(transaction, status),
      ended: (transaction) => responses.ended(transaction),
    });
    const cancels = new AppCancels(context, state, transports, outgoing);
    const endings = new DialogEndings(context, state, transports, outgoing);
    const sessions = new SessionTimers(context, outgoing, endings);
    const responses = new NetworkResponses(context, state, outgoing, cancels, sessions);
    const networkRequests = new NetworkRequests(context, state, transports, new DialogRequests(context, state));
    this.#controls = new Controls(context, state, transports, {
      appRequests: new AppRequests(context, state, transports, outgoing, endings, cancels, sessions),
      appResponses: new AppResponses(context, state, transports, new RepeatedAnswers(context, endings), sessions),
      cancels,
      endings,
      networkRequests,
    });
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#outgoing = outgoing;
    this.#networkRequests = networkRequests;
    this.#networkResponses = responses;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#context.deadlines.earliestMs;
  }

  /** What happened since the start, and what is held now. */
  counters(): Record<string, number> {
    return {
      ...this.#context.counters(),
      'open-transactions': this.#state.transactions,
      'open-dialogs': this.#state.dialogs.size,
      'open-streams': this.#transports.streams.size,
      'open-controls': this.#state.clients.size,
      'open-deadlines': this.#context.deadlines.size,
    };
  }

  handle(nowMs: Ms, input: ServerInput): readonly ServerAction[] {
    this.#context.begin(nowMs);
    this.#dispatch(input);
    return this.#context.takeActions();
  }

  #dispatch(input: ServerInput): void {
    switch (input.kind) {
      case 'datagram':
        this.#datagram(input);
        return;
      case 'stream-opened':
        this.#transports.streams.opened(input.connection, input.listener, input.address, input.port);
        return;
      case 'stream-data':
        this.#transports.streams.received(input.connection, input.bytes, (bytes, peer) => this.#message(bytes, peer));
        return;
      case 'stream-closed':
        for (const token of this.#transports.streams.closed(input.connection)) this.#state.clientByKey.get(token)?.transportFailed();
        return;
      case 'datagram-failed':
        this.#state.clientByKey.get(input.token)?.transportFailed();
        return;
      case 'resolved':
        this.#outgoing.resolved(input.query, input.address);
        return;
      case 'control-opened':
        this.#controls.opened(input.client);
        return;
      case 'control-data':
        this.#controls.received(input.client, input.bytes);
        return;
      case 'control-closed':
        this.#controls.closed(input.client);
        return;
      case 'wake':
        this.#wake();
        return;
      default:
        unreachable(input);
    }
  }

  #wake(): void {
    for (;;) {
      const due = this.#context.deadlines.takeDue(this.#context.nowMs);
      if (due === undefined) return;
      due.wake();
    }
  }

  #datagram(input: ServerInput & { kind: 'datagram' }): void {
    const { listener, address, port, bytes } = input;
    if (port === 0) return;
    if (isKeepAlive(bytes)) {
      this.#context.count('keepalive');
      // Two bytes for four, and only for the double CRLF that asks for it (RFC 5626 section 3.5.1).
      if (bytes.length === 4 && bytes[0] === 0x0d) this.#context.emit({ kind: 'send-datagram', listener, address, port, bytes: LINE_END });
      return;
    }
    this.#message(bytes, { transport: 'udp', listener, address, port });
  }

  #message(bytes: Uint8Array, peer: Peer): void {
    const parsed = parseMessage(bytes);
    if (parsed.kind === 'malformed') this.#malformed(parsed, peer);
    else if (parsed.message.kind === 'request') this.#networkRequests.handle(parsed.message, parsed.core, peer, bytes.length);
    else this.#networkResponses.handle(parsed.message, parsed.core, peer, bytes.length);
  }

  #malformed(parsed: ParseResult & { kind: 'malformed' }, peer: Peer): void {
    this.#context.count(`malformed-${parsed.fault}`);
    if (parsed.request === undefined) return;
    this.#networkRequests.refuseStateless(parsed.request, parsed.request.core, peer, parsed.fault === 'version' ? 505 : 400);
  }
}

/** Nothing but line ends and zeros, as phones send to keep a NAT binding. */
function isKeepAlive(bytes: Uint8Array): boolean {
  if (bytes.length > 16) return false;
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0);
}

const LINE_END = new Uint8Array([0x0d, 0x0a]);
