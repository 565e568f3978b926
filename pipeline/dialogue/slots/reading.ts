import type { Span, SlotContext, SlotReading, SlotValue } from './slot-type.ts';
import type { Token } from './tokens.ts';
import { ratio } from '#domain/units';

/** A meaning that a language found in the tokens `from` up to `to`; several values for "two or three". */
export interface Found<T> {
  readonly values: readonly T[];
  readonly from: number;
  readonly to: number;
  /** Said with its unit or lead word: it counts unasked. */
  readonly sure: boolean;
  /** 0 to 1; 1 where nothing is said. */
  readonly confidence?: number;
}

/** What the settings of a slot make of one found meaning. */
export type Judged =
  | { readonly kind: 'values'; readonly values: readonly SlotValue[]; readonly confidence?: number }
  | { readonly kind: 'invalid'; readonly code: string };

export const NONE: SlotReading = { kind: 'none' };

export function spanOf(tokens: readonly Token[], from: number, to: number): Span {
  return [tokens[from]?.from ?? 0, tokens[Math.max(from, to - 1)]?.to ?? 0];
}

/**
 * The best of what was found: a sure one before a bare one, a bare one only when asked, a possible one before an impossible one.
 * Where an utterance should hold `one` only, several that are as good as each other are asked about.
 */
export function choose<T>(
  tokens: readonly Token[],
  found: readonly Found<T>[],
  context: Pick<SlotContext, 'asked' | 'shared'>,
  judge: (found: Found<T>) => Judged,
  holds: 'one' | 'any' = 'any',
): SlotReading {
  const eligible = [...found.filter((each) => each.sure), ...(context.asked ? found.filter((each) => !each.sure) : [])];
  let impossible: SlotReading | undefined;
  for (const each of eligible) {
    const judged = judge(each);
    const span = spanOf(tokens, each.from, each.to);
    if (judged.kind === 'invalid') {
      impossible ??= { kind: 'invalid', code: judged.code, span };
      continue;
    }
    const rivals =
      holds === 'any' || context.shared === true ? [] : eligible.filter((other) => other !== each && other.sure === each.sure).map(judge);
    const values = [...judged.values, ...rivals.flatMap((rival) => (rival.kind === 'values' ? rival.values : []))];
    const reading = readingOf(values, span, (judged.confidence ?? 1) * (each.confidence ?? 1));
    if (reading.kind !== 'none') return reading;
  }
  return impossible ?? NONE;
}

export function readingOf(values: readonly SlotValue[], span: Span, confidence: number): SlotReading {
  const [first, ...others] = distinct(values);
  if (first === undefined) return NONE;
  if (others.length > 0) return { kind: 'ambiguous', values: [first, ...others], span };
  return { kind: 'value', value: first, span, confidence: ratio(Math.min(1, Math.max(0, confidence))) };
}

/** "two or three people", "Tuesday or Wednesday", and where a range is known "ten to twelve": neighbours become one with several values. */
export function joinAlternatives<T>(
  tokens: readonly Token[],
  found: readonly Found<T>[],
  joiners: ReadonlySet<string>,
  isRange?: (low: Found<T>, high: Found<T>) => boolean,
): readonly Found<T>[] {
  const joined: Found<T>[] = [];
  for (const each of [...found].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    const between =
      last === undefined
        ? []
        : tokens
            .slice(last.to, each.from)
            .map((token) => token.text)
            .filter((text) => text !== ',');
    const isOr = between.length > 0 && between.every((text) => joiners.has(text));
    if (last !== undefined && (isOr || isRange?.(last, each) === true)) {
      joined[joined.length - 1] = {
        values: [...last.values, ...each.values],
        from: last.from,
        to: each.to,
        sure: last.sure || each.sure,
        confidence: 1,
      };
    } else joined.push(each);
  }
  return joined;
}

function distinct(values: readonly SlotValue[]): readonly SlotValue[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = JSON.stringify(value);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}
