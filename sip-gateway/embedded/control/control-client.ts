import { messageLeader, newRequestLeader, replyLeader, type FrameMeta } from './leader.ts';
import { FrameReader } from './frame-reader.ts';
import { writeFrame } from './frame-writer.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { ClientId, Peer } from '../core/types.ts';

/** One connected application. */
export class ControlClient implements Wakeable {
  readonly id: ClientId;
  readonly reader = new FrameReader();
  isAuthenticated = false;
  isClosed = false;
  readonly #context: Context;

  constructor(context: Context, id: ClientId) {
    this.id = id;
    this.#context = context;
  }

  reply(requestId: string, ...fields: readonly string[]): void {
    this.send(replyLeader(this.#context.randomId(), requestId, ...fields));
  }

  sendNewRequest(peer: Peer, transactionId: string, local: { readonly host: string; readonly port: number }, sip: Uint8Array): void {
    this.send(newRequestLeader(this.#context.randomId(), this.#networkMeta(peer, sip), transactionId, local.host, local.port), sip);
  }

  /** A request in a dialog, an ACK, a CANCEL, or a response. */
  sendMessage(peer: Peer, transactionId: string, dialogId: string, sip: Uint8Array): void {
    this.send(messageLeader(this.#context.randomId(), this.#networkMeta(peer, sip), transactionId, dialogId), sip);
  }

  /** An answer that no peer gave: 408, 503. */
  sendLocalAnswer(protocol: string, transactionId: string, dialogId: string, sip: Uint8Array): void {
    const meta: FrameMeta = { source: 'network', bytes: 0, protocol, address: '', port: 0, wallMs: this.#context.wallMs };
    this.send(messageLeader(this.#context.randomId(), meta, transactionId, dialogId), sip);
  }

  send(leader: string, sip?: Uint8Array): void {
    if (!this.isClosed) this.#context.emit({ kind: 'send-control', client: this.id, bytes: writeFrame(leader, sip) });
  }

  close(): void {
    if (this.isClosed) return;
    this.#context.emit({ kind: 'close-control', client: this.id });
  }

  /** It has not authenticated in time. */
  wake(): void {
    if (this.isAuthenticated) return;
    this.#context.count('control-unauthenticated');
    this.close();
  }

  #networkMeta(peer: Peer, sip: Uint8Array): FrameMeta {
    return {
      source: 'network',
      bytes: sip.length,
      protocol: peer.transport,
      address: peer.address,
      port: peer.port,
      wallMs: this.#context.wallMs,
    };
  }
}
