import { unreachable } from '#domain/assert';
import { ms } from '#domain/units';
import { type Command, parseCommand } from '../control/command.ts';
import { parseAppMessage } from '../message/app-message.ts';
import type { AppCancels } from './app-cancels.ts';
import type { AppRequests } from './app-requests.ts';
import type { AppResponses } from './app-responses.ts';
import type { Context } from '../core/context.ts';
import { ControlClient } from '../control/control-client.ts';
import type { DialogEndings } from './dialog-endings.ts';
import type { NetworkRequests } from './network-requests.ts';
import type { State } from './state.ts';
import type { Transports } from '../transport/transports.ts';
import type { ClientId } from '../core/types.ts';

interface Parts {
  readonly appRequests: AppRequests;
  readonly appResponses: AppResponses;
  readonly cancels: AppCancels;
  readonly endings: DialogEndings;
  readonly networkRequests: NetworkRequests;
}

/** Control connections: nothing is handled before authentication, and what belongs to a connection ends with it. */
export class Controls {
  readonly #context: Context;
  readonly #state: State;
  readonly #transports: Transports;
  readonly #parts: Parts;

  constructor(context: Context, state: State, transports: Transports, parts: Parts) {
    this.#context = context;
    this.#state = state;
    this.#transports = transports;
    this.#parts = parts;
  }

  opened(id: ClientId): void {
    const client = new ControlClient(this.#context, id);
    if (this.#state.clients.size >= this.#context.options.limits.controlConnectionsMax) {
      this.#context.count('control-refused');
      client.close();
      return;
    }
    this.#state.clients.set(id, client);
    this.#context.deadlines.set(client, ms(this.#context.nowMs + this.#context.options.limits.authenticateMs));
  }

  received(id: ClientId, bytes: Uint8Array): void {
    const client = this.#state.clients.get(id);
    if (client === undefined || client.isClosed) return;
    for (const item of client.reader.push(bytes)) {
      if (item.kind === 'broken') {
        this.#refuse(client, item.why);
        return;
      }
      const command = parseCommand(item.payload);
      if (command === undefined) {
        this.#refuse(client, 'frame without id and command');
        return;
      }
      this.#handle(client, command);
      if (client.isClosed) return;
    }
  }

  closed(id: ClientId): void {
    const client = this.#state.clients.get(id);
    if (client === undefined) return;
    this.#state.clients.delete(id);
    this.#state.routes.removeAll(client);
    this.#context.deadlines.set(client, undefined);
    client.isClosed = true;
    if (!client.isAuthenticated) return;
    this.#context.log('info', 'control connection closed', { dialogs: this.#state.dialogs.size });
    this.#parts.networkRequests.orphaned(client);
    this.#parts.endings.ownerLost(client);
    this.#parts.cancels.ownerLost(client);
  }

  #handle(client: ControlClient, command: Command): void {
    if (command.kind === 'authenticate') {
      this.#authenticate(client, command.id, command.secret);
      return;
    }
    if (!client.isAuthenticated) {
      client.reply(command.id, 'NO', 'not authenticated');
      this.#refuse(client, 'frame before authentication');
      return;
    }
    this.#perform(client, command);
  }

  #perform(client: ControlClient, command: Exclude<Command, { kind: 'authenticate' }>): void {
    switch (command.kind) {
      case 'ping':
        client.reply(command.id, 'OK', 'pong');
        return;
      case 'route':
        if (/^[a-z]{2,20}$/.test(command.verb)) {
          this.#state.routes.add(command.verb, client);
          client.reply(command.id, 'OK');
        } else client.reply(command.id, 'NO', 'not supported');
        return;
      case 'remove-route':
        this.#state.routes.remove(command.verb, client);
        client.reply(command.id, 'OK');
        return;
      case 'sip':
        this.#sip(client, command);
        return;
      case 'unsupported':
        this.#context.count('control-unsupported');
        this.#context.log('warn', 'control frame of a kind that this server does not support', { kind: command.name });
        client.reply(command.id, 'NO', 'not supported');
        return;
      default:
        unreachable(command);
    }
  }

  #sip(client: ControlClient, command: Command & { kind: 'sip' }): void {
    const message = parseAppMessage(command.message);
    if (message === undefined) client.reply(command.id, 'NO', 'invalid sip message');
    else if (message.kind === 'request') this.#parts.appRequests.send(client, command, message);
    else this.#parts.appResponses.respond(client, command.id, command.transactionId, message);
  }

  #authenticate(client: ControlClient, requestId: string, secret: string): void {
    if (!isSameSecret(secret, this.#context.options.secret)) {
      client.reply(requestId, 'NO', 'incorrect secret');
      this.#refuse(client, 'incorrect secret');
      return;
    }
    client.isAuthenticated = true;
    this.#context.deadlines.set(client, undefined);
    const { listeners, version } = this.#context.options;
    const bound = listeners.map((listener) => `${listener.transport}/${listener.address}:${listener.port}`).join(',');
    const reachable = listeners.map((listener, index) => `${listener.transport}/${this.#transports.advertised(index, '')}`).join(',');
    client.reply(requestId, 'OK', reachable, version, bound);
  }

  #refuse(client: ControlClient, why: string): void {
    this.#context.count('control-closed-by-server');
    this.#context.log('warn', 'control connection closed by the server', { why });
    client.close();
    // Its end is reported by the shell; until then nothing more of it is read.
    client.isClosed = true;
  }
}

/** Takes the same time wherever the first difference is, and whatever the lengths. */
function isSameSecret(given: string, wanted: string): boolean {
  const a = utf8.encode(given);
  const b = utf8.encode(wanted);
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i += 1) difference |= (a[i % Math.max(a.length, 1)] ?? 0) ^ (b[i] as number);
  return difference === 0;
}

const utf8 = new TextEncoder();
