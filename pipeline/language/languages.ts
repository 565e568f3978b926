import { english } from './english/forms/english.ts';
import type { FormLanguage } from './form-language.ts';

const LANGUAGES: Readonly<Record<string, FormLanguage>> = { en: english };

/** Primary subtags (RFC 5646 section 2.2.1) of the languages that forms understand. */
export const FORM_LANGUAGES: readonly string[] = Object.keys(LANGUAGES);

/** By a persona's language tag, whatever its region: `en-us`, `en-gb`. */
export function languageOf(tag: string): FormLanguage | undefined {
  const primary = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(LANGUAGES, primary) ? LANGUAGES[primary] : undefined;
}

/** For values that nobody speaks: what a language model proposes, what a tool is told. Their form is the same in every language. */
export function languageOrDefault(tag: string): FormLanguage {
  return languageOf(tag) ?? english;
}
