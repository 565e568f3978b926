import { Routes } from '../control/routes.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Context } from '../core/context.ts';
import type { ControlClient } from '../control/control-client.ts';
import { Dialogs } from '../dialog/dialogs.ts';
import { Pressure } from './pressure.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { ClientId } from '../core/types.ts';

/** Everything that lives longer than one input, found without searching. */
export class State {
  readonly serverByKey = new Map<string, ServerTransaction>();
  readonly serverById = new Map<string, ServerTransaction>();
  /** Requests that may open a dialog, by what a merged copy of them shares. */
  readonly serverByMergeKey = new Map<string, ServerTransaction>();
  readonly clientByKey = new Map<string, ClientTransaction>();
  readonly clientById = new Map<string, ClientTransaction>();
  readonly clients = new Map<ClientId, ControlClient>();
  readonly routes = new Routes<ControlClient>();
  readonly pressure: Pressure;
  readonly dialogs: Dialogs;
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
    this.pressure = new Pressure((address) => context.options.isTrusted(address));
    this.dialogs = new Dialogs(context);
  }

  get transactions(): number {
    return this.serverByKey.size + this.clientByKey.size;
  }

  get isFull(): boolean {
    return this.transactions >= this.#context.options.limits.transactionsMax;
  }
}
