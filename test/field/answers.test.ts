import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms, ratio } from '#domain/units';
import { ToolBot, type ScriptedPart } from '../harness/tool-bot.ts';

const persona = {
  mode: 'chat',
  prompt: 'You are the front desk.',
  timeZone: 'UTC',
  actions: [
    {
      name: 'free-rooms',
      kind: 'http',
      method: 'GET',
      url: 'https://api.example.com/free/{place}',
      arguments: { place: { type: 'choice', choices: ['Library'] } },
      description: 'Whether a room is free.',
    },
    { name: 'goodbye', kind: 'end-call', arguments: {} },
  ],
};
const LOOK_UP = [{ id: 'c1', name: 'free-rooms', argumentsText: '{"place":"Library"}' }];
const HANG_UP = [{ id: 'c9', name: 'goodbye', argumentsText: '{}' }];

let bot: ToolBot;
beforeEach(async () => {
  bot = await new ToolBot(persona).start();
});
afterEach(async () => {
  await bot.call.finish();
  expect(bot.call.errors).toEqual([]);
  expect(bot.call.leg.staleTurnPackets).toBe(0);
});
const codes = (): readonly string[] => bot.call.all('fault').map(({ service, code }) => `${service} ${code}`);

describe('the caller heard nothing, or "One moment, please." and then nothing', () => {
  it.each(['', '\n\n', '🙂', '[]', '...', '*', '—', '"', '```\n```', '()'])(
    'the reply is %j: the model is at fault, not the voice',
    async (reply) => {
      bot.replies = [[reply]];
      expect(await bot.says('Is the Library free?')).toBe(bot.call.persona.fault);
      expect(codes()).toEqual(['llm LLM_EMPTY']);
    },
  );

  const NOTHING: readonly (readonly ScriptedPart[])[] = [
    [],
    ['🙂'],
    ['[]'],
    [{ ends: 'breaks-off' }],
    [{ ends: 'falls-silent' }],
    ['It is f', { ends: 'breaks-off' }],
  ];
  it.each(NOTHING)('after a look-up that took long the reply is %j, %j', async (...reply) => {
    bot.takesMs = 2_000;
    bot.replies = [[LOOK_UP], reply];
    expect(await bot.says('Is the Library free?')).toBe(`One moment, please. ${bot.call.persona.fault}`);
  });

  it.each(NOTHING)('after words that led up to a look-up the reply is %j, %j', async (...reply) => {
    bot.replies = [['Let me check that. ', LOOK_UP], reply];
    expect(await bot.says('Is the Library free?')).toBe(`Let me check that. ${bot.call.persona.fault}`);
  });

  it('an answer that breaks off after a whole sentence is no apology', async () => {
    bot.replies = [[LOOK_UP], ['It is free all day. And the M', { ends: 'breaks-off' }]];
    expect(await bot.says('Is the Library free?')).toBe('It is free all day.');
  });

  it.each([
    ['🙂 ', 'Free all day.'],
    ['Free all day. ', '👍'],
    ['[] ', 'Free all day.'],
  ])('%j beside words changes nothing', async (...reply) => {
    bot.replies = [reply];
    expect(await bot.says('Is the Library free?')).toContain('Free all day.');
    expect(codes()).toEqual([]);
  });
});

describe('the words came in the wrong order', () => {
  it('what leads up to a look-up is said before it, and nothing else meanwhile', async () => {
    bot.takesMs = 2_000;
    bot.replies = [['Let me check that for you in the calendar. ', LOOK_UP], ['It is free all day.']];
    expect(await bot.says('Is the Library free?')).toBe('Let me check that for you in the calendar. It is free all day.');
    const [turn] = bot.call.all('turn-closed').slice(-1);
    expect(turn?.stages.firstPacketMs).toBeLessThan(1_000);
  });

  it('a short lead-up is followed by one word that it takes long', async () => {
    bot.takesMs = 5_000;
    bot.replies = [['Sure. ', LOOK_UP], ['It is free all day.']];
    expect(await bot.says('Is the Library free?')).toBe('Sure. One moment, please. It is free all day.');
  });
});

