import type { ServerMessage } from './signalling.ts';

/**
 * What the page is to be told before its data channel is open. At most `MAX_KEPT` messages; what is replaced by later ones anyway (partial
 * texts, figures of the network) goes first, then the oldest.
 */
export class Outbox {
  #kept: ServerMessage[] | undefined = [];

  /** What may be sent now. */
  put(messages: readonly ServerMessage[]): readonly ServerMessage[] {
    if (this.#kept === undefined) return messages;
    for (const message of messages) {
      if (this.#kept.length >= MAX_KEPT) {
        const least = this.#kept.findIndex(({ kind }) => kind === 'caller-partial' || kind === 'network');
        this.#kept.splice(Math.max(0, least), 1);
      }
      this.#kept.push(message);
    }
    return [];
  }

  /** The channel is open: `hello`, then what was kept. Nothing the second time. */
  open(hello: ServerMessage): readonly ServerMessage[] {
    if (this.#kept === undefined) return [];
    const kept = this.#kept;
    this.#kept = undefined;
    return [hello, ...kept];
  }
}

/** The channel opens some milliseconds after the call is answered; seconds of a call make a dozen messages. */
const MAX_KEPT = 100;
