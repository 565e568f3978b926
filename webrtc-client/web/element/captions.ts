import type { ServerMessage } from '../signalling.ts';

export interface CaptionLine {
  readonly id: number;
  readonly who: 'caller' | 'bot';
  readonly text: string;
  /** Still being said. */
  readonly isPartial: boolean;
  /** The caller spoke over it; the rest was never heard. */
  readonly isInterrupted: boolean;
}

const MAX_LINES = 100;
const MAX_CHARS = 8_000;

/** What was said so far, line by line, from the messages of the server. */
export class Captions {
  #lines: CaptionLine[] = [];
  #nextId = 0;
  #partialId: number | undefined;
  readonly #botLines = new Map<number, number>();

  get lines(): readonly CaptionLine[] {
    return this.#lines;
  }

  clear(): void {
    this.#lines = [];
    this.#partialId = undefined;
    this.#botLines.clear();
  }

  /** Returns whether anything has changed. */
  apply(message: ServerMessage): boolean {
    switch (message.kind) {
      case 'caller-partial':
        return this.#caller(message.text, true);
      case 'caller-final':
        return this.#caller(message.text, false);
      case 'bot-heard':
        return this.#heard(message.turnId, message.text);
      case 'turn-closed':
        return message.outcome === 'interrupted' && this.#interrupted(message.turnId);
      case 'hello':
      case 'state':
      case 'turn-opened':
      case 'caller-tone':
      case 'barge-in':
      case 'dtmf':
      case 'notice':
      case 'network':
      case 'ended':
        return false;
    }
  }

  #caller(text: string, isPartial: boolean): boolean {
    const trimmed = text.trim();
    if (trimmed === '') {
      // Recognition thought better of it.
      const before = this.#lines.length;
      this.#lines = this.#lines.filter((line) => line.id !== this.#partialId);
      this.#partialId = undefined;
      return this.#lines.length !== before;
    }
    const line = { who: 'caller', text: trimmed, isPartial, isInterrupted: false } as const;
    const id = this.#put(this.#partialId, line);
    this.#partialId = isPartial ? id : undefined;
    return true;
  }

  #heard(turnId: number, text: string): boolean {
    if (text === '') return false;
    const id = this.#botLines.get(turnId);
    const before = id === undefined ? '' : (this.#lines.find((line) => line.id === id)?.text ?? '');
    const joined = `${before}${before === '' || /\s$/.test(before) || /^[\s.,;:!?)]/.test(text) ? '' : ' '}${text}`.slice(-MAX_CHARS);
    this.#botLines.set(turnId, this.#put(id, { who: 'bot', text: joined, isPartial: false, isInterrupted: false }));
    return true;
  }

  #interrupted(turnId: number): boolean {
    const line = this.#lines.find(({ id }) => id === this.#botLines.get(turnId));
    if (line === undefined) return false;
    this.#put(line.id, { ...line, isInterrupted: true });
    return true;
  }

  #put(id: number | undefined, line: Omit<CaptionLine, 'id'>): number {
    const index = this.#lines.findIndex((one) => one.id === id);
    if (index >= 0 && id !== undefined) {
      this.#lines[index] = { ...line, id };
      return id;
    }
    const added = { ...line, id: this.#nextId };
    this.#nextId += 1;
    this.#lines.push(added);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    if (this.#botLines.size > MAX_LINES) this.#botLines.delete(this.#botLines.keys().next().value ?? -1);
    return added.id;
  }
}
