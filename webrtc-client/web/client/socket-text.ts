import { MAX_MESSAGE_BYTES, parseServerMessage, type ServerMessage } from '../signalling.ts';

/** A text frame of `/ws/audio`: the marks around the bot's sound, a refusal, or a message as on the data channel. */
export type SocketText =
  | { readonly kind: 'audio-start' | 'audio-end' | 'audio-cancel' }
  /** Why the connection will be closed; `code` such as `too-many-calls`. */
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'message'; readonly message: ServerMessage }
  /** Transcripts in the older form; the same comes as a message. */
  | { readonly kind: 'repeated' };

const FRAMES: Readonly<Record<string, SocketText>> = {
  audio_start: { kind: 'audio-start' },
  audio_end: { kind: 'audio-end' },
  audio_cancel: { kind: 'audio-cancel' },
  partial: { kind: 'repeated' },
  final: { kind: 'repeated' },
};

/** `undefined` for anything else. */
export function parseSocketText(json: string): SocketText | undefined {
  const message = parseServerMessage(json);
  if (message !== undefined) return { kind: 'message', message };
  if (json.length > MAX_MESSAGE_BYTES) return undefined;
  try {
    return frameOf(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function frameOf(value: unknown): SocketText | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return undefined;
  if (value.type === 'error' && 'code' in value && typeof value.code === 'string') return { kind: 'error', code: value.code.slice(0, 100) };
  return Object.hasOwn(FRAMES, value.type) ? FRAMES[value.type] : undefined;
}
