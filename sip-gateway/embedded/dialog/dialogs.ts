import type { Ms } from '#domain/units';
import type { Dialog } from './dialog.ts';
import type { SessionInterval } from './session-timer.ts';
import { dialogKey } from './dialog-id.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { ConnectionId, Destination, Peer } from '../core/types.ts';

/** An answer on its way until it is acknowledged. */
export interface Unacknowledged {
  readonly transaction: ServerTransaction;
  stop(): void;
}

/** The session timer of one dialog while it runs. */
export interface RunningSession {
  readonly interval: SessionInterval;
  retry(afterMs: Ms): void;
  stop(): void;
}

/** A dialog with what this server keeps around it. */
export interface DialogEntry {
  readonly dialog: Dialog;
  /** Whose dialog it is; never handed over. */
  readonly owner: ControlClient;
  /** How the peer was last heard: where requests go when its Contact cannot be reached from here. */
  peer: Peer;
  /** Set: all requests go here, whatever the Contact says. */
  natTarget: Destination | undefined;
  /** Our 2xx that waits for its ACK. */
  accepted: Unacknowledged | undefined;
  /** Our reliable provisional answers that wait for their PRACK, by RSeq. */
  readonly reliable: Map<number, Unacknowledged>;
  /** The number of our next reliable answer: RSeq grows by one, RFC 3262 section 3. */
  takeRSeq(): number;
  /** The last RSeq of the peer that was handed up; 0 before the first. */
  peerRSeq: number;
  /** INVITE of the peer that the application has not answered finally. */
  incomingInvite: ServerTransaction | undefined;
  /** INVITE of ours without final answer, or with a 2xx that the application has not acknowledged. */
  outgoingInvite: ClientTransaction | undefined;
  /** Our last SDP, for a refresh by re-INVITE. */
  localSdp: Uint8Array | undefined;
  peerAllowsUpdate: boolean;
  session: RunningSession | undefined;
  /** BYE to be sent as soon as the application has acknowledged: a 2xx crossed its CANCEL. */
  byeAfterAck: boolean;
}

/** All dialogs, by the id of the control protocol and by what SIP matches with. */
export class Dialogs {
  readonly #context: Context;
  readonly #byId = new Map<string, DialogEntry>();
  readonly #byKey = new Map<string, DialogEntry>();
  readonly #byTransaction = new WeakMap<ServerTransaction | ClientTransaction, DialogEntry>();

  constructor(context: Context) {
    this.#context = context;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get isFull(): boolean {
    return this.#byKey.size >= this.#context.options.limits.dialogsMax;
  }

  add(dialog: Dialog, owner: ControlClient, peer: Peer, natTarget: Destination | undefined): DialogEntry {
    let rseq = 0;
    const entry: DialogEntry = {
      dialog,
      owner,
      peer,
      natTarget,
      accepted: undefined,
      incomingInvite: undefined,
      outgoingInvite: undefined,
      byeAfterAck: false,
      reliable: new Map(),
      takeRSeq: () => (rseq += 1),
      peerRSeq: 0,
      localSdp: undefined,
      peerAllowsUpdate: false,
      session: undefined,
    };
    this.#byId.set(dialog.id, entry);
    this.#byKey.set(dialog.key, entry);
    return entry;
  }

  byId(id: string): DialogEntry | undefined {
    return this.#byId.get(id);
  }

  /** Whether a call's peer was last heard on this connection. */
  use(connection: ConnectionId): boolean {
    return [...this.#byKey.values()].some(({ peer }) => peer.connection === connection);
  }

  /** From now on the transaction is one of this dialog's: it was sent or received in it, or its answers made it. */
  bind(transaction: ServerTransaction | ClientTransaction, entry: DialogEntry): void {
    this.#byTransaction.set(transaction, entry);
  }

  /** The dialog of a transaction, ended or not. */
  of(transaction: ServerTransaction | ClientTransaction): DialogEntry | undefined {
    return this.#byTransaction.get(transaction);
  }

  /** The dialog that a request from the network belongs to. */
  match(core: CoreHeaders): DialogEntry | undefined {
    return this.#byKey.get(dialogKey(core.callId ?? '', core.to?.params['tag'] ?? '', core.from?.params['tag'] ?? ''));
  }

  end(entry: DialogEntry): void {
    if (entry.dialog.state === 'ended') return;
    entry.dialog.state = 'ended';
    entry.accepted?.stop();
    entry.accepted = undefined;
    entry.session?.stop();
    entry.session = undefined;
    for (const pending of entry.reliable.values()) pending.stop();
    entry.reliable.clear();
    this.#byKey.delete(entry.dialog.key);
    if (this.#byId.get(entry.dialog.id) === entry) this.#byId.delete(entry.dialog.id);
  }

  ownedBy(owner: ControlClient): readonly DialogEntry[] {
    return [...this.#byKey.values()].filter((entry) => entry.owner === owner);
  }
}
