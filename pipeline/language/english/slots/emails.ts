import type { EmailMeaning } from '../../../dialogue/slots/meanings.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { findDigitRuns } from './digits.ts';
import { spelledAt } from './letters.ts';

interface Part {
  readonly text: string;
  readonly next: number;
  /** Words beyond the first that were joined without a mark between. */
  readonly runs: number;
}

/** "john.smith@example.com", "john dot smith at example dot com", with parts spelled out. */
export function findEmails(tokens: readonly Token[]): readonly Found<EmailMeaning>[] {
  const found: Found<EmailMeaning>[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.text !== '@' && token.text !== 'at') continue;
    const written = token.text === '@';
    const domain = domainAt(tokens, index + 1);
    const local = localBefore(tokens, index, written);
    if (local === undefined) continue;
    if (domain === undefined) {
      if (written || looksLikeDomain(tokens, index + 1)) found.push({ values: [{ kind: 'incomplete' }], from: local.from, to: Math.min(tokens.length, index + 2), sure: written });
      continue;
    }
    const address = `${local.text}@${domain.text}`;
    const doubtful = local.runs > 0 || domain.runs > 0;
    found.push({ values: [{ kind: 'address', address }], from: local.from, to: domain.next, sure: true, confidence: written ? 0.95 : doubtful ? 0.6 : 0.85 });
  }
  return found;
}

function domainAt(tokens: readonly Token[], index: number): Part | undefined {
  const read = partFrom(tokens, index, tokens.length, true);
  const labels = read.text.replace(/\.+$/, '');
  if (DOMAIN.test(labels)) return { ...read, text: labels };
  const known = KNOWN.get(labels);
  return known === undefined ? undefined : { ...read, text: known };
}

function looksLikeDomain(tokens: readonly Token[], index: number): boolean {
  return textAt(tokens, index + 1) === 'dot' || KNOWN.has(textAt(tokens, index));
}

/** The words before the "at", back to a lead word or the beginning. */
function localBefore(tokens: readonly Token[], at: number, written: boolean): { text: string; from: number; runs: number } | undefined {
  let from = at;
  while (from > 0 && at - from < 60 && !isStop(tokens, from - 1, written)) from -= 1;
  for (let start = from; start < at; start += 1) {
    const read = partFrom(tokens, start, at, false);
    if (read.next === at && LOCAL.test(read.text)) return { text: read.text, from: start, runs: read.runs };
  }
  return undefined;
}

function isStop(tokens: readonly Token[], index: number, written: boolean): boolean {
  const token = tokens[index];
  if (token === undefined) return true;
  if (written && (tokens[index + 1]?.from ?? 0) > token.to && !JOINERS.has(token.text) && !JOINERS.has(textAt(tokens, index + 1))) return true;
  return STOPS.has(token.text);
}

function partFrom(tokens: readonly Token[], index: number, end: number, domain: boolean): Part {
  let text = '';
  let runs = 0;
  let next = index;
  let joined = true;
  while (next < end) {
    const piece = pieceAt(tokens, next, end);
    if (piece === undefined) break;
    // Behind an ending only a further dot belongs to the address.
    if (domain && piece.mark && piece.text !== '.' && ended(text)) break;
    if (piece.mark) joined = true;
    else {
      // In a domain a word that is not joined by a dot is the next sentence's.
      if (!joined && domain && ended(text)) break;
      if (!joined) runs += 1;
      joined = piece.spelled;
    }
    if (domain && piece.mark && piece.text === '.' && (piece.next >= end || tokens[piece.next]?.from !== tokens[next]?.to) && tokens[next]?.kind === 'mark') break;
    text += piece.text;
    next = piece.next;
  }
  return { text, next, runs };
}

function ended(text: string): boolean {
  return /\.[a-z]{2,}$/.test(text);
}

function pieceAt(tokens: readonly Token[], index: number, end: number): { text: string; next: number; mark: boolean; spelled: boolean } | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  const ignored = phraseAt(tokens, index, IGNORED);
  if (ignored !== undefined && ignored <= end) return { text: '', next: ignored, mark: true, spelled: false };
  const mark = JOINERS.get(token.text);
  if (mark !== undefined) return { text: mark, next: index + 1, mark: true, spelled: false };
  const letters = spelledAt(tokens, index, 2);
  if (letters !== undefined && letters.next <= end) return { text: letters.letters, next: letters.next, mark: false, spelled: true };
  const digits = digitsAt(tokens, index, end);
  if (digits !== undefined) return { ...digits, mark: false, spelled: true };
  return token.kind === 'word' && /^[a-z']+$/.test(token.text) ? { text: token.text.replaceAll("'", ''), next: index + 1, mark: false, spelled: token.text.length === 1 } : undefined;
}

function digitsAt(tokens: readonly Token[], index: number, end: number): { text: string; next: number } | undefined {
  const run = findDigitRuns(tokens.slice(index, end)).find((each) => each.from === 0);
  return run === undefined ? undefined : { text: run.digits, next: index + run.to };
}

const LOCAL = /^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?$/;
const DOMAIN = /^(?=.{4,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/;
const JOINERS: ReadonlyMap<string, string> = new Map([['dot', '.'], ['.', '.'], ['point', '.'], ['period', '.'], ['underscore', '_'], ['_', '_'], ['dash', '-'], ['hyphen', '-'], ['minus', '-'], ['-', '-'], ['plus', '+'], ['+', '+']]);
const IGNORED = phrases('all lower case', 'all lowercase', 'lowercase', 'lower case', 'all one word', 'one word', 'no spaces', ',', 'uh', 'um', 'and then', 'then');
const STOPS: ReadonlySet<string> = new Set(['is', "it's", 'its', 'email', 'mail', 'address', 'to', 'my', ':', "that's", 'yes', 'sure', 'under', 'via', 'me', 'okay', 'ok', 'and', 'no', 'be', 'would', 'use', 'please', 'write', '?', '!', 'or', 'well', 'so']);
/** Providers whose ending callers leave out. */
const KNOWN: ReadonlyMap<string, string> = new Map([['gmail', 'gmail.com'], ['hotmail', 'hotmail.com'], ['outlook', 'outlook.com'], ['icloud', 'icloud.com'], ['yahoo', 'yahoo.com']]);
