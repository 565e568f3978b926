import { LONGEST_MESSAGE_BYTES, parseServerMessage, type ServerMessage } from '../signalling.ts';

/** A text frame of `/ws/audio`: the marks around the bot's sound, or a message as on the data channel. */
export type SocketText = { readonly kind: 'audio-start' | 'audio-end' | 'audio-cancel' } | { readonly kind: 'message'; readonly message: ServerMessage };

const MARKS: Readonly<Record<string, 'audio-start' | 'audio-end' | 'audio-cancel'>> = {
  audio_start: 'audio-start',
  audio_end: 'audio-end',
  audio_cancel: 'audio-cancel',
};

/** `undefined` for anything else. */
export function parseSocketText(json: string): SocketText | undefined {
  const message = parseServerMessage(json);
  if (message !== undefined) return { kind: 'message', message };
  const kind = markOf(json);
  return kind === undefined ? undefined : { kind };
}

function markOf(json: string): 'audio-start' | 'audio-end' | 'audio-cancel' | undefined {
  if (json.length > LONGEST_MESSAGE_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return undefined;
    return Object.hasOwn(MARKS, value.type) ? MARKS[value.type] : undefined;
  } catch {
    return undefined;
  }
}
