import { distribution, type Distribution } from '#bench/report';
import type { ScriptOutcomeReport } from './outcome.ts';
import type { CallerScript } from './script.ts';

/** One caller's call. */
export interface CallerRow extends ScriptOutcomeReport {
  readonly name: string;
  readonly kind: string;
  readonly turns: number;
  readonly leastTurns: number;
  /** Wrong read-backs that were not the script's doing. */
  readonly repairs: number;
  readonly firstSoundMs: readonly number[];
  /** Turns in which the bot spoke before the caller was done. */
  readonly cutOffs: number;
  readonly unanswered: number;
  readonly dialogue: readonly string[];
}

export interface FormsResults {
  readonly callers: number;
  readonly completed: number;
  readonly completedRatio: number;
  readonly completedByKind: Readonly<Record<string, string>>;
  /** Share of the slots, by type, that the action was given right. */
  readonly slotAccuracy: Readonly<Record<string, number>>;
  readonly turnsPerCompletion: { readonly mean: number; readonly leastPossible: number };
  readonly firstSoundMs: Distribution;
  readonly wrongActions: number;
  readonly repairs: number;
  readonly cutOffs: number;
  readonly unanswered: number;
  readonly rows: readonly CallerRow[];
}

export function summariseForms(rows: readonly CallerRow[]): FormsResults {
  const completed = rows.filter((row) => row.completed);
  return {
    callers: rows.length,
    completed: completed.length,
    completedRatio: share(completed.length, rows.length),
    completedByKind: Object.fromEntries(
      unique(rows.map(({ kind }) => kind)).map((kind) => {
        const own = rows.filter((row) => row.kind === kind);
        return [kind, `${own.filter((row) => row.completed).length} of ${own.length}`];
      }),
    ),
    slotAccuracy: slotAccuracy(rows),
    turnsPerCompletion: {
      mean: mean(completed.map(({ turns }) => turns)),
      leastPossible: mean(completed.map(({ leastTurns }) => leastTurns)),
    },
    firstSoundMs: distribution(rows.flatMap(({ firstSoundMs }) => firstSoundMs)),
    wrongActions: sum(rows.map(({ wrongActions }) => wrongActions.length)),
    repairs: sum(rows.map(({ repairs }) => repairs)),
    cutOffs: sum(rows.map(({ cutOffs }) => cutOffs)),
    unanswered: sum(rows.map(({ unanswered }) => unanswered)),
    rows,
  };
}

/** A caller whose call could not be made or broke off. */
export function brokenRow(script: CallerScript, why: string): CallerRow {
  const { name, kind, leastTurns } = script;
  return {
    name,
    kind,
    leastTurns,
    why,
    completed: false,
    wrongActions: [],
    slots: [],
    turns: 0,
    repairs: 0,
    firstSoundMs: [],
    cutOffs: 0,
    unanswered: 0,
    dialogue: [],
  };
}

function slotAccuracy(rows: readonly CallerRow[]): Record<string, number> {
  const all = rows.flatMap(({ slots }) => slots);
  return Object.fromEntries(
    unique(all.map(({ type }) => type)).map((type) => {
      const own = all.filter((slot) => slot.type === type);
      return [type, share(own.filter(({ right }) => right).length, own.length)];
    }),
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.round((sum(values) / values.length) * 100) / 100;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
