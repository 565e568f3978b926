import { distribution, type Distribution } from '#bench/report';
import type { AnswerVerdict, SpokenAnswer } from './answers.ts';

export interface HeardAnswer {
  readonly answer: SpokenAnswer;
  readonly heard: string;
  readonly verdict: AnswerVerdict;
  readonly decodeMs: number;
}

export interface PartResults {
  readonly answers: number;
  readonly wrong: number;
  readonly wrongPercent: number;
  readonly empty: number;
  readonly doubled: number;
  readonly lengthened: number;
  readonly other: number;
  readonly wrongByKind: Readonly<Record<string, string>>;
  readonly decodeMs: Distribution;
}

export function tally(rows: readonly HeardAnswer[]): Record<string, PartResults> {
  return Object.fromEntries([...Map.groupBy(rows, ({ answer }) => answer.part)].map(([part, own]) => [part, resultsOf(own)]));
}

function resultsOf(rows: readonly HeardAnswer[]): PartResults {
  const count = (verdict: AnswerVerdict): number => rows.filter((row) => row.verdict === verdict).length;
  const wrongOf = (of: readonly HeardAnswer[]): number => of.filter(({ verdict }) => verdict !== 'right').length;
  const wrong = wrongOf(rows);
  return {
    answers: rows.length,
    wrong,
    wrongPercent: Math.round((wrong / rows.length) * 1000) / 10,
    empty: count('empty'),
    doubled: count('doubled'),
    lengthened: count('lengthened'),
    other: count('other'),
    wrongByKind: Object.fromEntries(
      [...Map.groupBy(rows, ({ answer }) => answer.kind)].map(([kind, of]) => [kind, `${wrongOf(of)} of ${of.length}`]),
    ),
    decodeMs: distribution(rows.map(({ decodeMs }) => decodeMs)),
  };
}
