import type { CallEventBody } from '#domain/call-event';
import type { TurnOutcome } from '#domain/turn';
import type { BotTurn } from './bot-turn.ts';
import type { CallerTurn } from './listening.ts';

/** What explains later why the caller's turn was taken for finished when it was. */
export function addEvidence(turn: BotTurn, { rule, silenceMs, utterance }: CallerTurn): void {
  turn.detail['turnEnd'] = rule;
  if (rule === 'typed') turn.detail['typed'] = true;
  turn.detail['silenceMs'] = Math.round(silenceMs);
  turn.detail['confidence'] = utterance.confidence;
  if (utterance.probability !== undefined) turn.detail['probability'] = utterance.probability;
}

/** How well the caller's words were heard. Words that go on with an earlier turn were heard well enough then. */
export function heardAs({ rule, utterance }: CallerTurn): BotTurn['heard'] {
  const keys = rule === 'digits' && utterance.voicedMs === 0;
  return { confidence: utterance.confidence, keys };
}

/** The record of a turn that is over. */
export function closedEvent(turn: BotTurn, outcome: TurnOutcome): Extract<CallEventBody, { kind: 'turn-closed' }> {
  const { turnId, source, recordedText: callerText, ledger } = turn;
  if (turn.failure !== undefined) turn.detail['cause'] ??= turn.failure;
  return {
    kind: 'turn-closed',
    turnId,
    source,
    outcome,
    callerText,
    botText: outcome === 'failed' || turn.writtenText === '' ? ledger.text : turn.writtenText,
    heardText: ledger.heardText,
    stages: turn.allStages,
    detail: turn.detail,
  };
}
