import type { CallEvent } from '#domain/call-event';
import type { CallFacts } from '#domain/call';
import { ms, ratio } from '#domain/units';

export const FACTS: CallFacts = {
  callId: 'call-1',
  legId: 'leg-1',
  kind: 'sip',
  direction: 'inbound',
  to: 'sip:bot@192.0.2.7',
  toUser: 'bot',
  from: 'sip:+15550100@192.0.2.9',
  fromUser: '+15550100',
  displayName: 'Ann Example',
  peer: '192.0.2.9:5060',
  headers: { 'x-account': 'A-4711' },
  signallingId: 'abc@192.0.2.9',
};

/** A short call: started, answered, one turn, ended. */
export const SHORT_CALL: readonly CallEvent[] = [
  { callId: 'call-1', atMs: ms(0), kind: 'call-started', facts: FACTS, persona: 'bot' },
  { callId: 'call-1', atMs: ms(40), kind: 'call-answered', setupMs: ms(40) },
  {
    callId: 'call-1',
    atMs: ms(3000),
    kind: 'caller-final',
    text: 'what time is breakfast',
    confidence: ratio(0.9),
    audioMs: ms(1400),
    decodeMs: ms(170),
  },
  {
    callId: 'call-1',
    atMs: ms(6000),
    kind: 'turn-closed',
    turnId: 1,
    source: 'knowledge',
    outcome: 'completed',
    callerText: 'what time is breakfast',
    botText: 'Breakfast is from seven to ten.',
    heardText: 'Breakfast is from seven to ten.',
    stages: { vadStopMs: ms(200), transcriptMs: ms(380), firstPacketMs: ms(450) },
    detail: { entry: 'breakfast', score: 0.81 },
  },
  { callId: 'call-1', atMs: ms(7000), kind: 'call-ended', reason: { by: 'caller', code: 'hangup' } },
];
