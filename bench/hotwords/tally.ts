import { distribution, type Distribution } from '#bench/report';

/** One phrase as recognition heard it under one way of expecting words. */
export interface HeardPhrase {
  readonly way: string;
  readonly type: string;
  readonly said: string;
  readonly heard: string;
  /** `right`: the slot was given what was meant; `wrong`: something else; `asked`: the form would have to ask again. */
  readonly verdict: 'right' | 'wrong' | 'asked';
  /** The text looks unfinished, so that the caller's turn is waited on. */
  readonly unfinished: boolean;
  readonly decodeMs: number;
}

export interface WayResults {
  readonly phrases: number;
  readonly right: number;
  readonly wrong: number;
  readonly askedAgain: number;
  readonly unfinished: number;
  readonly rightByType: Readonly<Record<string, string>>;
  readonly decodeMs: Distribution;
}

export function tally(rows: readonly HeardPhrase[]): Record<string, WayResults> {
  return Object.fromEntries([...Map.groupBy(rows, ({ way }) => way)].map(([way, own]) => [way, resultsOf(own)]));
}

function resultsOf(rows: readonly HeardPhrase[]): WayResults {
  const count = (verdict: HeardPhrase['verdict'], of = rows): number => of.filter((row) => row.verdict === verdict).length;
  return {
    phrases: rows.length,
    right: count('right'),
    wrong: count('wrong'),
    askedAgain: count('asked'),
    unfinished: rows.filter(({ unfinished }) => unfinished).length,
    rightByType: Object.fromEntries(
      [...Map.groupBy(rows, ({ type }) => type)].map(([type, of]) => [type, `${count('right', of)} of ${of.length}`]),
    ),
    decodeMs: distribution(rows.map(({ decodeMs }) => decodeMs)),
  };
}
