import type { Ms, Ratio } from '#domain/units';
import type { TurnOptions } from '../options.ts';
import { shapeOf, type Asked, type TextShape } from '../text/completeness.ts';
import { wordsOf } from '../text/words.ts';

/** All that is known about a pause of the caller. */
export interface PauseEvidence {
  /** Final text of the utterance up to this pause; not empty. */
  readonly text: string;
  /** From the first sound to the last. */
  readonly speechMs: Ms;
  /** What Smart Turn said of this pause, oldest first. */
  readonly votes: readonly Ratio[];
  readonly asked: Asked;
}

/** When the turn ends if nothing new is learned: so much silence after the last words. */
export interface TurnEndVerdict {
  readonly rule: TurnEndRule;
  readonly endAtSilenceMs: Ms;
  /** Whether asking the probability again could change it. */
  readonly votesMatter: boolean;
}

export type TurnEndRule =
  | 'question' | 'short-answer' | 'yes-no' | 'greeting' | 'goodbye' | 'message' | 'short-phrase' | 'long-statement'
  | 'probable' | 'improbable' | 'digits' | 'unfinished' | 'undecided' | 'too-long';

type Strategy = (evidence: PauseEvidence, shape: TextShape, options: TurnOptions) => TurnEndVerdict | undefined;

/**
 * Decides how long a pause has to last to end the caller's turn. The strategies are asked in this order and the first
 * that knows decides: what is dictated, what stops inside something, what is complete by its text, how much was said,
 * and only then the probability. Measured reasons: a short answer cut tight gets 0.03-0.6 from Smart Turn, a pause
 * inside a telephone number 0.53-0.98, so neither may be left to it.
 */
export function judgePause(evidence: PauseEvidence, options: TurnOptions): TurnEndVerdict {
  const shape = shapeOf(evidence.text);
  for (const strategy of STRATEGIES) {
    const verdict = strategy(evidence, shape, options);
    if (verdict !== undefined) return { ...verdict, endAtSilenceMs: Math.min(verdict.endAtSilenceMs, options.hardCapMs) };
  }
  return { rule: 'undecided', endAtSilenceMs: options.statementMs, votesMatter: true };
}

const digits: Strategy = (_evidence, shape, options) =>
  shape.kind === 'unfinished' && shape.inside === 'digits' ? wait('digits', options.digitsMs) : undefined;

const dictated: Strategy = ({ asked, text }, shape, options) =>
  asked === 'message' && shape.kind !== 'yes-no' && shape.kind !== 'goodbye' && wordsOf(text).length > 0 ? wait('message', options.messageMs) : undefined;

const unfinished: Strategy = (_evidence, shape, options) => (shape.kind === 'unfinished' ? wait('unfinished', options.unfinishedMs) : undefined);

const completeByText: Strategy = (_evidence, shape) => {
  switch (shape.kind) {
    case 'question':
    case 'yes-no':
    case 'greeting':
    case 'goodbye':
      return wait(shape.kind, 0);
    default:
      return undefined;
  }
};

const shortAnswer: Strategy = ({ asked, text }, shape, options) => {
  if (shape.kind === 'trailing' && wordsOf(text).length <= TRAILING_WORDS) return wait('short-phrase', options.shortPhraseMs);
  if (shape.kind !== 'short-phrase') return undefined;
  return asked === 'nothing' ? wait('short-phrase', options.shortPhraseMs) : wait('short-answer', 0);
};

const longStatement: Strategy = ({ speechMs, votes }, _shape, options) =>
  speechMs >= options.longTurnMs && (votes.at(-1) ?? 0) >= options.endProbability ? wait('long-statement', options.longStatementMs) : undefined;

const probability: Strategy = ({ votes }, _shape, options) => {
  const last = votes.at(-1);
  if (last === undefined) return undefined;
  const sure = last >= options.sureProbability || (last >= options.endProbability && votes.length > 1);
  if (sure) return { rule: 'probable', endAtSilenceMs: 0, votesMatter: false };
  const endAtSilenceMs = last >= options.endProbability ? (options.statementMs + options.longStatementMs) / 2 : options.statementMs;
  return { rule: 'improbable', endAtSilenceMs, votesMatter: true };
};

const STRATEGIES: readonly Strategy[] = [digits, dictated, unfinished, completeByText, shortAnswer, longStatement, probability];

function wait(rule: TurnEndRule, endAtSilenceMs: Ms): TurnEndVerdict {
  return { rule, endAtSilenceMs, votesMatter: rule === 'long-statement' };
}

/** Longer texts that trail off are left to the probability. */
const TRAILING_WORDS = 2;
