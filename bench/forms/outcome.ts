import type { RecordedCall } from '#bench/call/io/app-records';
import { wordErrors } from '#bench/call/word-errors';
import type { CallerScript, Expected } from './script.ts';

export interface SlotOutcome {
  readonly slot: string;
  readonly type: string;
  readonly expected: string | number | boolean;
  readonly got: unknown;
  readonly right: boolean;
}

export interface ScriptOutcomeReport {
  /** What the caller wanted is done, with the caller's own values; or it is called off and nothing was done. */
  readonly completed: boolean;
  /** Actions that ran with other arguments than the caller means, without their yes, or twice. */
  readonly wrongActions: readonly string[];
  readonly slots: readonly SlotOutcome[];
  /** Why it is not completed. */
  readonly why?: string;
}

/** What became of a call, by the app's own record of it. `typeOf`: the type of a slot. */
export function judge(
  script: CallerScript,
  call: Pick<RecordedCall, 'actions' | 'turns'>,
  typeOf: (slot: string) => string,
): ScriptOutcomeReport {
  const actions = call.actions ?? [];
  const last = actions.at(-1);
  const slots =
    script.outcome === 'cancelled'
      ? []
      : Object.entries(script.expected).map(([slot, expected]): SlotOutcome => {
          const got = last?.args[slot];
          return { slot, type: typeOf(slot), expected, got, right: isMeant(typeOf(slot), expected, got) };
        });
  const wrongActions = actions.flatMap((action, i) => {
    const faults = [
      ...(script.outcome === 'cancelled' ? ['ran though it was called off'] : []),
      ...(action.authority.by === 'caller' ? [] : ["ran without the caller's yes"]),
      ...differing(script.expected, action.args, typeOf),
      ...(actions.slice(0, i).some(({ outcome }) => outcome === 'done') ? ['ran after it was done'] : []),
    ];
    return faults.length === 0 ? [] : [`${action.name}: ${faults.join(', ')}`];
  });
  const done = actions.some(({ outcome }) => outcome === 'done');
  const calledOff = call.turns.some(({ detail }) => detail?.['formEnded'] === 'cancelled');
  const reached = script.outcome === 'cancelled' ? calledOff && actions.length === 0 : done;
  const completed = reached && wrongActions.length === 0;
  return completed ? { completed, wrongActions, slots } : { completed, wrongActions, slots, why: wrongActions[0] ?? whyNot(script, call) };
}

function whyNot(script: CallerScript, { actions = [], turns }: Pick<RecordedCall, 'actions' | 'turns'>): string {
  const last = actions.at(-1);
  if (last !== undefined) return `${last.name} ${last.outcome ?? 'did not end'}${last.code === undefined ? '' : `: ${last.code}`}`;
  const asks = turns.findLast(
    ({ detail }) => typeof detail?.['formAsks'] === 'string' || typeof detail?.['formEnded'] === 'string',
  )?.detail;
  if (asks === undefined) return 'the form did not begin';
  return typeof asks['formEnded'] === 'string'
    ? `the form ended: ${asks['formEnded']}`
    : `${script.outcome === 'cancelled' ? 'not called off' : 'stuck'} at ${String(asks['formAsks'])}`;
}

function differing(expected: Expected, args: Readonly<Record<string, unknown>>, typeOf: (slot: string) => string): string[] {
  return Object.entries(expected)
    .filter(([slot, value]) => !isMeant(typeOf(slot), value, args[slot]))
    .map(([slot, value]) => `${slot} is ${JSON.stringify(args[slot])}, meant ${JSON.stringify(value)}`);
}

/** Names by their sound's usual spelling, free text by most of its words, the rest exactly. */
function isMeant(type: string, expected: string | number | boolean, got: unknown): boolean {
  if (type === 'name') return String(got).toLowerCase() === String(expected).toLowerCase();
  if (type !== 'text') return got === expected;
  const { words, errors } = wordErrors(String(expected), String(got));
  return errors <= words * TEXT_ERRORS_RATIO;
}

/** A message is passed on to people, who make out one word in four. */
const TEXT_ERRORS_RATIO = 0.25;
