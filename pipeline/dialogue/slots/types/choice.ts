import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose, NONE, readingOf, spanOf } from '../reading.ts';
import { similarity } from '../similarity.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { SlotReading, SlotValue } from '../slot-type.ts';
import { textAt, tokenise, wordsAt } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

interface Name {
  readonly value: string;
  readonly words: readonly string[];
  readonly joined: string;
}

interface Hit {
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly score: number;
  /** Only alike, not the word itself. */
  readonly alike?: true;
}

/** Guesses, to be replaced by the bench's figures: below these a resemblance is chance. */
const MIN_SCORE = { asked: 0.68, unasked: 0.84 };
/** "Mountain is" is not "Mountain View": every word must have something of its counterpart. */
const MIN_WORD_SCORE = 0.45;
/** Two different choices nearer together than this are asked apart. */
const MARGIN = 0.06;
/** What is only alike stays below 0.7: the form asks back. */
const ALIKE_CONFIDENCE = 0.72;

/** Values are the choices' own. A slip of recognition ("mountain few") counts with less confidence, so that the form asks. */
export function choiceSlot(spec: SpecOf<'choice'>, language: SlotLanguage): CheckedSlotType {
  const names = spec.choices.flatMap((choice) =>
    [choice.label ?? choice.value, ...choice.also].flatMap((text) => nameOf(choice.value, text)),
  );
  const values = spec.choices.map((choice) => choice.value);
  const rare = rareWords(names, language.smallWords);
  return {
    type: 'choice',
    expects: 'words',
    takesKeys: false,
    hotwords: [...new Set(spec.choices.flatMap((choice) => [choice.label ?? choice.value, ...choice.also]))],
    schema: { type: 'string', enum: values },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const exact = notDenied(tokens, exactHits(tokens, names), language);
      const alternatives =
        context.asked && tokens.some((token) => language.or.has(token.text)) ? notDenied(tokens, wordHits(tokens, rare), language) : [];
      if (exact.length > 0) return settle(tokens, [...exact, ...alternatives], language);
      const least = context.asked ? MIN_SCORE.asked : MIN_SCORE.unasked;
      const alike = [...fuzzyHits(tokens, names, least, language), ...(context.asked ? wordHits(tokens, rare) : [])];
      const read = settle(tokens, notDenied(tokens, alike, language), language);
      if (read.kind !== 'none' || !context.asked) return read;
      return choose(tokens, language.findPosition(tokens, values.length), context, (found) => ({
        kind: 'values',
        values: found.values.flatMap((place) => values[place - 1] ?? []),
      }));
    },
    say: (value) => {
      const choice = spec.choices.find((each) => each.value === value);
      return choice?.label ?? String(value);
    },
    accepts: (value): value is SlotValue => typeof value === 'string' && values.includes(value),
    fault: (value) => (typeof value === 'string' && values.includes(value) ? undefined : 'no-such-choice'),
  };
}

/** One value, or several where two are named or sound alike. */
function settle(tokens: readonly Token[], hits: readonly Hit[], language: SlotLanguage): SlotReading {
  const best = [...hits].sort((a, b) => b.score - a.score || b.to - b.from - (a.to - a.from))[0];
  if (best === undefined) return NONE;
  const joined = hits.filter(
    (hit) =>
      hit.value !== best.value && !covers(best, hit) && (hit.score > best.score - MARGIN || isAlternative(tokens, hit, best, language)),
  );
  const all = [best, ...joined].sort((a, b) => a.from - b.from);
  const span = spanOf(tokens, Math.min(...all.map((hit) => hit.from)), Math.max(...all.map((hit) => hit.to)));
  return readingOf(
    all.map((hit) => hit.value),
    span,
    best.alike === true ? best.score * ALIKE_CONFIDENCE : best.score,
  );
}

