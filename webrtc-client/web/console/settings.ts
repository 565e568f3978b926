import type { TransportChoice } from './call-client.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** What the page remembers between visits. */
export interface Remembered {
  readonly persona: string;
  readonly transport: TransportChoice;
  readonly microphoneId: string;
  readonly speakerId: string;
  readonly theme: Theme;
}

export const FORGOTTEN: Remembered = { persona: '', transport: 'auto', microphoneId: '', speakerId: '', theme: 'auto' };

/** Whatever was stored, by whichever version of the page, made valid again. */
export function readRemembered(json: string | null): Remembered {
  let stored: unknown;
  try {
    stored = JSON.parse(json ?? '{}');
  } catch {
    return FORGOTTEN;
  }
  if (typeof stored !== 'object' || stored === null) return FORGOTTEN;
  const get = (key: string): unknown => Reflect.get(stored, key);
  return {
    persona: textOf(get('persona')),
    transport: oneOf(get('transport'), ['auto', 'webrtc', 'websocket']) ?? 'auto',
    microphoneId: textOf(get('microphoneId')),
    speakerId: textOf(get('speakerId')),
    theme: oneOf(get('theme'), ['auto', 'light', 'dark']) ?? 'auto',
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : '';
}

function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((one) => one === value);
}

/** Device ids have 64 characters; persona names fewer. */
const LONGEST = 200;
