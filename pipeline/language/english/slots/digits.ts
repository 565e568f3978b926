import type { DigitRun } from '../../../dialogue/slots/meanings.ts';
import { textAt, touches } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { TEENS, TENS, UNITS } from './numbers.ts';

/** Runs of digits, said in any grouping: "four one five", "double four oh", "twenty five", "eight hundred", "555-0123", "plus one". */
export function findDigitRuns(tokens: readonly Token[]): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const run = runAt(tokens, index);
    if (run === undefined) continue;
    runs.push(run);
    index = run.to - 1;
  }
  return runs;
}

function runAt(tokens: readonly Token[], index: number): DigitRun | undefined {
  const plus = textAt(tokens, index) === '+' || textAt(tokens, index) === 'plus';
  let digits = '';
  let groups = 0;
  let to = plus ? index + 1 : index;
  for (let group = groupAt(tokens, afterPause(tokens, to, digits)); group !== undefined; group = groupAt(tokens, afterPause(tokens, to, digits))) {
    digits += group.digits;
    to = group.next;
    groups += 1;
  }
  if (digits === '') return undefined;
  // A time alone is one.
  const clock = groups === 1 && tokens.slice(index, to).filter(({ text }) => text === ':').length === 1;
  const closing = textAt(tokens, to) === ')' ? to + 1 : to;
  return { digits, plus, from: index, to: closing, ...(clock ? { clock } : {}) };
}

/** Words and marks between groups that say nothing. */
function afterPause(tokens: readonly Token[], index: number, digits: string): number {
  let at = index;
  while (at - index < 3 && (digits === '' ? textAt(tokens, at) === '(' : PAUSES.has(textAt(tokens, at)))) at += 1;
  return at;
}

function groupAt(tokens: readonly Token[], index: number): { digits: string; next: number } | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (token.kind === 'number') return isOrdinal(tokens, index) || isOfTime(tokens, index) ? undefined : clockAt(tokens, index) ?? { digits: token.text, next: index + 1 };
  const times = REPEATS.get(token.text);
  if (times !== undefined) {
    const one = groupAt(tokens, index + 1);
    return one?.digits.length === 1 ? { digits: one.digits.repeat(times), next: one.next } : undefined;
  }
  const spoken = spokenGroupAt(tokens, index);
  if (spoken === undefined) return undefined;
  const zeros = textAt(tokens, spoken.next) === 'hundred' ? '00' : textAt(tokens, spoken.next) === 'thousand' ? '000' : '';
  return { digits: spoken.digits + zeros, next: zeros === '' ? spoken.next : spoken.next + 1 };
}

/** "5:55": digits that recognition wrote as a time. */
function clockAt(tokens: readonly Token[], index: number): { digits: string; next: number } | undefined {
  let digits = textAt(tokens, index);
  let next = index + 1;
  while (textAt(tokens, next) === ':' && touches(tokens, next - 1) && touches(tokens, next) && tokens[next + 1]?.kind === 'number') {
    digits += textAt(tokens, next + 1);
    next += 2;
  }
  return next === index + 1 ? undefined : { digits, next };
}

/** "5:55 p.m." is a time, whatever stands around it. */
function isOfTime(tokens: readonly Token[], index: number): boolean {
  const from = textAt(tokens, index - 1) === ':' && touches(tokens, index - 1) ? index - 2 : index;
  if (textAt(tokens, from + 1) !== ':' || !touches(tokens, from) || tokens[from + 2]?.kind !== 'number') return false;
  const after = textAt(tokens, from + 3);
  return ['am', 'pm', "o'clock"].includes(after) || (/^[ap]$/.test(after) && textAt(tokens, from + 4) === 'm');
}

function spokenGroupAt(tokens: readonly Token[], index: number): { digits: string; next: number } | undefined {
  const text = textAt(tokens, index);
  const zero = ZEROS.has(text) ? 0 : undefined;
  const small = zero ?? UNITS.get(text) ?? TEENS.get(text);
  if (small !== undefined) return { digits: String(small), next: index + 1 };
  const tens = TENS.get(text);
  if (tens === undefined) return undefined;
  const at = textAt(tokens, index + 1) === '-' && touches(tokens, index) ? index + 2 : index + 1;
  const unit = UNITS.get(textAt(tokens, at));
  return unit === undefined || unit === 0 ? { digits: String(tens), next: index + 1 } : { digits: String(tens + unit), next: at + 1 };
}

function isOrdinal(tokens: readonly Token[], index: number): boolean {
  return touches(tokens, index) && ['st', 'nd', 'rd', 'th'].includes(textAt(tokens, index + 1));
}

const PAUSES: ReadonlySet<string> = new Set([',', '.', '-', '‑', '–', '/', '(', ')', 'uh', 'um', 'er', 'erm', 'then', 'and', 'dash', 'hyphen', 'space']);
const ZEROS: ReadonlySet<string> = new Set(['oh', 'o', 'nought', 'naught', 'nil', 'zeros']);
const REPEATS: ReadonlyMap<string, number> = new Map([['double', 2], ['triple', 3], ['treble', 3], ['quadruple', 4]]);
