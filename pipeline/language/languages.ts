import { english } from './english/english.ts';
import type { Language } from './language.ts';

/** By their primary subtags (RFC 5646 section 2.2.1); the first one stands in for languages that are not there. */
export const LANGUAGES: Readonly<Record<string, Language>> = { en: english };
