import { spanOf } from './reading.ts';
import type { Span } from './slot-type.ts';
import { phraseAt, textAt, tokenise } from './tokens.ts';
import type { Token } from './tokens.ts';

type Wordings = readonly (readonly string[])[];

/** The words of one language by which callers correct and steer a dialogue. */
export interface CorrectionWords {
  readonly fillers: Wordings;
  readonly polite: Wordings;
  readonly endings: Wordings;
  readonly denials: Wordings;
  readonly corrections: Wordings;
  /** Those that count in the middle of a sentence. */
  readonly inside: Wordings;
  readonly change: Wordings;
  readonly articles: Wordings;
  readonly isWrong: Wordings;
  readonly buts: Wordings;
  readonly into: ReadonlySet<string>;
  readonly it: ReadonlySet<string>;
  readonly not: ReadonlySet<string>;
  readonly but: ReadonlySet<string>;
  /** Leads a rejection at the end: "Wednesday and not Tuesday". */
  readonly and: ReadonlySet<string>;
  /** A no that takes back what came before only behind a mark. */
  readonly no: ReadonlySet<string>;
  /** After "not", these reject no value: "not sure", "not yet". */
  readonly notRejected: ReadonlySet<string>;
  readonly meta: readonly (readonly [
    kind: 'repeat' | 'back' | 'restart' | 'help' | 'cancel' | 'skip' | 'unknown' | 'wait',
    wordings: Wordings,
  ])[];
}

/** What an utterance says about the dialogue itself, beside values. `rest` is what is left to be read; same length and places as the utterance. */
export type Correction =
  | { readonly kind: 'none' }
  /** "No, three people", "actually make it Tuesday", "not Tuesday, Wednesday" (`rejected` is "Tuesday"). `denies`: it begins with a plain no. */
  | { readonly kind: 'correct'; readonly rest: string; readonly rejected?: string; readonly denies: boolean }
  /** "Change the date", "the time is wrong": `what` names it, in the caller's words. A new value may be in it: "change the date to Friday" has `rest` "Friday". */
  | { readonly kind: 'change'; readonly what: string; readonly rest: string }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'back' }
  | { readonly kind: 'restart' }
  /** "What do you need from me?", "what can I say?" */
  | { readonly kind: 'help' }
  | { readonly kind: 'cancel' }
  /** "Skip that", "I don't have one". */
  | { readonly kind: 'skip' }
  /** "I don't know", "I'm not sure". */
  | { readonly kind: 'unknown' }
  /** "Hold on", "one moment". */
  | { readonly kind: 'wait' };

type Meta = 'repeat' | 'back' | 'restart' | 'help' | 'cancel' | 'skip' | 'unknown' | 'wait';

/** Words that may stand around a request without making it another one. */
const MAX_WORDS_AROUND = 3;

export function readCorrection(utterance: string, words: CorrectionWords): Correction {
  const tokens = tokenise(utterance);
  const start = skip(tokens, 0, words.fillers);
  const meta = metaOf(tokens, start, words);
  if (meta !== undefined) return { kind: meta };
  return (
    changeOf(utterance, tokens, start, words) ??
    rejectionOf(utterance, tokens, start, words) ??
    correctionOf(utterance, tokens, start, words) ?? { kind: 'none' }
  );
}

/** The whole utterance is such a request; of longer wordings, with at most a few words more. */
function metaOf(tokens: readonly Token[], start: number, words: CorrectionWords): Meta | undefined {
  const denied = phraseAt(tokens, start, words.denials);
  const afterDenial = denied === undefined ? start : skip(tokens, denied, words.fillers);
  const starts = [...new Set([start, skip(tokens, start, words.polite), afterDenial, skip(tokens, afterDenial, words.polite)])];
  let loose: Meta | undefined;
  for (const [kind, wordings] of words.meta) {
    for (const from of starts) {
      const to = phraseAt(tokens, from, wordings);
      const more = to === undefined ? Number.POSITIVE_INFINITY : wordCount(tokens, skip(tokens, to, words.endings));
      if (more === 0) return kind;
      if (to !== undefined && to - from > 1 && LOOSE.has(kind) && more <= MAX_WORDS_AROUND) loose ??= kind;
    }
  }
  return loose;
}

function changeOf(utterance: string, tokens: readonly Token[], start: number, words: CorrectionWords): Correction | undefined {
  for (let at = start; at <= Math.min(tokens.length - 1, start + 6); at += 1) {
    const verb = phraseAt(tokens, at, words.change);
    if (verb !== undefined && verb < tokens.length) return changed(utterance, tokens, verb, words);
  }
  const noun = skip(tokens, skip(tokens, phraseAt(tokens, start, words.denials) ?? start, words.fillers), words.articles);
  for (let at = noun + 1; at <= Math.min(tokens.length, noun + 4); at += 1) {
    const wrong = phraseAt(tokens, at, words.isWrong);
    if (wrong !== undefined && isPlain(tokens, noun, at))
      return { kind: 'change', what: slice(utterance, tokens, noun, at), rest: blank(utterance, [[0, tokens[wrong - 1]?.to ?? 0]]) };
  }
  return undefined;
}

