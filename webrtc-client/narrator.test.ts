import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent, CallEventBody } from '#domain/call-event';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { Narrator } from './narrator.ts';
import { MAX_MESSAGE_BYTES, parseServerMessage, type ServerMessage } from './signalling.ts';

const SETUP = { callId: 'c1', persona: 'bot', title: 'Receptionist' };

function answered(): Narrator {
  const narrator = new Narrator(SETUP);
  narrator.observe(at(1_000, { kind: 'call-answered', setupMs: ms(40) }));
  return narrator;
}

function at(atMs: number, body: CallEventBody): CallEvent {
  return { callId: 'c1', atMs: ms(atMs), ...body };
}

function states(messages: readonly ServerMessage[]): readonly string[] {
  return messages.flatMap((message) => (message.kind === 'state' ? [message.state] : []));
}

const closed = {
  kind: 'turn-closed',
  turnId: 1,
  source: 'llm',
  outcome: 'completed',
  callerText: 'hi',
  botText: 'hello',
  heardText: 'hello',
  stages: {},
} as const;
const opened = { kind: 'turn-opened', turnId: 1, source: 'llm', callerText: 'hi' } as const;

describe('what the page is told', () => {
  it('begins with who answers', () => {
    expect(new Narrator(SETUP).hello()).toEqual({ kind: 'hello', protocol: 1, callId: 'c1', persona: 'bot', title: 'Receptionist' });
  });

  it('counts times from the answer', () => {
    expect(answered().observe(at(1_250, { kind: 'caller-partial', text: 'hel' }))[0]).toEqual({
      kind: 'caller-partial',
      atMs: 250,
      text: 'hel',
    });
  });

  it('walks through a turn in words', () => {
    const narrator = answered();
    const voice = { kind: 'voice-started', spurtId: 1, atMs: ms(2_000), startedAtMs: ms(1_950), botSpeaking: false } as const;
    const said = [
      ...narrator.media(voice),
      ...narrator.observe(at(2_300, { kind: 'caller-partial', text: 'hi' })),
      ...narrator.media({ kind: 'voice-stopped', spurtId: 1, atMs: ms(2_600), lastVoiceAtMs: ms(2_400), voicedMs: ms(400) }),
      ...narrator.observe(at(2_700, { kind: 'caller-final', text: 'hi', confidence: 0.9, audioMs: ms(400), decodeMs: ms(80) })),
      ...narrator.observe(at(2_800, opened)),
      ...narrator.media({ kind: 'playout-started', turnId: 1, atMs: ms(2_900) }),
      ...narrator.observe(at(3_100, { kind: 'bot-heard', turnId: 1, text: 'hello' })),
      ...narrator.observe(at(3_300, closed)),
      ...narrator.media({ kind: 'playout-finished', turnId: 1, atMs: ms(3_310) }),
    ];
    expect(states(said)).toEqual(['hearing', 'thinking', 'speaking', 'listening']);
  });

  it('names a guess at the tone with its confidence, and a raised voice as what it is', () => {
    const voice = { raised: true, levelDb: 8.2 };
    const [message] = answered().observe(
      at(2_000, { kind: 'caller-tone', turnId: 3, tone: 'upset', confidence: 0.81, basis: ['words', 'sound'], voice }),
    );
    expect(message).toEqual({ kind: 'caller-tone', atMs: 1_000, turnId: 3, tone: 'upset', confidence: 0.81, raisedVoice: true });
    expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it('walks through a turn by call events alone', () => {
    const narrator = answered();
    const events: CallEventBody[] = [
      { kind: 'caller-partial', text: 'hi' },
      { kind: 'caller-final', text: 'hi', confidence: 0.9, audioMs: ms(1), decodeMs: ms(1) },
      opened,
      { kind: 'bot-heard', turnId: 1, text: 'hello' },
      closed,
    ];
    expect(states(events.flatMap((event) => narrator.observe(at(2_000, event))))).toEqual(['hearing', 'thinking', 'speaking', 'listening']);
  });

  it('hears the caller while the bot is paused, and speaks again after a nod', () => {
    const narrator = answered();
    narrator.observe(at(2_000, opened));
    narrator.media({ kind: 'playout-started', turnId: 1, atMs: ms(2_000) });
    const nod = [
      ...narrator.media({ kind: 'voice-started', spurtId: 1, atMs: ms(2_100), startedAtMs: ms(2_050), botSpeaking: true }),
      ...narrator.media({ kind: 'playout-paused', turnId: 1, spurtId: 1, atMs: ms(2_200) }),
      ...narrator.observe(at(2_500, { kind: 'barge-in', turnId: 1, decision: 'resume', why: 'backchannel', decidedMs: ms(300) })),
      ...narrator.media({ kind: 'playout-resumed', turnId: 1, atMs: ms(2_510) }),
    ];
    expect(states(nod)).toEqual(['hearing', 'speaking']);
  });

  it('stays with an interrupting caller when the interrupted turn closes', () => {
    const narrator = answered();
    narrator.observe(at(2_000, opened));
    narrator.media({ kind: 'playout-started', turnId: 1, atMs: ms(2_000) });
    narrator.media({ kind: 'voice-started', spurtId: 1, atMs: ms(2_100), startedAtMs: ms(2_050), botSpeaking: true });
    const rest = [
      ...narrator.observe(at(2_500, { kind: 'barge-in', turnId: 1, decision: 'abort', why: 'words', decidedMs: ms(300) })),
      ...narrator.observe(at(2_501, { ...closed, outcome: 'interrupted', heardText: 'hel' })),
    ];
    expect(states(rest)).toEqual(['hearing']);
  });

  it('listens again when what it heard held no words', () => {
    const narrator = answered();
    narrator.media({ kind: 'voice-started', spurtId: 1, atMs: ms(2_000), startedAtMs: ms(1_950), botSpeaking: false });
    narrator.media({ kind: 'voice-stopped', spurtId: 1, atMs: ms(2_300), lastVoiceAtMs: ms(2_100), voicedMs: ms(100) });
    expect(narrator.state).toBe('thinking');
    const silent = narrator.observe(at(9_000, { kind: 'media-stats', stats: STATS }));
    expect(states(silent)).toEqual(['listening']);
    expect(silent[0]).toEqual({ kind: 'network', atMs: 8_000, lossRatio: 0.01, jitterMs: 3, roundTripMs: 20 });
  });

  it('says once that it is over, and nothing afterwards', () => {
    const narrator = answered();
    expect(narrator.end(ms(5_000), { by: 'caller', code: 'hangup' })).toEqual([
      { kind: 'state', atMs: 4_000, state: 'ended' },
      { kind: 'ended', atMs: 4_000, reason: 'caller/hangup' },
    ]);
    expect(narrator.observe(at(5_100, { kind: 'call-ended', reason: { by: 'caller', code: 'hangup' } }))).toEqual([]);
    expect(narrator.media({ kind: 'playout-finished', turnId: 1, atMs: ms(5_200) })).toEqual([]);
  });

  it('names a service in trouble in plain words', () => {
    const [notice] = answered().observe(at(2_000, { kind: 'fault', service: 'llm', code: 'LLM_TIMEOUT' }));
    expect(notice).toMatchObject({ kind: 'notice', code: 'LLM_TIMEOUT', atMs: 1_000 });
  });

  it('never makes a message that the page would refuse, whatever the texts and numbers are', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('\ud800'.repeat(9_000), '\u0000'.repeat(9_000), '"'.repeat(9_000), '中'.repeat(9_000)),
    );
    const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity));
    fc.assert(
      fc.property(anyText, anyText, anyNumber, (a, b, number) => {
        const narrator = answered();
        const messages = [
          new Narrator({ callId: 'c', persona: a, title: b }).hello(),
          ...narrator.observe(at(number, { kind: 'caller-partial', text: a })),
          ...narrator.observe(at(number, { kind: 'caller-final', text: a, confidence: number, audioMs: ms(0), decodeMs: ms(0) })),
          ...narrator.observe(at(number, { ...opened, callerText: b })),
          ...narrator.observe(at(number, { kind: 'bot-heard', turnId: 1, text: a })),
          ...narrator.observe(at(number, { ...closed, callerText: a, botText: b, heardText: a, stages: { vadStopMs: ms(number) } })),
          ...narrator.observe(at(number, { kind: 'dtmf', digit: a })),
          ...narrator.observe(at(number, { kind: 'fault', service: 'stt', code: b })),
          ...narrator.observe(at(number, { kind: 'media-stats', stats: { ...STATS, jitterMs: ms(number) } })),
          narrator.notice(ms(number), a, b),
          ...narrator.end(ms(number), { by: 'system', code: 'internal-error', detail: a }),
        ];
        for (const message of messages) {
          const json = JSON.stringify(message);
          expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
          expect(parseServerMessage(json)).toEqual(message);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const STATS: Extract<LegMediaEvent, { kind: 'media-stats' }>['stats'] = {
  packetsReceived: 1,
  packetsSent: 1,
  packetsLost: 0,
  packetsLate: 0,
  packetsDuplicate: 0,
  packetsFromStrangers: 0,
  packetsMalformed: 0,
  framesConcealed: 0,
  jitterMs: ms(3),
  lossRatio: 0.01,
  roundTripMs: ms(20),
  mos: 4.4,
  sendJitterMaxMs: ms(1),
  staleTurnPackets: 0,
  piecesRefused: 0,
};
