import type { CallEventBody } from '#domain/call-event';
import type { TurnOutcome } from '#domain/turn';
import type { BotTurn, HeardHow } from './bot-turn.ts';
import type { CallerTurn } from './listening.ts';

/** What explains later why the caller's turn was taken for finished when it was. */
export function addEvidence(turn: BotTurn, { rule, silenceMs, utterance }: CallerTurn): void {
  turn.note({
    turnEnd: rule,
    ...(rule === 'typed' && { typed: true }),
    silenceMs: Math.round(silenceMs),
    confidence: utterance.confidence,
    ...(utterance.probability !== undefined && { probability: utterance.probability }),
  });
}

/** How well the caller's words were heard. Words that go on with an earlier turn were heard well enough then. */
export function heardAs({ rule, utterance }: CallerTurn): HeardHow {
  const keys = rule === 'digits' && utterance.voicedMs === 0;
  return { confidence: utterance.confidence, keys };
}

/** The record of a turn that is over. */
export function closedEvent(turn: BotTurn, outcome: TurnOutcome): Extract<CallEventBody, { kind: 'turn-closed' }> {
  const { turnId, source, recordedText: callerText, failure } = turn;
  const { ledger, writtenText } = turn.speech;
  return {
    kind: 'turn-closed',
    turnId,
    source,
    outcome,
    callerText,
    botText: outcome === 'failed' || writtenText === '' ? ledger.text : writtenText,
    heardText: ledger.heardText,
    stages: turn.times.stages,
    detail: failure === undefined ? turn.detail : { cause: failure, ...turn.detail },
  };
}