function changed(utterance: string, tokens: readonly Token[], verb: number, words: CorrectionWords): Correction {
  const noun = skip(tokens, verb, words.articles);
  let to = noun;
  while (to < tokens.length && tokens[to]?.kind === 'word' && !words.into.has(textAt(tokens, to)) && to - noun < 5) to += 1;
  const isInto = words.into.has(textAt(tokens, to));
  const what = slice(utterance, tokens, noun, to);
  const rest =
    isInto || to < tokens.length
      ? blank(utterance, [[0, tokens[isInto ? to : to - 1]?.to ?? 0]])
      : blank(utterance, [[0, utterance.length]]);
  return words.it.has(what.toLowerCase()) ? { kind: 'correct', rest, denies: false } : { kind: 'change', what, rest };
}

/** "Not Tuesday, Wednesday", "Wednesday, not Tuesday", "I said two, not three". */
function rejectionOf(utterance: string, tokens: readonly Token[], start: number, words: CorrectionWords): Correction | undefined {
  const lead = skip(tokens, phraseAt(tokens, start, words.denials) ?? start, [...words.fillers, ...words.corrections]);
  for (let at = lead; at < tokens.length; at += 1) {
    if (!words.not.has(textAt(tokens, at)) || at + 1 >= tokens.length) continue;
    const isFirst = at === lead;
    const previous = textAt(tokens, at - 1);
    if (!isFirst && previous !== ',' && !words.and.has(previous) && tokens.length - at > 5) return undefined;
    let to = at + 1;
    while (to < tokens.length && tokens[to]?.kind !== 'mark' && !words.but.has(textAt(tokens, to))) to += 1;
    const rejected = slice(utterance, tokens, at + 1, to);
    if (rejected === '' || words.notRejected.has(textAt(tokens, at + 1))) return undefined;
    if (isFirst && to >= tokens.length) return { kind: 'correct', rest: blank(utterance, [[0, utterance.length]]), rejected, denies: true };
    const after = skip(tokens, to, [...words.fillers, ...words.buts]);
    return {
      kind: 'correct',
      rest: blank(utterance, [
        [0, tokens[lead]?.from ?? 0],
        [tokens[at]?.from ?? 0, tokens[after]?.from ?? utterance.length],
      ]),
      rejected,
      denies: lead > start,
    };
  }
  return undefined;
}

/** "No, three people", "actually make it Tuesday", "sorry, I meant half past", "two, no, three". */
function correctionOf(utterance: string, tokens: readonly Token[], start: number, words: CorrectionWords): Correction | undefined {
  const denied = phraseAt(tokens, start, words.denials);
  let at = skip(tokens, denied ?? start, words.fillers);
  let marked = false;
  for (let next = phraseAt(tokens, at, words.corrections); next !== undefined; next = phraseAt(tokens, at, words.corrections)) {
    marked = true;
    at = skip(tokens, next, words.fillers);
  }
  if (denied !== undefined || marked) {
    if (denied !== undefined && at >= tokens.length && !marked) return undefined;
    return { kind: 'correct', rest: blank(utterance, [[0, tokens[at]?.from ?? utterance.length]]), denies: denied !== undefined };
  }
  // In the middle, what came before is taken back: "two, no, three people", "Tuesday, I mean Wednesday".
  for (let inside = start + 1; inside < tokens.length - 1; inside += 1) {
    const to = phraseAt(tokens, inside, words.inside);
    if (to === undefined || to >= tokens.length || (words.no.has(textAt(tokens, inside)) && tokens[inside - 1]?.kind !== 'mark')) continue;
    return {
      kind: 'correct',
      rest: blank(utterance, [spanOf(tokens, inside, skip(tokens, to, words.fillers))]),
      rejected: slice(utterance, tokens, Math.max(start, sentenceStart(tokens, inside)), inside),
      denies: false,
    };
  }
  return undefined;
}

function sentenceStart(tokens: readonly Token[], before: number): number {
  let at = before;
  while (at > 0 && tokens[at - 1]?.kind === 'mark') at -= 1;
  while (at > 0 && tokens[at - 1]?.kind !== 'mark') at -= 1;
  return at;
}

function skip(tokens: readonly Token[], index: number, wordings: readonly (readonly string[])[]): number {
  let at = index;
  for (;;) {
    const next = tokens[at]?.kind === 'mark' ? at + 1 : phraseAt(tokens, at, wordings);
    if (next === undefined || at >= tokens.length) return at;
    at = next;
  }
}

function isPlain(tokens: readonly Token[], from: number, to: number): boolean {
  return to > from && tokens.slice(from, to).every((token) => token.kind === 'word');
}

function wordCount(tokens: readonly Token[], from: number): number {
  return tokens.slice(from).filter((token) => token.kind !== 'mark').length;
}

function slice(utterance: string, tokens: readonly Token[], from: number, to: number): string {
  if (to <= from) return '';
  const [start, end] = spanOf(tokens, from, to);
  return utterance.slice(start, end).replace(/[\s\p{P}]+$/u, '');
}

/** Spaces in place of what has been dealt with, so that places stay. */
function blank(utterance: string, spans: readonly Span[]): string {
  return spans.reduce(
    (text, [from, to]) => text.slice(0, from) + ' '.repeat(Math.max(0, to - from)) + text.slice(Math.max(from, to)),
    utterance,
  );
}

const LOOSE: ReadonlySet<Meta> = new Set(['repeat', 'restart', 'help', 'cancel']);