/** "Bay or Harbor": an `or` stands between the two. */
function isAlternative(tokens: readonly Token[], left: Hit, right: Hit, language: SlotLanguage): boolean {
  return (
    !overlaps(left, right) &&
    tokens.slice(Math.min(left.to, right.to), Math.max(left.from, right.from)).some((token) => language.or.has(token.text))
  );
}

function exactHits(tokens: readonly Token[], names: readonly Name[]): readonly Hit[] {
  const hits: Hit[] = [];
  for (let from = 0; from < tokens.length; from += 1) {
    for (const name of names) {
      const to = wordsAt(tokens, from, name.words);
      if (to !== undefined) hits.push({ value: name.value, from, to, score: 1 });
    }
  }
  return hits.filter((hit) => !hits.some((other) => other.to - other.from > hit.to - hit.from && covers(other, hit)));
}

function fuzzyHits(tokens: readonly Token[], names: readonly Name[], least: number, language: SlotLanguage): readonly Hit[] {
  const hits: Hit[] = [];
  for (const name of names) {
    if (name.joined.length < 4) continue;
    for (let from = 0; from < tokens.length; from += 1) {
      for (let size = Math.max(1, name.words.length - 1); size <= name.words.length + 1 && from + size <= tokens.length; size += 1) {
        const window = tokens.slice(from, from + size);
        if (window.some((token) => token.kind !== 'word')) continue;
        const text = window.map((token) => token.text).join(' ');
        const sameName =
          window.length === name.words.length &&
          name.words.every((word, at) => language.singular(window[at]?.text ?? '') === language.singular(word));
        if (sameName) {
          hits.push({ value: name.value, from, to: from + size, score: 0.95, alike: true });
          continue;
        }
        if (Math.abs(text.length - name.joined.length) > name.joined.length * 0.4) continue;
        const score = similarity(text, name.joined, language.sounds);
        if (
          score >= least &&
          (size !== name.words.length ||
            name.words.every((word, at) => similarity(window[at]?.text ?? '', word, language.sounds) >= MIN_WORD_SCORE))
        )
          hits.push({ value: name.value, from, to: from + size, score: Math.min(score, 0.95), alike: true });
      }
    }
  }
  return hits;
}

/** "Mountain": a word that only one choice has. Below what needs no asking back. */
function wordHits(tokens: readonly Token[], rare: ReadonlyMap<string, readonly string[]>): readonly Hit[] {
  return tokens.flatMap((token, from) => (rare.get(token.text) ?? []).map((value) => ({ value, from, to: from + 1, score: 0.8 })));
}

function notDenied(tokens: readonly Token[], hits: readonly Hit[], language: SlotLanguage): readonly Hit[] {
  return hits.filter(
    (hit) =>
      !language.not.has(textAt(tokens, hit.from - 1)) &&
      !(language.not.has(textAt(tokens, hit.from - 2)) && language.smallWords.has(textAt(tokens, hit.from - 1))),
  );
}

function rareWords(names: readonly Name[], small: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, Set<string>>();
  for (const name of names) {
    for (const word of name.words.length > 1 ? name.words : []) {
      if (word.length < 3 || small.has(word)) continue;
      owners.set(word, (owners.get(word) ?? new Set<string>()).add(name.value));
    }
  }
  return new Map([...owners].filter(([, values]) => values.size <= 3).map(([word, values]) => [word, [...values]]));
}

function nameOf(value: string, text: string): readonly Name[] {
  const words = tokenise(text)
    .filter((token) => token.kind !== 'mark')
    .map((token) => token.text);
  return words.length === 0 ? [] : [{ value, words, joined: words.join(' ') }];
}

function covers(outer: Hit, inner: Hit): boolean {
  return outer.value !== inner.value && outer.from <= inner.from && outer.to >= inner.to && outer.to - outer.from > inner.to - inner.from;
}

function overlaps(left: Hit, right: Hit): boolean {
  return left.from < right.to && right.from < left.to;
}
