import { isPair, isScalar, visit, type Document, type Scalar } from 'yaml';

/** A text that YAML ended at ` #`, which begins a comment in a text without quotes. */
export interface CutText {
  readonly offset: number;
  /** The key that it stands under, or whose list it is in. */
  readonly key: string;
  readonly kept: string;
  readonly lost: string;
}

/**
 * Texts that probably lost their end to a comment that was none: "Take bus #7 to the harbour." is "Take bus". A comment after a number, a word of the
 * configuration, a text in quotes or a whole sentence is what comments are for. So it is told where the `#` touches a letter or digit, as in "room #5", after
 * several words; and where a text that is spoken stops without the end of a sentence. `isSpoken`: by the keys above it.
 */
export function cutTexts(document: Document, source: string, isSpoken: (keys: readonly string[]) => boolean): readonly CutText[] {
  const found: CutText[] = [];
  visit(document, {
    Scalar: (position, node, ancestors) => {
      const lost = position === 'key' ? undefined : commentAfter(node, source);
      if (lost === undefined || typeof node.value !== 'string') return;
      const keys = keysOf(ancestors);
      const spoken = isSpoken(keys);
      const touches = /^[\p{L}\p{N}]/u.test(lost);
      const hasWords = /\s/.test(node.value);
      if ((touches && (hasWords || spoken)) || (spoken && !SENTENCE_END.test(node.value)))
        found.push({ offset: node.range?.[0] ?? 0, key: keys.at(-1) ?? 'a text', kept: node.value, lost: `#${lost}` });
    },
  });
  return found;
}

/** For the person who wrote it. */
export function cutTextWarning({ key, kept, lost }: CutText): string {
  return `${key} = ${JSON.stringify(shortened(kept))}: YAML reads ${JSON.stringify(shortened(lost))} as a comment and drops it; put the whole text in quotes. If it is a comment, end the text before it with a full stop`;
}

/** What stands after the `#` on the line on which a text without quotes ends. */
function commentAfter(node: Scalar, source: string): string | undefined {
  if (node.type !== 'PLAIN' || !node.range) return undefined;
  return /^[ \t]+#([^\r\n]*)/.exec(source.slice(node.range[1], node.range[1] + MAX_LINE_CHARS))?.[1];
}

function keysOf(ancestors: readonly unknown[]): readonly string[] {
  return ancestors.flatMap((ancestor) => (isPair(ancestor) && isScalar(ancestor.key) ? [String(ancestor.key.value)] : []));
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}...` : text;
}

/** The last mark of a sentence, or what may follow it. */
const SENTENCE_END = /[.!?…:;][\p{Pf}\p{Pe}"']*$/u;
const SHOWN_CHARS = 60;
const MAX_LINE_CHARS = 2_000;
