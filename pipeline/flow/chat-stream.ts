import { createParser } from 'eventsource-parser';
import type { ToolCall } from '../ports.ts';
import { readChatEvent } from '../wire.ts';
import { ToolCallAssembler } from './tool-calls.ts';

/**
 * Core: reads the body of a streamed chat completion. Bytes may be split anywhere, also inside a character.
 */
export class ChatStreamReader {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #parser;
  readonly #calls = new ToolCallAssembler();
  #text = '';
  #finished = false;
  #state: 'reading' | 'complete' | 'error' | 'bad' = 'reading';
  #why = '';
  #isLast = false;

  constructor(maxEventChars = MAX_EVENT_CHARS) {
    this.#parser = createParser({
      maxBufferSize: maxEventChars,
      onEvent: (event) => this.#event(event.data, event.event),
      onError: (error) => {
        // Lines that are no fields are the stream of something else, or harmless; only an overflow ends it here.
        if (error.type === 'max-buffer-size-exceeded') this.#end('bad', 'an event is too long');
      },
    });
  }

  /** The text that became readable with `bytes`. */
  push(bytes: Uint8Array): string {
    if (this.#state !== 'reading') return '';
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** The connection has ended: the text of a last event that no empty line follows, as some servers leave theirs. */
  finish(): string {
    this.#isLast = true;
    return this.push(LAST_LINE_END);
  }

  get state(): 'reading' | 'complete' | 'error' | 'bad' {
    return this.#state;
  }

  /** What the reply asks to be done; none before it is whole, and none of one that was broken off. */
  get calls(): readonly ToolCall[] {
    return this.end() === 'complete' ? this.#calls.calls : [];
  }

  /** Why it is `error` or `bad`. */
  get why(): string {
    return this.#why;
  }

  /** What it means that the connection ended now. */
  end(): 'complete' | 'cut' | 'error' | 'bad' {
    if (this.#state !== 'reading') return this.#state;
    return this.#finished ? 'complete' : 'cut';
  }

  #event(data: string, name: string | undefined): void {
    if (this.#state !== 'reading') return;
    const event = readChatEvent(data, name);
    switch (event.kind) {
      case 'delta': {
        this.#text += event.text;
        if (event.calls !== undefined) this.#calls.push(event.calls);
        // Some servers give the reason with every piece, or before the last ones: it counts once nothing follows it.
        if (event.finish !== undefined) this.#finished = true;
        else if (event.text !== '' || (event.calls ?? []).length > 0) this.#finished = false;
        return;
      }
      case 'ignored':
        return;
      case 'done':
        return this.#end('complete', '');
      case 'bad':
        // Half an event: the stream was cut.
        return this.#isLast ? undefined : this.#end('bad', event.why);
      case 'error':
        return this.#end(event.kind, event.why);
    }
  }

  #end(state: 'complete' | 'error' | 'bad', why: string): void {
    this.#state = state;
    this.#why = why;
  }
}

const LAST_LINE_END = new TextEncoder().encode('\n\n');
/** A delta is a few hundred characters; log-probabilities or timings some thousand. */
const MAX_EVENT_CHARS = 262_144;
