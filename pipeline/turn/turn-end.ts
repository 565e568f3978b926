import { unreachable } from '#domain/assert';
import type { Ms, Ratio } from '#domain/units';
import type { TurnOptions } from '../options.ts';
import type { Asked, TextShape, TurnLanguage } from '../language/turn-language.ts';
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
  /** The caller took the floor from the bot, and this is only how people begin then. */
  readonly isLeadIn?: boolean;
  /** It is all that was asked for, such as each digit of a number. */
  readonly isComplete?: boolean;
}

/** When the turn ends if nothing new is learned: so much silence after the last words. */
export interface TurnEndVerdict {
  readonly rule: TurnEndRule;
  readonly endAtSilenceMs: Ms;
  /** Whether asking the probability again could change it. */
  readonly votesMatter: boolean;
  /** The first probability could change it: worth a short wait if it is not known yet. */
  readonly awaitsVote?: boolean;
}

export type TurnEndRule =
  | 'question'
  | 'doubted-question'
  | 'lead-in'
  | 'short-answer'
  | 'yes-no'
  | 'greeting'
  | 'goodbye'
  | 'message'
  | 'short-phrase'
  | 'long-statement'
  | 'probable'
  | 'improbable'
  | 'digits'
  | 'unfinished'
  | 'undecided'
  | 'too-long'
  | 'typed';

type Strategy = (evidence: PauseEvidence, shape: TextShape, options: TurnOptions) => TurnEndVerdict | undefined;

/**
 * Decides how long a pause has to last to end the caller's turn. The strategies are asked in this order and the first
 * that knows decides: what stops inside something, what is dictated, what is only a beginning, what is complete by its
 * text, how much was said, and only then the probability. Measured reasons: a short answer cut tight gets 0.03-0.6 from Smart Turn, a pause
 * inside a telephone number 0.53-0.98, so neither may be left to it. A pause inside a question ("Is there somewhere") reads
 * as a whole one and gets 0.006: there a very low probability is believed.
 */
export function judgePause(evidence: PauseEvidence, options: TurnOptions, turns: TurnLanguage): TurnEndVerdict {
  const shape = turns.shapeOf(evidence.text);
  for (const strategy of STRATEGIES) {
    const verdict = strategy(evidence, shape, options);
    if (verdict !== undefined) return { ...verdict, endAtSilenceMs: Math.min(verdict.endAtSilenceMs, options.hardCapMs) };
  }
  return { rule: 'undecided', endAtSilenceMs: options.statementMs, votesMatter: true };
}

const complete: Strategy = ({ isComplete = false }, _shape, options) =>
  isComplete ? wait('short-answer', options.shortPhraseMs) : undefined;

/** Who is asked for digits may go on with the next group, whatever the words end in. */
const digits: Strategy = ({ asked }, shape, options) =>
  (shape.kind === 'unfinished' && shape.inside === 'digits') || asked === 'digits' ? wait('digits', options.digitsMs) : undefined;

const dictated: Strategy = ({ asked, text }, shape, options) =>
  asked === 'message' && shape.kind !== 'yes-no' && shape.kind !== 'goodbye' && wordsOf(text).length > 0
    ? wait('message', options.messageMs)
    : undefined;

const unfinished: Strategy = (_evidence, shape, options) =>
  shape.kind === 'unfinished' ? wait('unfinished', options.unfinishedMs) : undefined;

const leadIn: Strategy = ({ isLeadIn = false, asked }, shape, options) => {
  const answers = shape.kind === 'yes-no' && asked !== 'nothing';
  return isLeadIn && !answers ? wait('lead-in', options.leadInMs) : undefined;
};

const question: Strategy = ({ votes }, shape, options) => {
  if (shape.kind !== 'question') return undefined;
  const last = votes.at(-1);
  if (last !== undefined && last < options.doubtProbability)
    return { rule: 'doubted-question', endAtSilenceMs: options.doubtMs, votesMatter: true };
  return { ...wait('question', 0), awaitsVote: last === undefined };
};

const completeByText: Strategy = (_evidence, shape) => {
  switch (shape.kind) {
    case 'yes-no':
    case 'greeting':
    case 'goodbye':
      return wait(shape.kind, 0);
    case 'empty':
    case 'unfinished':
    case 'trailing':
    case 'question':
    case 'short-phrase':
    case 'statement':
      return undefined;
    default:
      return unreachable(shape);
  }
};

const shortAnswer: Strategy = ({ asked, text }, shape, options) => {
  if (shape.kind === 'trailing' && wordsOf(text).length <= TRAILING_WORDS) return wait('short-phrase', options.shortPhraseMs);
  if (shape.kind !== 'short-phrase') return undefined;
  return asked === 'nothing' ? wait('short-phrase', options.shortPhraseMs) : wait('short-answer', 0);
};

const longStatement: Strategy = ({ speechMs, votes }, _shape, options) =>
  speechMs >= options.longTurnMs && (votes.at(-1) ?? 0) >= options.endProbability
    ? wait('long-statement', options.longStatementMs)
    : undefined;

const probability: Strategy = ({ votes }, _shape, options) => {
  const last = votes.at(-1);
  if (last === undefined) return undefined;
  const sure = last >= options.sureProbability || (last >= options.endProbability && votes.length > 1);
  if (sure) return { rule: 'probable', endAtSilenceMs: 0, votesMatter: false };
  const endAtSilenceMs = last >= options.endProbability ? (options.statementMs + options.longStatementMs) / 2 : options.statementMs;
  return { rule: 'improbable', endAtSilenceMs, votesMatter: true };
};

const STRATEGIES: readonly Strategy[] = [
  complete,
  digits,
  dictated,
  leadIn,
  unfinished,
  question,
  completeByText,
  shortAnswer,
  longStatement,
  probability,
];

function wait(rule: TurnEndRule, endAtSilenceMs: Ms): TurnEndVerdict {
  return { rule, endAtSilenceMs, votesMatter: rule === 'long-statement' };
}

/** Longer texts that trail off are left to the probability. */
const TRAILING_WORDS = 2;
