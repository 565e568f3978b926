import { describe, expect, it } from 'vitest';
import type { ServerMessage } from './messages.ts';
import { scriptSteps } from './testing/script.ts';
import { addTyped, botTurns, EMPTY_TRANSCRIPT, reduceTranscript, type Transcript } from './transcript.ts';

const STAGES = { firstPacketMs: 400 };

describe('reduceTranscript', () => {
  it('grows one line of partial text into the final one', () => {
    const transcript = after([
      { kind: 'caller-partial', atMs: 100, text: 'what' },
      { kind: 'caller-partial', atMs: 300, text: 'what time' },
      { kind: 'caller-final', atMs: 600, text: 'What time is it?', confidence: 0.9 },
    ]);
    expect(transcript.entries).toEqual([
      { kind: 'caller', id: 1, atMs: 100, text: 'What time is it?', form: 'final', confidence: 0.9, isAnswered: false },
    ]);
  });

  it('takes away partial text of which nothing came', () => {
    expect(
      after([
        { kind: 'caller-partial', atMs: 1, text: 'mhm' },
        { kind: 'caller-final', atMs: 2, text: '', confidence: 0 },
      ]).entries,
    ).toEqual([]);
  });

  it('fills the bot’s text as it is heard', () => {
    const transcript = after([
      open(1),
      { kind: 'bot-heard', atMs: 900, turnId: 1, text: 'One clause,' },
      { kind: 'bot-heard', atMs: 1_800, turnId: 1, text: 'and another.' },
    ]);
    expect(botTurns(transcript)).toMatchObject([{ turnId: 1, heard: 'One clause, and another.', unheard: '' }]);
    expect(botTurns(transcript)[0]?.outcome).toBeUndefined();
  });

  it('keeps what was interrupted apart from what was heard', () => {
    const transcript = after([
      open(1),
      { kind: 'bot-heard', atMs: 900, turnId: 1, text: 'One clause,' },
      { kind: 'caller-partial', atMs: 950, text: 'stop' },
      {
        kind: 'turn-closed',
        atMs: 1_000,
        turnId: 1,
        source: 'llm',
        outcome: 'interrupted',
        callerText: '',
        botText: 'One clause, and another.',
        heardText: 'One clause,',
        stages: STAGES,
      },
    ]);
    expect(botTurns(transcript)).toMatchObject([{ heard: 'One clause,', unheard: 'and another.', outcome: 'interrupted', stages: STAGES }]);
  });

  it('shows no line for a turn that never had anything to say', () => {
    expect(
      after([
        open(1),
        {
          kind: 'turn-closed',
          atMs: 9,
          turnId: 1,
          source: 'llm',
          outcome: 'abandoned',
          callerText: '',
          botText: '',
          heardText: '',
          stages: {},
        },
      ]).entries,
    ).toEqual([]);
  });

  it('shows typed text once, however the server tells it', () => {
    const typed = addTyped(EMPTY_TRANSCRIPT, 5, 'Is there parking?');
    const told = reduceTranscript(typed, { kind: 'caller-final', atMs: 50, text: 'Is there parking?', confidence: 1 });
    const answered = reduceTranscript(told, { ...open(1), callerText: 'Is there parking?' });
    expect(answered.entries.map(({ kind }) => kind)).toEqual(['caller', 'bot']);
    expect(answered.entries[0]).toMatchObject({ form: 'typed', isAnswered: true });
  });

  it('shows what was answered even if its final text never came', () => {
    expect(after([{ ...open(1), callerText: 'From before the page knew' }]).entries).toMatchObject([
      { kind: 'caller', text: 'From before the page knew' },
      { kind: 'bot' },
    ]);
  });

  it('says of the caller’s words how they sounded, however late that comes', () => {
    const said = after([
      { kind: 'caller-final', atMs: 1, text: 'This is ridiculous!', confidence: 0.9 },
      open(1),
      { kind: 'caller-tone', atMs: 2, turnId: 1, tone: 'upset', confidence: 0.8, raisedVoice: true },
      { kind: 'caller-final', atMs: 3, text: 'And a taxi please', confidence: 0.9 },
      open(2),
      { kind: 'caller-tone', atMs: 4, turnId: 2, tone: 'neutral', confidence: 0.8, raisedVoice: false },
      { kind: 'caller-tone', atMs: 5, turnId: 9, tone: 'happy', confidence: 0.8, raisedVoice: false },
    ]);
    const callers = said.entries.filter((entry) => entry.kind === 'caller');
    expect(callers.map(({ sounded }) => sounded)).toEqual([{ tone: 'upset', confidence: 0.8, raisedVoice: true }, undefined]);
  });

  it('puts keys pressed one after another together', () => {
    const pressed = (atMs: number, digit: string): ServerMessage => ({ kind: 'dtmf', atMs, digit });
    expect(after([pressed(0, '1'), pressed(900, '2'), pressed(9_000, '#')]).entries).toMatchObject([{ digits: '12' }, { digits: '#' }]);
  });

  it('holds a bounded number of entries, with ids that never repeat', () => {
    const many = Array.from({ length: 1_500 }, (_, index): ServerMessage => ({ kind: 'notice', atMs: index, code: 'X', text: `${index}` }));
    const { entries } = after(many);
    expect(entries.length).toBe(1_000);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1_000);
    expect(entries.at(-1)).toMatchObject({ text: '1499' });
  });

  it('goes through the scripted conversation', () => {
    const messages = scriptSteps().flatMap(({ message }) => message ?? []);
    const turns = botTurns(after(messages));
    expect(turns.map(({ outcome }) => outcome)).toEqual([
      'completed',
      'completed',
      'interrupted',
      'completed',
      'completed',
      'completed',
      'completed',
    ]);
    expect(turns[2]).toMatchObject({ heard: 'Let me see. For the whole weekend I can offer you a double' });
    expect(turns[2]?.unheard).toMatch(/^room with a view/);
  });
});

function open(turnId: number): Extract<ServerMessage, { kind: 'turn-opened' }> {
  return { kind: 'turn-opened', atMs: 500, turnId, source: 'llm', callerText: '' };
}

function after(messages: readonly ServerMessage[]): Transcript {
  return messages.reduce(reduceTranscript, EMPTY_TRANSCRIPT);
}
