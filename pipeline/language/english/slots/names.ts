import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { cardinalAt } from './numbers.ts';
import { spelledAt } from './letters.ts';

/** Names: led by "my name is", bare when asked, spelled out, or said and then spelled ("Smith, S M I T H": the letters count). */
export function findNames(tokens: readonly Token[], maxWords: number): readonly Found<string>[] {
  const found: Found<string>[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const lead = phraseAt(tokens, index, LEADS);
    const name = lead === undefined ? undefined : nameFrom(tokens, lead, maxWords);
    if (name !== undefined) found.push({ ...name, from: index, sure: true });
  }
  const start = skipMarks(tokens, afterOpening(tokens));
  const bare = isQuestion(tokens) ? undefined : nameFrom(tokens, start, maxWords);
  if (bare !== undefined) found.push({ ...bare, from: start, sure: false });
  return found;
}

function nameFrom(tokens: readonly Token[], index: number, maxWords: number): Found<string> | undefined {
  const parts: string[] = [];
  let spelled = false;
  let at = skipMarks(tokens, index);
  while (at < tokens.length && parts.length <= maxWords) {
    const letters = spelledAt(tokens, at, 3) ?? (phraseAt(tokens, at - 1, SPELLED) === undefined ? undefined : spelledAt(tokens, at, 2));
    if (letters !== undefined) {
      addSpelled(parts, letters.letters);
      spelled = true;
      at = letters.next;
      continue;
    }
    const introduction = phraseAt(tokens, at, SPELLING);
    if (introduction !== undefined && parts.length > 0) {
      at = skipMarks(tokens, introduction);
      continue;
    }
    const token = tokens[at];
    if (token === undefined || token.kind === 'number' || STOPS.has(token.text) || cardinalWord(tokens, at)) break;
    if (token.kind === 'mark') {
      const goesOn = token.text === '-' || token.text === '.' || (token.text === ',' && spelledAt(tokens, at + 1, 3) !== undefined) || (token.text === ',' && phraseAt(tokens, at + 1, SPELLING) !== undefined);
      if (!goesOn || parts.length === 0 || at + 1 >= tokens.length) break;
      at += 1;
      continue;
    }
    if (spelled) break;
    parts.push(wordOf(token, tokens, at));
    at += 1;
  }
  if (parts.length === 0 || parts.length > maxWords || parts.join('').length < 2) return undefined;
  return { values: [hyphenated(parts)], from: index, to: at, sure: false, confidence: spelled ? 0.95 : 0.8 };
}

/** Letters replace the word they spell, the last one or the one that begins alike; otherwise they are one more word. */
function addSpelled(parts: string[], letters: string): void {
  const word = capital(letters);
  const same = parts.findLastIndex((part) => part.charAt(0).toLowerCase() === letters.charAt(0) && Math.abs(part.length - letters.length) <= 3);
  if (same >= 0) parts[same] = word;
  else parts.push(word);
}

function wordOf(token: Token, tokens: readonly Token[], index: number): string {
  const word = token.raw === token.text ? capital(token.raw) : token.raw === token.raw.toUpperCase() && token.raw.length > 1 ? capital(token.text) : token.raw;
  return textAt(tokens, index - 1) === '-' ? `-${word}` : word;
}

function hyphenated(parts: readonly string[]): string {
  return parts.join(' ').replaceAll(' -', '-');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function afterOpening(tokens: readonly Token[]): number {
  let index = 0;
  for (let next = phraseAt(tokens, index, OPENINGS); next !== undefined; next = phraseAt(tokens, index, OPENINGS)) index = next;
  return index;
}

function skipMarks(tokens: readonly Token[], index: number): number {
  let at = index;
  while (tokens[at]?.kind === 'mark') at += 1;
  return at;
}

function isQuestion(tokens: readonly Token[]): boolean {
  return tokens.at(-1)?.text === '?' || NO_NAMES.has(textAt(tokens, afterOpening(tokens)));
}

function cardinalWord(tokens: readonly Token[], index: number): boolean {
  return cardinalAt(tokens, index) !== undefined && textAt(tokens, index) !== 'a';
}

const LEADS = phrases('my name is', "my name's", 'the name is', "the name's", 'name is', 'my full name is', 'my last name is', 'my first name is', 'under the name', 'under the name of', 'in the name of', 'i am called', 'call me', 'this is', 'speaking is');
const OPENINGS = phrases('um', 'uh', 'er', 'erm', 'well', 'oh', 'hello', 'hi', 'yes', 'yeah', 'sure', 'okay', 'ok', ',', '.', "it's", 'it is', 'its', "i'm", 'i am', 'my name is', "my name's", 'this is', 'the name is', "that's", 'that is', 'that would be', 'no', 'i said', 'name is', 'of course', 'please', 'put', 'make it', 'mister', 'mr', 'mrs', 'ms');
const SPELLING = phrases("that's spelled", 'that is spelled', 'spelled', 'spelt', "that's", 'that is', 'i spell', 'spell', "it's spelled", 'with letters', 'i spell it');
const SPELLED = phrases('spelled', 'spelt', 'spell', "that's");
/** What ends a name. */
const STOPS: ReadonlySet<string> = new Set([
  'and', 'my', 'is', 'at', 'on', 'for', 'with', 'from', 'number', 'phone', 'please', 'thanks', 'thank', 'speaking', 'here', 'calling', 'the', 'i', 'to', 'a', 'an', 'but', 'or', 'if', 'can',
  'would', 'want', 'like', 'about', 'again', 'tomorrow', 'today', 'tonight', 'in', 'no', 'yes', 'sorry', 'not', 'it', 'looking', 'going', 'just', 'sir', 'plus', "i'd",
  'double', 'oh', 'zero', 'next', 'back', 'later', 'when', 'as', 'soon', 'urgent', 'important',
]);
/** What an answer that is no name begins with. */
const NO_NAMES: ReadonlySet<string> = new Set([
  '', 'what', 'why', 'who', 'how', 'where', 'when', 'which', 'can', 'could', 'do', 'does', 'is', 'are', 'i', "i'd", "i'll", "don't", 'wait', 'hold', 'repeat', 'say', 'pardon', 'excuse', 'help', 'cancel',
  'stop', 'never', 'nothing', 'none', 'nobody', 'nevermind', 'sorry', 'go', 'start', 'the', 'a', 'for', 'at', 'on', 'in', 'to', 'two', "i've", 'you', 'we', 'they', 'please', 'maybe', 'just', 'skip', 'actually', 'change', 'hmm', 'hm', 'not', 'nope', 'never', 'there', 'that', 'tell', 'goodbye', 'bye',
]);
