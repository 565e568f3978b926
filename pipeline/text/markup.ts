import type { MarkupWords } from '../language/speech-language.ts';

/**
 * Takes Markdown, HTML, emoji and control characters out of text. Works on pieces too: a mark whose partner went out
 * with another piece is removed all the same. Line ends become pauses.
 */
export function withoutMarkup(text: string, words: MarkupWords): string {
  const inline = withoutHtml(withoutCode(text.normalize('NFC')))
    .replace(/!\[([^\]\n]*)\]\([^)\s]*\)/g, '$1')
    .replace(/\[([^\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"]*")?\)/g, '$1')
    .replace(/\[\^?\d+\]/g, '')
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1');
  return withoutSymbols(
    inline
      .split('\n')
      .map((line) => plainLine(line, words))
      .filter((line) => line !== '')
      .reduce(joinLines, ''),
    words,
  );
}

function withoutCode(text: string): string {
  return text
    .replace(/(?:```|~~~)[\s\S]*?(?:```|~~~)/g, '\n')
    .replace(/```\w*/g, '')
    .replace(/`([^`\n]*)`/g, '$1')
    .replaceAll('`', '');
}

function withoutHtml(text: string): string {
  return (
    text
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<(?:br|p|li|div|tr|h[1-6])\b[^<>]*>/gi, '\n')
      .replace(/<(https?:\/\/[^<>\s]+|[^<>\s@]+@[^<>\s]+)>/g, '$1')
      .replace(/<\/?[a-z][^<>]*>/gi, '')
      // Marks between turns, as language models know them: "<|im_end|>".
      .replace(/<\|\w{1,40}\|>/g, '')
      .replace(/&(amp|lt|gt|quot|apos|nbsp|#39|#x27);/g, (whole, name: string) => ENTITIES[name] ?? whole)
  );
}

/** One line without its heading, quote, list and table marks. */
function plainLine(line: string, { month }: MarkupWords): string {
  const content = line
    .replace(/^\s*(?:>\s?)+/, '')
    // "Press * or #" is no heading: its last mark is a key.
    .replace(/^\s*#{1,6}\s+(.*?)(?:\s#+)?\s*$/, '$1')
    // "12. December" is a date.
    .replace(LIST_MARK, (mark: string, number: string | undefined, _at: number, whole: string) =>
      number !== undefined && month.test(whole.slice(number.length)) ? mark : '',
    );
  if (/^[\s|:=*_-]*$/.test(content)) return '';
  const cells = /^\s*\|.*\|\s*$/.test(content)
    ? content
        .replace(/^\s*\||\|\s*$/g, '')
        .split('|')
        .map((cell) => cell.trim())
        .filter((cell) => cell !== '')
        .join(', ')
    : content;
  return withoutEmphasis(cells).trim();
}

function withoutEmphasis(text: string): string {
  return (
    text
      .replace(/~~/g, '')
      .replace(/\*\*+/g, '')
      // "*5 rooms*" is emphasis; "*69" is dialled.
      .replace(/(?<![\w*])\*(?![\s*])([^*\n]*[^*\s])\*(?![\w*])/g, '$1')
      .replace(/(?<![\d\s"'“‘])\*(?=\s|$|[^\d\s])|\*(?=\p{L})/gu, '')
      .replace(/(?<![\p{L}\p{N}])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}])/gu, '')
  );
}

function joinLines(before: string, line: string): string {
  if (before === '') return line;
  return /[\p{L}\p{N})"'”’%#]$/u.test(before) ? `${before}. ${line}` : `${before} ${line}`;
}

function withoutSymbols(text: string, { star }: MarkupWords): string {
  return (
    text
      .replace(/(\d)\s?[★⭐☆]/gu, `$1 ${star}`)
      .replace(/(?<=\s|^)[:;=8]['’]?-?[)(DPpOo|\\/*](?=\s|$|[.,!?])/g, '')
      .replace(/[#*0-9]\uFE0F?\u20E3/gu, (keycap) => keycap.charAt(0))
      .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\uFE0E\uFE0F]/gu, '')
      .replace(/[★☆✓✔✗✘●○■□▪▫◆◇]/gu, '')
      // A joiner held emoji together, or letters of other scripts.
      .replace(/\u200D/gu, '')
      .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, ' ')
  );
}

/** The mark of a list's item; a number with a dot is a group of its own. */
const LIST_MARK = /^(?:\s*(?:[-*+•‣◦–]|\d{1,2}\))\s+|(\s*\d{1,2}\.\s+))(?:\[[ xX]\]\s+)?/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'", '#x27': "'" };
