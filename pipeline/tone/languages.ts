import type { ToneLanguage } from './cue-reader.ts';
import { ENGLISH } from '../language/english/tone/english.ts';

/** By the first part of a persona's `language`. Callers in other languages have a voice, but no tone in their words. */
export const TONE_LANGUAGES: ReadonlyMap<string, ToneLanguage> = new Map([['en', ENGLISH]]);

export function toneLanguage(language: string): ToneLanguage | undefined {
  return TONE_LANGUAGES.get(language.slice(0, 2).toLowerCase());
}
