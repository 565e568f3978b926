import * as z from 'zod/mini';

/** A text frame of the client, in the seed's words. All but `type` is optional: its own clients leave fields out. */
const frame = z.object({
  type: z.string(),
  sampleRate: z.optional(z.number()),
  channels: z.optional(z.number()),
  format: z.optional(z.string()),
});

export type ClientFrame =
  /** The microphone runs and audio follows. */
  | { readonly kind: 'start'; readonly rateHz: 8000 | 16000 }
  /** A start with audio that is not understood; `detail` is for people. */
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'stop' }
  /** Not JSON, or nothing that is known: left alone, as the seed does. */
  | { readonly kind: 'unknown' };

/** Reads a text frame; never throws. */
export function readClientFrame(text: string): ClientFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unknown' };
  }
  const result = frame.safeParse(value);
  if (!result.success) return { kind: 'unknown' };
  if (result.data.type === 'stop') return { kind: 'stop' };
  return result.data.type === 'start' ? readStart(result.data) : { kind: 'unknown' };
}

function readStart({ sampleRate = 16_000, channels = 1, format = 'pcm_s16le' }: z.infer<typeof frame>): ClientFrame {
  if (sampleRate !== 16_000 && sampleRate !== 8_000) return unsupported(`sampleRate ${sampleRate}: must be 16000 or 8000`);
  if (channels !== 1) return unsupported(`channels ${channels}: must be 1`);
  if (!FORMATS.includes(format.toLowerCase())) return unsupported(`format "${format.slice(0, 40)}": must be pcm_s16le`);
  return { kind: 'start', rateHz: sampleRate };
}

function unsupported(detail: string): ClientFrame {
  return { kind: 'unsupported', detail };
}

/** What clients call the same thing. */
const FORMATS = ['pcm_s16le', 'pcm16', 's16le', 'pcm'];
