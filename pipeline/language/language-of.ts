import type { Language } from './language.ts';
import { LANGUAGES } from './languages.ts';

/** Primary subtags of the languages that Parley knows. */
export function knownLanguages(): readonly string[] {
  return Object.keys(LANGUAGES);
}

/** The language itself of a tag, whatever its region: `en` of `en-us` (RFC 5646 section 2.2.1). */
export function primarySubtag(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export function languageOf(tag: string): Language | undefined {
  const primary = primarySubtag(tag);
  return Object.hasOwn(LANGUAGES, primary) ? LANGUAGES[primary] : undefined;
}

/**
 * For what any language has to get along with somehow: when a turn ends is judged by digits, punctuation and the voice as well, and values that nobody
 * speaks have the same form in all. What has to understand words (forms, tones) asks `languageOf`.
 */
export function languageOrDefault(tag: string): Language {
  return languageOf(tag) ?? Object.values(LANGUAGES)[0]!;
}
