import type { AcceptedAnswer } from '../dialog/accepted-answer.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { dialogKey } from '../dialog/dialog-id.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import type { ClientTransaction } from './client-transaction.ts';
import type { Context } from './context.ts';
import type { ControlClient } from './control-client.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { Destination, Peer } from './types.ts';

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
  accepted: { readonly answer: AcceptedAnswer; readonly transaction: ServerTransaction; stop(): void } | undefined;
  /** INVITE of the peer that the application has not answered finally. */
  incomingInvite: ServerTransaction | undefined;
  /** INVITE of ours without final answer, or with a 2xx that the application has not acknowledged. */
  outgoingInvite: ClientTransaction | undefined;
  /** BYE to be sent as soon as the application has acknowledged: a 2xx crossed its CANCEL. */
  byeAfterAck: boolean;
}

/** All dialogs, by the id of the control protocol and by what SIP matches with. */
export class Dialogs {
  readonly #context: Context;
  readonly #byId = new Map<string, DialogEntry>();
  readonly #byKey = new Map<string, DialogEntry>();

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
    const entry: DialogEntry = {
      dialog, owner, peer, natTarget, accepted: undefined, incomingInvite: undefined, outgoingInvite: undefined, byeAfterAck: false,
    };
    this.#byId.set(dialog.id, entry);
    this.#byKey.set(dialog.key, entry);
    return entry;
  }

  byId(id: string): DialogEntry | undefined {
    return this.#byId.get(id);
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
    this.#byKey.delete(entry.dialog.key);
    if (this.#byId.get(entry.dialog.id) === entry) this.#byId.delete(entry.dialog.id);
  }

  ownedBy(owner: ControlClient): readonly DialogEntry[] {
    return [...this.#byKey.values()].filter((entry) => entry.owner === owner);
  }
}
