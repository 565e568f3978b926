import { readUint16 } from '#kit/bytes';

/** What to do about something that came on an SCTP stream. */
export type ChannelAction =
  | { readonly kind: 'acknowledge'; readonly streamId: number }
  | { readonly kind: 'opened' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ignored'; readonly why: 'label' | 'binary' | 'too-long' | 'malformed' };

/**
 * The one data channel that we serve, opened in-band by the peer (RFC 8832), text messages only (RFC 8831) (core). Other channels are
 * acknowledged, as a page may open them, and what they carry is ignored.
 */
export class TextChannel {
  readonly #label: string;
  readonly #longestBytes: number;
  #streamId: number | undefined;

  constructor(label: string, longestBytes: number) {
    this.#label = label;
    this.#longestBytes = longestBytes;
  }

  /** Undefined: not open. */
  get streamId(): number | undefined {
    return this.#streamId;
  }

  receive(streamId: number, protocol: number, bytes: Uint8Array): readonly ChannelAction[] {
    if (protocol === CONTROL) return this.#control(streamId, bytes);
    if (streamId !== this.#streamId) return [{ kind: 'ignored', why: 'label' }];
    if (protocol === TEXT_EMPTY) return [{ kind: 'text', text: '' }];
    if (protocol !== TEXT) return [{ kind: 'ignored', why: 'binary' }];
    if (bytes.length > this.#longestBytes) return [{ kind: 'ignored', why: 'too-long' }];
    const text = decodeText(bytes);
    return [text === undefined ? { kind: 'ignored', why: 'malformed' } : { kind: 'text', text }];
  }

  /** The peer reset these streams: RFC 6525. */
  reset(streamIds: readonly number[]): void {
    if (this.#streamId !== undefined && streamIds.includes(this.#streamId)) this.#streamId = undefined;
  }

  #control(streamId: number, bytes: Uint8Array): readonly ChannelAction[] {
    if (bytes.length === 0 || bytes[0] !== OPEN) return [];
    const labelBytes = bytes.length < OPEN_HEADER_BYTES ? 0 : readUint16(bytes, 8);
    if (bytes.length < OPEN_HEADER_BYTES || bytes.length < OPEN_HEADER_BYTES + labelBytes + readUint16(bytes, 10))
      return [{ kind: 'ignored', why: 'malformed' }];
    const acknowledge: ChannelAction = { kind: 'acknowledge', streamId };
    const label = decodeText(bytes.subarray(OPEN_HEADER_BYTES, OPEN_HEADER_BYTES + labelBytes));
    if (label !== this.#label) return [acknowledge, { kind: 'ignored', why: 'label' }];
    const isNew = this.#streamId !== streamId;
    this.#streamId = streamId;
    return isNew ? [acknowledge, { kind: 'opened' }] : [acknowledge];
  }
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Payload protocol identifiers: RFC 8831 section 8. */
export const CONTROL = 50;
export const TEXT = 51;
export const TEXT_EMPTY = 56;
/** DATA_CHANNEL_ACK, the whole message: RFC 8832 section 5.2. */
export const ACKNOWLEDGEMENT = Uint8Array.of(2);
const OPEN = 3;
const OPEN_HEADER_BYTES = 12;
