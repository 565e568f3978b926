/** What `If-Match` asks for: whatever there is, one of these tags, or nothing that can be read. */
export type IfMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'unreadable' };

/** RFC 9110 section 13.1.1: `*`, or a list of entity tags, whose opaque part may hold commas (section 8.8.3). `"*"` is how RFC 9725 writes the first. */
export function readIfMatch(field: string): IfMatch {
  if (field.length > LONGEST) return { kind: 'unreadable' };
  const text = field.trim();
  if (text === '*' || text === '"*"') return { kind: 'any' };
  const tags: string[] = [];
  for (let at = 0; at < text.length;) {
    ENTRY.lastIndex = at;
    const found = ENTRY.exec(text);
    if (found === null || found[0] === '') return { kind: 'unreadable' };
    if (found[1] !== undefined) tags.push(found[1]);
    at = ENTRY.lastIndex;
  }
  return tags.length === 0 ? { kind: 'unreadable' } : { kind: 'tags', tags };
}

/** By strong comparison, which a weak tag never passes (section 8.8.3.2). */
export function matches(ifMatch: IfMatch, etag: string): boolean {
  return ifMatch.kind === 'any' || (ifMatch.kind === 'tags' && ifMatch.tags.includes(etag));
}

/** An entity tag up to the next comma, or an empty element, which section 5.6.1.2 wants to be ignored. */
const ENTRY = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)|,)/y;
/** A list that no client of ours needs. */
const LONGEST = 2_000;
