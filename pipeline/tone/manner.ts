import { unreachable } from '#domain/assert';
import type { Tone } from '#domain/tone';
import type { ToneOptions } from '../options.ts';

/** How the bot says something: as always, calmly, or brightly. */
export type Manner = 'calm' | 'bright';

/** The manner that answers a tone in kind: a heated, sad or unsure caller is spoken to calmly. */
export function mannerFor(tone: Tone | undefined): Manner | undefined {
  switch (tone) {
    case 'upset':
    case 'sad':
    case 'unsure':
      return 'calm';
    case 'happy':
      return 'bright';
    case 'neutral':
    case undefined:
      return undefined;
    default:
      return unreachable(tone);
  }
}

/** The speed of a manner, as a share of the persona's. */
export function mannerRatio(
  manner: Manner | undefined,
  { calmRatio, brightRatio }: Pick<ToneOptions, 'calmRatio' | 'brightRatio'>,
): number {
  return manner === undefined ? 1 : manner === 'calm' ? calmRatio : brightRatio;
}

/** What a language model is told of the caller's tone. It goes with the question, so that a prompt that a server keeps stays the same. */
export function noteForLlm(tone: Tone | undefined): string | undefined {
  return tone === undefined || tone === 'neutral' ? undefined : NOTES[tone];
}

const FACTS_STAY = 'This changes how you say it, not what is true.';
const NOTES: Readonly<Record<Exclude<Tone, 'neutral'>, string>> = {
  upset: `(The caller seems upset. Say briefly that you are sorry, stay calm, and come to the point. ${FACTS_STAY})`,
  sad: `(The caller seems sad. Be gentle and kind. ${FACTS_STAY})`,
  unsure: `(The caller seems unsure. Use simple words, one thing at a time. ${FACTS_STAY})`,
  happy: `(The caller seems happy. A warm word is welcome. ${FACTS_STAY})`,
};
