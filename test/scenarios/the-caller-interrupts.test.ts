import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

const POOL = 'The pool is on the roof. It opens at eight in the morning and closes at ten at night, and towels are free.';

let call: CallHarness;
beforeEach(() => {
  call = new CallHarness({ phrases: ({ fault, unsure, greeting }) => [fault, unsure, greeting] }).start();
  call.knowledge.answers = [
    [/pool/i, answer('pool', POOL)],
    [/parking/i, answer('parking', 'Parking is behind the house.')],
    [/tea/i, answer('tea', 'Tea is served at five in the lounge downstairs by the fire. Would you like me to book a table?')],
  ];
  call.callerSays('Where is the pool?', { atMs: ms(2_500), probability: 0.99 });
});
afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
});

/** Well inside the answer about the pool, which begins at about 4 s. */
const INSIDE = ms(6_000);
/** 125 ms of speech as the caller hears it: to the end of its packet (20 ms) and of its chunk (32 ms), and the packet that fades out. */
const SILENT_WITHIN_MS = 190;

describe('a caller who speaks over the bot', () => {
  // Only what had been given to speech was said: the last sentences were lost.
  it('and then lets it go on hears all the rest, also what had not been begun', async () => {
    const sentences = [
      POOL,
      'Children swim free.',
      'The sauna is next to it.',
      'Ask us for the key.',
      'It is in the safe.',
      'Enjoy your swim.',
    ];
    call.knowledge.answers = [[/pool/i, answer('pool', sentences.join(' '))]];
    const endMs = call.callerSays('Wait a moment, please.', { atMs: INSIDE, probability: 0.99 });
    call.callerSays('Go on.', { atMs: ms(endMs + 5_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 40_000));
    const [first] = call.answers;
    expect(first).toMatchObject({ outcome: 'interrupted' });
    const rest = call.answers.find(({ detail }) => detail?.['rule'] === 'go-on');
    expect(`${first?.heardText} ${rest?.heardText}`).toBe(sentences.join(' '));
  });

  it('with a question of their own stops it, and is answered', async () => {
    const endMs = call.callerSays('And is there parking?', { atMs: INSIDE, probability: 0.99 });
    await call.runUntil(ms(endMs + 5_000));
    expect(call.leg.wasSilentBetween(ms(INSIDE + SILENT_WITHIN_MS), endMs)).toBe(true);
    expect(call.all('barge-in')).toMatchObject([{ decision: 'abort', why: 'words' }]);
    const [pool, parking] = call.answers;
    expect(pool).toMatchObject({ outcome: 'interrupted', botText: POOL });
    expect(POOL.startsWith(pool?.heardText ?? '?')).toBe(true);
    expect(pool?.heardText.length).toBeLessThan(POOL.length / 2);
    expect(pool?.heardText).toMatch(/[a-z.]$/);
    expect(parking).toMatchObject({ outcome: 'completed', callerText: 'And is there parking?' });
  });

  it.each(['mhm', 'okay', 'right, yeah', 'uh-huh', 'I see, thank you'])(
    'to say "%s" is let go on listening: the bot resumes within 0.8 s',
    async (text) => {
      call.callerSays(text, { atMs: INSIDE, forMs: ms(350), probability: 0.9 });
      await call.runUntil(ms(20_000));
      const [bargeIn] = call.all('barge-in');
      expect(bargeIn).toMatchObject({ decision: 'resume', why: 'backchannel' });
      expect(bargeIn?.decidedMs).toBeLessThanOrEqual(800);
      expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
    },
  );

  it.each([
    ['and high.', 0.48],
    ['Write.', 0.45],
    ['yeah', 0.9],
    ['yes', 0.9],
    ["Yeah, that's right.", 0.38],
  ])('to nod, heard as "%s" with confidence %f, is let go on listening', async (text, confidence) => {
    call.callerSays(text, { atMs: INSIDE, forMs: ms(380), confidence });
    await call.runUntil(ms(20_000));
    expect(call.all('barge-in')).toMatchObject([{ decision: 'resume' }]);
    expect(call.all('barge-in')[0]?.decidedMs).toBeLessThanOrEqual(660);
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
  });

  it('to nod does not have to wait for a slow recognition, and what is no nod after all stops the bot late', async () => {
    await call.runUntil(ms(5_500));
    call.stt.decodeMs = ms(400);
    call.stt.partialEveryMs = ms(5_000);
    call.callerSays('okay', { atMs: INSIDE, forMs: ms(380) });
    const endMs = call.callerSays('dinner menu', { atMs: ms(INSIDE + 2_500), forMs: ms(400), confidence: 0.9 });
    await call.runUntil(ms(endMs + 4_000));
    const [nod, early, late] = call.all('barge-in');
    expect(nod).toMatchObject({ decision: 'resume', why: 'undecided' });
    expect(nod?.decidedMs).toBeLessThanOrEqual(660);
    expect(early).toMatchObject({ decision: 'resume', why: 'undecided' });
    expect(late).toMatchObject({ decision: 'abort', why: 'words' });
    expect(call.answers.map(({ callerText, outcome }) => [callerText, outcome])).toEqual([
      ['Where is the pool?', 'interrupted'],
      ['dinner menu', 'completed'],
    ]);
  });

  it.each([
    ['Stop.', 0.5],
    ['Wait, what about parking?', 0.9],
    ['Sorry, I meant the check-in', 0.8],
    ['No, that is not what I asked', 0.9],
    ['Hold on a second.', 0.55],
    ['Excuse me, do you have a pool?', 0.9],
    ['Thanks, and is there wireless?', 0.9],
    ['Actually I would like to book a room', 0.9],
  ])('to interrupt is always taken at their word: "%s"', async (text, confidence) => {
    const endMs = call.callerSays(text, { atMs: INSIDE, confidence, probability: 0.95 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.all('barge-in').at(-1)).toMatchObject({ decision: 'abort', why: 'words' });
    expect(call.leg.wasSilentBetween(ms(INSIDE + SILENT_WITHIN_MS), endMs)).toBe(true);
    expect(call.answers[0]).toMatchObject({ outcome: 'interrupted' });
    expect(call.all('turn-opened').at(-1)).toMatchObject({ callerText: text });
  });

  it.each(['Excuse me.', 'Sorry', 'Hello?', 'Wait.', 'Actually,'])(
    'and begins with "%s" is listened to before an answer',
    async (leadIn) => {
      const first = call.callerSays(leadIn, { atMs: INSIDE, forMs: ms(500), probability: 0.98 });
      const endMs = call.callerSays('is there parking?', { atMs: ms(first + 450), probability: 0.98 });
      await call.runUntil(ms(endMs + 5_000));
      expect(call.leg.wasSilentBetween(ms(INSIDE + SILENT_WITHIN_MS), endMs)).toBe(true);
      expect(call.answers.at(-1)).toMatchObject({ callerText: `${leadIn} is there parking?`, outcome: 'completed' });
      expect(call.answers).toHaveLength(2);
    },
  );

  it.each([
    ['Stop.', 'stopped'],
    ['Hold on a second.', 'holding'],
    ['One moment, please', 'holding'],
  ] as const)('with "%s" is given the floor', async (text, phrase) => {
    const endMs = call.callerSays(text, { atMs: INSIDE, forMs: ms(700), probability: 0.98 });
    await call.runUntil(ms(endMs + 4_000));
    expect(call.answers[1]).toMatchObject({ callerText: text, botText: call.persona[phrase], source: 'dialogue', outcome: 'completed' });
    expect(call.knowledge.asked.map((asked) => asked.text)).not.toContain(text);
    const soundMs = (call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs;
    expect(soundMs).toBeGreaterThanOrEqual(700);
    expect(soundMs).toBeLessThanOrEqual(1_000);
  });

  it('with the bot itself, through a loudspeaker, does not stop it', async () => {
    call.callerSays('The pool is on the roof', { atMs: INSIDE, forMs: ms(1_200) });
    await call.runUntil(ms(20_000));
    expect(call.all('barge-in').at(-1)).toMatchObject({ decision: 'resume' });
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
  });

  it('with a noise does not stop it', async () => {
    call.callerSays('', { atMs: INSIDE, forMs: ms(300), rejected: 'no-speech' });
    await call.runUntil(ms(20_000));
    expect(call.all('barge-in')).toMatchObject([{ decision: 'resume', why: 'nothing' }]);
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
  });

  it('while recognition is dead does not hold it up', async () => {
    await call.runUntil(ms(5_500));
    call.stt.behaves = 'silent';
    call.callerSays('wait a moment', { atMs: INSIDE, forMs: ms(300) });
    await call.runUntil(ms(20_000));
    expect(call.all('barge-in')).toMatchObject([{ decision: 'resume' }]);
    expect(call.all('barge-in')[0]?.decidedMs).toBeLessThanOrEqual(800);
    expect(call.answers).toMatchObject([{ outcome: 'completed' }]);
  });

  it('over the greeting is heard', async () => {
    call = new CallHarness().start();
    call.knowledge.answers = [[/parking/i, answer('parking', 'Parking is behind the house.')]];
    const endMs = call.callerSays('Is there parking?', { atMs: ms(500), probability: 0.99 });
    await call.runUntil(ms(endMs + 5_000));
    expect(call.all('turn-closed')).toMatchObject([
      { source: 'greeting', outcome: 'interrupted' },
      { outcome: 'completed', callerText: 'Is there parking?' },
    ]);
  });

  it('to answer the yes/no question that is being asked is taken at their word', async () => {
    call.callerSays('When is tea?', { atMs: ms(15_000), probability: 0.99 });
    await call.runUntil(ms(20_100));
    expect(call.leg.isBotSpeaking).toBe(true);
    call.callerSays('yeah', { atMs: ms(20_200), forMs: ms(300) });
    await call.runUntil(ms(30_000));
    expect(call.all('barge-in')).toMatchObject([{ decision: 'abort', why: 'answer' }]);
    expect(call.answers.at(-1)).toMatchObject({ callerText: 'yeah' });
  });
});

describe('the bot after an interruption', () => {
  it('only remembers what was heard', async () => {
    call.llm.capable = true;
    await call.finish();
    call = new CallHarness({ persona: { mode: 'chat', prompt: 'Be brief.' }, phrases: ({ fault, greeting }) => [fault, greeting] }).start();
    call.llm.answers = (text) =>
      /story/.test(text) ? 'Once upon a time there was a king. He had a castle. It stood on a hill above the sea.' : 'Sure.';
    call.callerSays('Tell me a story please?', { atMs: ms(2_500), probability: 0.99 });
    const endMs = call.callerSays('stop, tell me a shorter one', { atMs: ms(6_500), probability: 0.99 });
    await call.runUntil(ms(endMs + 4_000));
    const [story] = call.answers;
    const told = call.llm.asked.at(-1) ?? [];
    expect(told.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(told[2]?.content).toBe(story?.heardText);
    expect(story?.heardText).not.toContain('sea');
  });
});

describe('a language model that never stops', () => {
  it('is cut, and neither words nor audio pile up', async () => {
    await call.finish();
    call = new CallHarness({
      persona: { mode: 'chat' },
      options: { maxReplyChars: 400 },
      phrases: ({ fault, greeting }) => [fault, greeting],
    }).start();
    call.llm.answers = () => 'And then they walked a little further along the road. '.repeat(2_000);
    const endMs = call.callerSays('Tell me a story please?', { atMs: ms(2_500), probability: 0.99 });
    await call.runUntil(ms(endMs + 60_000));
    expect(call.answers).toMatchObject([{ outcome: 'completed' }]);
    expect(call.answers[0]?.botText.length).toBeLessThan(500);
    expect(call.llm.aborted).toBe(1);
    expect(call.leg.mostQueuedSamples).toBeLessThanOrEqual((call.options.playout.aheadMs + 400) * 24);
  });
});
