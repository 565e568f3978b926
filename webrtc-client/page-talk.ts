import { unreachable } from '#domain/assert';
import type { CallEvent } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { TokenBucket } from '#kit/token-bucket';
import { Narrator, type NarratorSetup } from './narrator.ts';
import { Outbox } from './outbox.ts';
import { parseClientMessage, type ClientMessage, type ServerMessage } from './signalling.ts';

/** What a message of the page asks for. */
export type PageCommand = { readonly kind: 'inject'; readonly event: LegMediaEvent } | { readonly kind: 'hangup' };

export interface PageReceived {
  readonly command: PageCommand | undefined;
  /** Texts that go back. */
  readonly send: readonly string[];
}

/** Core: both directions of the data channel of one call. Every method returns the texts that are to be sent now. */
export class PageTalk {
  readonly #narrator: Narrator;
  readonly #outbox = new Outbox();
  readonly #limit = new TokenBucket({ perMinute: MAX_PER_MINUTE, capacity: MAX_PER_MINUTE });
  readonly #typed = typingPace();
  /** Codes of notices that were given: each once a call. */
  readonly #warned = new Set<string>();
  #dropped = 0;

  constructor(setup: NarratorSetup) {
    this.#narrator = new Narrator(setup);
  }

  /** Messages of the page that were not carried out: too many, or not understood. */
  get dropped(): number {
    return this.#dropped;
  }

  channelOpen(): readonly string[] {
    return texts(this.#outbox.open(this.#narrator.hello()));
  }

  observe(event: CallEvent): readonly string[] {
    return texts(this.#outbox.put(this.#narrator.observe(event)));
  }

  media(event: LegMediaEvent): readonly string[] {
    return texts(this.#outbox.put(this.#narrator.media(event)));
  }

  end(nowMs: Ms, reason: EndReason): readonly string[] {
    return texts(this.#outbox.put(this.#narrator.end(nowMs, reason)));
  }

  received(nowMs: Ms, text: string): PageReceived {
    if (!this.#limit.take(nowMs)) return this.#drop(nowMs, 'TOO_MANY_MESSAGES', 'Too many messages came; some were left out.');
    const message = parseClientMessage(text);
    if (message === undefined) return this.#drop(nowMs, 'BAD_MESSAGE', 'A message was not understood: mute, dtmf, text and hangup are.');
    if (message.kind === 'text' && !this.#typed.take(nowMs)) return this.#drop(nowMs, TYPED_TOO_FAST.code, TYPED_TOO_FAST.text);
    return { command: commandOf(nowMs, message), send: [] };
  }

  #drop(nowMs: Ms, code: string, text: string): PageReceived {
    this.#dropped += 1;
    if (this.#warned.has(code)) return { command: undefined, send: [] };
    this.#warned.add(code);
    return { command: undefined, send: texts(this.#outbox.put([this.#narrator.notice(nowMs, code, text)])) };
  }
}

/** Each line that is typed is a turn of the call: it is answered by the language model and has a line in the log, so that it comes no faster than people talk. */
export function typingPace(): TokenBucket {
  return new TokenBucket({ perMinute: TYPED_PER_MINUTE, capacity: TYPED_PER_MINUTE });
}

export const TYPED_TOO_FAST = { code: 'TYPED_TOO_FAST', text: 'More was typed than can be answered; some of it was left out.' };

/** What a message means to the conversation: as if the media had told it. */
export function commandOf(atMs: Ms, message: ClientMessage): PageCommand {
  switch (message.kind) {
    case 'mute':
      return { kind: 'inject', event: { kind: 'caller-muted', muted: message.on, atMs } };
    case 'dtmf':
      return { kind: 'inject', event: { kind: 'dtmf', digit: message.digit, durationMs: DIGIT_MS, atMs } };
    case 'text':
      return { kind: 'inject', event: { kind: 'caller-text', text: message.text, atMs } };
    case 'hangup':
      return { kind: 'hangup' };
    default:
      return unreachable(message);
  }
}

function texts(messages: readonly ServerMessage[]): readonly string[] {
  return messages.map((message) => JSON.stringify(message));
}

/** What a key pressed on a page lasts is not told; as SIP INFO takes it where it says nothing. */
const DIGIT_MS = ms(100);
/** Nobody types, presses and mutes faster. */
const MAX_PER_MINUTE = 300;
/** Guess: a line every two seconds. */
const TYPED_PER_MINUTE = 30;
