export type SttMessage =
  | { readonly kind: 'audio'; readonly bytes: Uint8Array }
  /** A `setting` outlives the utterance. */
  | { readonly kind: 'text'; readonly text: string; readonly setting?: boolean };

/**
 * Core: what waits for the connection to the stt service, in order. Bounded by bytes of audio and by number; policy
 * `drop-oldest` for audio, because late audio is worth least; messages are few and, beyond their bound, dropped likewise.
 */
export class SttSendQueue {
  readonly #capacityBytes: number;
  #items: SttMessage[] = [];
  #audioBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get length(): number {
    return this.#items.length;
  }

  /** How many pieces of audio were dropped for it. */
  push(message: SttMessage): number {
    this.#items.push(message);
    if (message.kind === 'audio') this.#audioBytes += message.bytes.length;
    let dropped = 0;
    while (this.#audioBytes > this.#capacityBytes && this.#dropOldest('audio')) dropped++;
    while (this.#items.length > MAX_MESSAGES && this.#dropOldest('text'));
    while (this.#items.length > MAX_MESSAGES && this.#dropOldest('audio')) dropped++;
    return dropped;
  }

  shift(): SttMessage | undefined {
    const message = this.#items.shift();
    if (message?.kind === 'audio') this.#audioBytes -= message.bytes.length;
    return message;
  }

  clear(): void {
    this.#items = [];
    this.#audioBytes = 0;
  }

  /** Drops all but settings. */
  forgetUtterance(): void {
    this.#items = this.#items.filter((item) => item.kind === 'text' && item.setting === true);
    this.#audioBytes = 0;
  }

  #dropOldest(kind: SttMessage['kind']): boolean {
    const at = this.#items.findIndex((item) => item.kind === kind);
    const [item] = at < 0 ? [] : this.#items.splice(at, 1);
    if (item?.kind === 'audio') this.#audioBytes -= item.bytes.length;
    return item !== undefined;
  }
}

/** 60 ms batches fill 4 s with 67; a guess with room. */
const MAX_MESSAGES = 512;
