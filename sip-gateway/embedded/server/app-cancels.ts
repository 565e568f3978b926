import { sentRequestLeader } from '../control/leader.ts';
import type { AppMessage } from '../message/app-message.ts';
import type { HeaderField } from '../message/sip-message.ts';
import { writeMessage } from '../message/write.ts';
import type { Command } from '../control/command.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import { composeCancel } from '../transaction/compose.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import type { DialogEntry } from '../dialog/dialogs.ts';
import type { Outgoing } from './outgoing.ts';
import type { State } from './state.ts';
import type { Transports } from '../transport/transports.ts';

/** CANCEL of our own INVITEs, RFC 3261 section 9.1: confirmed at once, sent once the peer has answered provisionally. */
export class AppCancels {
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

  cancel(client: ControlClient, command: Command & { kind: 'sip' }, message: AppMessage): void {
    const invite = this.#state.clientById.get(command.transactionId);
    if (invite === undefined || !invite.isInvite || invite.owner !== client || invite.isFinished) {
      client.reply(command.id, 'NOK', `unable to cancel unknown transaction id: ${command.transactionId.slice(0, 64)}`);
      return;
    }
    const extra = message.headers.filter((field) => ALLOWED.has(field.key) || field.key.startsWith('x-'));
    const bytes = writeMessage(composeCancel(invite.request, extra));
    const index = invite.destination?.listener ?? 0;
    const listener = this.#transports.listener(index);
    const meta = {
      source: 'application' as const,
      bytes: bytes.length,
      protocol: listener.transport,
      address: listener.address,
      port: listener.port,
      wallMs: this.#context.wallMs,
    };
    client.send(sentRequestLeader(this.#context.randomId(), command.id, meta, this.#context.randomId()), bytes);
    this.start(invite, extra);
  }

  /** Cancels as soon as that is possible; does nothing when it was asked for before. */
  start(invite: ClientTransaction, extra: readonly HeaderField[] = []): void {
    if (invite.cancelHeaders !== undefined || invite.isFinished) return;
    invite.cancelHeaders = extra;
    if (invite.state === 'proceeding') this.sendNow(invite);
  }

  /** A provisional answer came: a CANCEL that waited for it can leave. */
  sendNow(invite: ClientTransaction): void {
    if (invite.cancelHeaders === undefined || invite.cancelSent) return;
    this.#outgoing.launchCancel(invite, composeCancel(invite.request, invite.cancelHeaders));
    invite.cancelWasSent();
  }

  /** BYE overtakes a re-INVITE of ours that is still open. */
  cancelPending(entry: DialogEntry): void {
    const invite = entry.outgoingInvite;
    if (invite !== undefined && !invite.isFinished) this.start(invite);
  }

  ownerLost(owner: ControlClient): void {
    for (const transaction of [...this.#state.clientById.values()]) {
      if (transaction.owner !== owner) continue;
      if (transaction.isInvite) this.start(transaction);
    }
  }
}

const ALLOWED: ReadonlySet<string> = new Set(['reason', 'authorization', 'proxy-authorization', 'user-agent']);
