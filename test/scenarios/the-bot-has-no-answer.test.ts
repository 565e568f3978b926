import { afterEach, describe, expect, it } from 'vitest';
import { ms, ratio } from '#domain/units';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';

const KNOWLEDGE = [
  {
    id: 'pool',
    label: 'the pool',
    asked: ['Where is the pool?'],
    answer: 'The pool is on the roof, and it is open from seven in the morning to ten at night.',
  },
  {
    id: 'person',
    label: 'a person',
    asked: ['Can I talk to a person?'],
    answer: 'Nobody is at the desk right now.',
    action: 'take-message',
  },
];
let call: CallHarness;
function start(script: CallScript = {}, knowledge: readonly object[] = KNOWLEDGE): CallHarness {
  call = new CallHarness({
    phrases: ({ fault, greeting, unsure, knowledge: known }) => [fault, greeting, unsure, ...known.map((each) => each.answer)],
    ...script,
    persona: { knowledge, ...script.persona },
  });
  call.knowledge.answers = [
    [
      /where is the pool\? and/i,
      { kind: 'answers', answers: [answer('pool', 'x'), answer('bar', 'The bar is downstairs.')], score: ratio(0.7) },
    ],
    [/pool/i, answer('pool', KNOWLEDGE[0]?.answer ?? '')],
    [/person/i, answer('person', 'Nobody is at the desk right now.', 'take-message')],
    [
      /bar|tea/i,
      {
        kind: 'none',
        facts: [],
        score: ratio(0.3),
        nearest: [
          { id: 'pool', label: 'the pool' },
          { id: 'person', label: 'a person' },
        ],
      },
    ],
  ];
  return call.start();
}
afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
});
const said = (): readonly string[] => call.all('turn-closed').map(({ botText }) => botText);
async function converse(lines: readonly string[]): Promise<readonly string[]> {
  let atMs = call.clock.nowMs() + 3_000;
  for (const line of lines) {
    const endMs = call.callerSays(line, { atMs: ms(atMs), probability: 0.95 });
    await call.runUntil(ms(endMs + 6_900));
    atMs = endMs + 7_000;
  }
  return said().slice(1);
}

describe('a caller for whom the bot has no answer', () => {
  it('is told so, then what it can tell that is nearest, then is offered a message, which it takes', async () => {
    start();
    const replies = await converse([
      'Do you serve tea at the bar?',
      'What about tea?',
      'Tea at the bar?',
      'Yes please.',
      'Tell Ann that I called.',
    ]);
    expect(replies).toEqual([
      call.persona.unsure,
      'I did not find that either. I can tell you about the pool or a person. Which of these helps you?',
      call.persona.offerMessage,
      call.persona.takeMessage.ask,
      call.persona.takeMessage.thanks,
    ]);
    expect(call.all('message-taken')).toMatchObject([{ text: 'Tell Ann that I called.' }]);
    expect(call.answers[2]?.detail).toMatchObject({ rule: 'unsure', timesLost: 3 });
  });

  it('is not offered a message that nobody takes, and never hears the same sentence twice in a row', async () => {
    start({}, KNOWLEDGE.slice(0, 1));
    const replies = await converse(['Tea?', 'Is there tea?', 'Tea at the bar?', 'Some tea?', 'Any tea here?', 'Tea again today?']);
    expect(replies).not.toContain(call.persona.offerMessage);
    for (const [at, reply] of replies.entries()) expect(reply).not.toBe(replies[at + 1]);
  });

  it('is back at the first words once there was an answer', async () => {
    start();
    expect((await converse(['Is there tea?', 'Where is the pool?', 'Is there any tea?'])).at(-1)).toBe(call.persona.unsure);
  });

  it('may decline the message', async () => {
    start();
    expect((await converse(['Tea?', 'Is there tea?', 'Tea at the bar?', 'No.'])).at(-1)).toBe(call.persona.stopped);
  });
});

describe('a caller who asks two things in one breath', () => {
  it('hears both answers', async () => {
    start();
    expect((await converse(['Where is the pool? And where is the bar?']))[0]).toBe(`${KNOWLEDGE[0]?.answer} The bar is downstairs.`);
    expect(call.answers[0]?.detail).toMatchObject({ entry: 'pool bar' });
  });
});

describe('a caller who has not understood', () => {
  it.each([
    'What?',
    'Pardon?',
    'Say that again.',
    'Slower please.',
    'Sorry, can you repeat that?',
    'Not so fast, please.',
    'I did not catch that.',
  ])('and says %j hears the same once more, slowly', async (line) => {
    start();
    const replies = await converse(['Where is the pool?', line]);
    expect(replies[1]).toBe(replies[0]);
    const speeds = call.tts.requests.map(({ speed }) => speed);
    expect(Math.min(...speeds)).toBeCloseTo(call.options.slowRatio);
    // The answer itself was ready; what is slow is made.
    expect(call.tts.requests.length).toBeGreaterThan(0);
  });

  it('hears it at the usual speed where the voice is down, rather than an apology', async () => {
    start();
    await converse(['Where is the pool?']);
    call.tts.behaves = 'dead';
    const replies = await converse(['What?']);
    expect(replies).toHaveLength(2);
    expect(call.all('turn-closed').at(-1)).toMatchObject({ heardText: replies[0] });
  });

  it('and is asked for a message is asked for it again; "pardon" is no message', async () => {
    start();
    await converse(['Can I talk to a person?', 'Pardon?', 'Tell Ann that I called.']);
    expect(call.all('message-taken')).toMatchObject([{ text: 'Tell Ann that I called.' }]);
  });
});

describe('a caller who has cut an answer off', () => {
  it('and says "go on" hears the rest, not the beginning', async () => {
    start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.95 });
    call.callerSays('wait a moment please', { atMs: ms(endMs + 3_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 9_000));
    const cut = call.answers[0];
    expect(cut?.outcome).toBe('interrupted');
    await converse(['Go on.']);
    expect(`${cut?.heardText} ${said().at(-1)}`).toBe(KNOWLEDGE[0]?.answer);
  });

  it('and says "what?" hears all of it', async () => {
    start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.95 });
    call.callerSays('What did you say?', { atMs: ms(endMs + 3_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 15_000));
    expect(said().at(-1)).toBe(KNOWLEDGE[0]?.answer);
  });
});

describe('a caller whose name the network tells', () => {
  it('is greeted by it', async () => {
    start({ persona: { greeting: 'Hello {caller.name|there}, how can I help you?' } });
    await call.runUntil(ms(6_000));
    expect(said()).toEqual(['Hello there, how can I help you?']);
  });
});
