import type { KnowledgeLanguage } from '../language/knowledge-language.ts';

/** What a caller said without what means nothing: fillers, and words that only take the turn. */
export function queryText(text: string, { fillers, openings }: KnowledgeLanguage): string {
  const cleaned = text.replace(fillers, ' ').replace(/\s+/g, ' ').trim().replace(openings, '').trim();
  return (/[\p{L}\p{N}]/u.test(cleaned) ? cleaned : text.trim()).slice(0, MAX_CHARS);
}

/** The model reads 256 tokens. */
const MAX_CHARS = 600;
