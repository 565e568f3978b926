import { messageLeader } from '../control/leader.ts';
import { header } from '../message/sip-message.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import type { Outgoing } from './outgoing.ts';
import type { State } from './state.ts';
import type { Transports } from '../transport/transports.ts';

/** Dialogs that the server ends by itself, and how their owner learns of it. */
export class DialogEndings {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #outgoing: Outgoing;

  constructor(context: Context, state: State, transports: Transports, outgoing: Outgoing) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#outgoing = outgoing;
  }

  /** Sends BYE and reports it to the owner as an unsolicited one, whose `reason` text it shows. */
  byeByServer(entry: DialogEntry, reason: string): void {
    if (entry.dialog.state === 'ended') return;
    this.#context.count('bye-by-server');
    const target = this.#outgoing.dialogTarget(entry);
    const cseq = entry.dialog.takeLocalCSeq();
    const bye = this.#outgoing.dialogRequest(entry, 'BYE', cseq, [header('Reason', reason)]);
    this.#state.dialogs.end(entry);
    entry.incomingInvite?.refuse(487);
    if (target.kind === 'unreachable') {
      this.#context.count('bye-unreachable');
      return;
    }
    const prepared = this.#outgoing.prepare(bye, target);
    const { transaction } = prepared;
    const { destination } = prepared.target;
    const listener = this.#transports.listener(destination.listener);
    const meta = {
      source: 'application' as const,
      bytes: transaction.bytes.length,
      protocol: destination.transport,
      address: listener.address,
      port: listener.port,
      wallMs: this.#context.wallMs,
    };
    entry.owner.send(messageLeader(this.#context.randomId(), meta, 'unsolicited', entry.dialog.id), transaction.bytes);
    this.#outgoing.launch(prepared);
  }

  /** The application has gone and its dialogs with it: nobody could answer in them any more. */
  ownerLost(owner: ControlClient): void {
    for (const entry of this.#state.dialogs.ownedBy(owner)) {
      if (entry.dialog.state === 'confirmed') this.byeByServer(entry, 'SIP;cause=503;text="Application lost"');
      else this.#state.dialogs.end(entry);
    }
  }
}