describe('a nod took the answer away: the model was asked about "okay", and the look-up was for nothing', () => {
  it.each(['okay', 'Thank you.', 'sure', 'mhm', 'Great, thanks.', 'Yes.', 'all right'])('%j while something is being done', async (nod) => {
    bot.takesMs = 4_000;
    bot.replies = [[LOOK_UP], ['It is free all day.']];
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    bot.call.callerSays(nod, { atMs: ms(endMs + 3_200), forMs: ms(400), probability: 0.9 });
    await bot.call.runUntil(ms(endMs + 9_000));
    expect(bot.call.answers).toMatchObject([{ outcome: 'completed', heardText: 'One moment, please. It is free all day.' }]);
    expect(bot.asked).toHaveLength(2);
  });

  it.each([200, 400, 600, 800, 1_000, 1_200])('"okay" %d ms after a question to a model that takes more than a second', async (gapMs) => {
    bot.replies = [['It is free all day.']];
    bot.firstTokenMs = 1_200;
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    bot.call.callerSays('okay', { atMs: ms(endMs + gapMs), forMs: ms(350), probability: 0.9 });
    await bot.call.runUntil(ms(endMs + 9_000));
    expect(bot.call.answers.at(-1)).toMatchObject({
      outcome: 'completed',
      heardText: expect.stringMatching(/free all day|I see/) as string,
    });
    expect(bot.call.answers.at(-1)?.callerText).toMatch(/^Is the Library free\?/);
  });

  it('words that are no nod are a turn, and the model is told of both', async () => {
    bot.takesMs = 4_000;
    bot.replies = [[LOOK_UP], ['The pool is on the roof.']];
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    bot.call.callerSays('And where is the pool?', { atMs: ms(endMs + 2_500), probability: 0.99 });
    await bot.call.runUntil(ms(endMs + 12_000));
    expect(bot.call.answers.map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
    const told = bot.asked.at(-1)?.messages.slice(1) ?? [];
    expect(told.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });
});

describe('a look-up that never ends', () => {
  it('is given up, the model is told, and the caller hears from it; nobody asks meanwhile whether they are there', async () => {
    bot.takesMs = 600_000;
    bot.replies = [[LOOK_UP], ['I could not find that out, sorry.']];
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    await bot.call.runUntil(ms(endMs + 14_000));
    expect(bot.call.answers).toMatchObject([{ outcome: 'completed', heardText: 'One moment, please. I could not find that out, sorry.' }]);
    expect(bot.call.all('turn-opened')).toHaveLength(2);
    expect(bot.asked[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      toolCallId: 'c1',
      content: expect.stringContaining('failed') as string,
    });
    expect(await bot.says('And the sauna?')).toBe('I see.');
  });

  it('does not keep who hangs up, nor whoever says goodbye', async () => {
    bot.takesMs = 600_000;
    bot.replies = [[LOOK_UP]];
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    bot.call.callerSays('Never mind, goodbye.', { atMs: ms(endMs + 3_000), probability: 0.99 });
    await bot.call.runUntil(ms(endMs + 9_000));
    expect(bot.call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
    expect(bot.call.all('turn-closed').at(-1)?.heardText).toContain('Goodbye');
  });
});

describe('the model was refused for the rest of the call, because a call of a tool stood without its result', () => {
  it.each([0, 150, 300, 450, 600, 900, 1_200, 2_000])('who interrupts %d ms into a look-up', async (atMs) => {
    bot.takesMs = 2_000;
    bot.replies = [['Let me check that for you. ', LOOK_UP]];
    const endMs = bot.call.callerSays('Is the Library free?', { atMs: ms(3_300), probability: 0.99 });
    bot.call.callerSays('What about the pool then?', { atMs: ms(endMs + 500 + atMs), probability: 0.99 });
    await bot.call.runUntil(ms(endMs + 9_000));
    expect(await bot.says('And the sauna?')).toBe('I see.');
    for (const { messages } of bot.asked) {
      const called = messages.flatMap(({ toolCalls }) => (toolCalls ?? []).map(({ id }) => id));
      const answered = messages.flatMap(({ toolCallId }) => (toolCallId === undefined ? [] : [toolCallId]));
      expect(answered).toEqual(called);
    }
  });
});

describe('the call was cut off, or the goodbye said twice', () => {
  it.each<[string, readonly ScriptedPart[], string]>([
    ['with words of its own', ['Bye now. ', HANG_UP], 'Bye now.'],
    ['without a word', [HANG_UP], 'Thank you for calling. Goodbye.'],
    ['with nothing that can be said', ['🙂', HANG_UP], 'Thank you for calling. Goodbye.'],
    ['together with a look-up', [[...LOOK_UP, ...HANG_UP]], 'Thank you for calling. Goodbye.'],
    ['before a look-up', [[...HANG_UP, ...LOOK_UP]], 'Thank you for calling. Goodbye.'],
  ])('a model that hangs up %s', async (_how, reply, heardText) => {
    bot.replies = [reply];
    expect(await bot.says('I have to go now')).toBe(heardText);
    await bot.call.runUntil(ms(bot.call.clock.nowMs() + 3_000));
    expect(bot.call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
  });

  it('after a look-up it says goodbye, whatever it had said before that', async () => {
    bot.replies = [['Let me check that. ', LOOK_UP], [HANG_UP]];
    expect(await bot.says('Is the Library free?')).toBe('Let me check that. Thank you for calling. Goodbye.');
  });

  it.each([0, 100, 150, 200, 300, 400])('who goes on %d ms after the pause is not hung up on in the middle of a word', async (gapMs) => {
    bot.replies = [['Bye. ', HANG_UP], ['It is on Monday.']];
    const endMs = bot.call.callerSays('Thank you for that.', { atMs: ms(3_300), probability: 0.9 });
    const lastMs = bot.call.callerSays('And when is my booking for the next week?', { atMs: ms(endMs + 250 + gapMs), probability: 0.99 });
    await bot.call.runUntil(ms(lastMs + 100));
    expect(bot.call.leg.endReason).toBeUndefined();
    await bot.call.runUntil(ms(lastMs + 5_000));
    expect(bot.call.answers.at(-1)?.callerText).toContain('my booking');
  });

  it.each(['', 'Bye.', 'okay'])('and when that was %j the call ends all the same, without a second goodbye', async (text) => {
    bot.replies = [['Bye. ', HANG_UP]];
    const endMs = bot.call.callerSays('Thank you for that.', { atMs: ms(3_300), probability: 0.9 });
    bot.call.callerSays(text, { atMs: ms(endMs + 480), forMs: ms(900), probability: 0.99, ...(text === '' && { rejected: 'no-speech' }) });
    await bot.call.runUntil(ms(endMs + 4_000));
    expect(bot.call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
    expect(bot.call.answers).toHaveLength(1);
  });
});

it('a question was answered twice, because recognition told its text twice, or late and with more words', async () => {
  bot.replies = [['It is on the roof.'], ['A second answer.']];
  const endMs = bot.call.callerSays('Where is the pool?', { atMs: ms(3_300), probability: 0.99 });
  const again = (text: string): void =>
    bot.call.stt.tell({
      kind: 'final',
      pause: 1,
      text,
      confidence: ratio(0.9),
      noSpeech: ratio(0.01),
      audioMs: ms(900),
      decodeMs: ms(100),
    });
  for (const afterMs of [0, 50, 200, 600, 1_200, 3_000]) {
    bot.call.clock.schedule(ms(endMs + 360 + afterMs - bot.call.clock.nowMs()), () => {
      again('Where is the pool?');
      again('Where is the pool? Thank you.');
    });
  }
  await bot.call.runUntil(ms(endMs + 8_000));
  expect(bot.call.answers).toMatchObject([{ outcome: 'completed', heardText: 'It is on the roof.' }]);
});

it('a noise right behind a question took its answer away', async () => {
  for (let gapMs = 100; gapMs <= 1_500; gapMs += 100) {
    const other = await new ToolBot(persona).start();
    other.replies = [['It is on the roof.'], ['It is on the roof.'], ['It is on the roof.']];
    const endMs = other.call.callerSays('Where is the pool?', { atMs: ms(3_300), probability: 0.99 });
    other.call.callerSays('', { atMs: ms(endMs + gapMs), forMs: ms(250), rejected: 'no-speech' });
    await other.call.runUntil(ms(endMs + 8_000));
    expect([gapMs, other.call.answers.at(-1)]).toMatchObject([gapMs, { outcome: 'completed', heardText: 'It is on the roof.' }]);
    expect(other.call.answers.filter(({ heardText }) => heardText !== '')).toHaveLength(1);
    await other.call.finish();
  }
});
