import { afterEach, describe, expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { CallHarness, answer, type Saying } from '../harness/call-harness.ts';

let call: CallHarness;

function start(greeting = 'Hello, how can I help you?', options: Record<string, unknown> = {}): CallHarness {
  call = new CallHarness({ persona: { greeting }, options, phrases: ({ fault, unsure }) => [fault, unsure] }).start();
  return call;
}

/** From the caller's last sound to the first of the bot. */
async function firstSoundMs(text: string, saying: Omit<Saying, 'atMs'> = {}): Promise<Ms> {
  const endMs = call.callerSays(text, { atMs: ms(4_000), ...saying });
  await call.runUntil(ms(endMs + 5_000));
  return ms((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs);
}

afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
});

describe('a caller who gives a short answer is not left waiting', () => {
  it.each([
    ['two people', 0.27],
    ['half an hour', 0.03],
    ['hello', 0.14],
    ['yes', 0.1],
    ['goodbye', 0.2],
    ['2:30 p.m.', 0.3],
  ])('%s, although Smart Turn gives it %f', async (text, probability) => {
    start();
    expect(await firstSoundMs(text, { probability })).toBeLessThanOrEqual(450);
  });

  it('is waited for a little when nothing had been asked', async () => {
    start('Welcome to the hotel.');
    expect(await firstSoundMs('two people', { probability: 0.03 })).toBeLessThanOrEqual(450);
    expect(call.answers[0]?.detail).toMatchObject({ turnEnd: 'short-phrase', silenceMs: 400 });
  });
});

describe('a caller who stops inside something is not cut off', () => {
  it('waits for the rest of digits said in groups, with pauses of 1.1 and 1.5 s, whatever Smart Turn says', async () => {
    start();
    const groups = ['one zero zero zero one', 'nine oh two one oh', 'zero one eight zero three'];
    const first = call.callerSays(groups[0] ?? '', { atMs: ms(4_000), forMs: ms(1_800), probability: 0.98 });
    const second = call.callerSays(groups[1] ?? '', { atMs: ms(first + 1_100), forMs: ms(1_800), probability: 0.98 });
    const endMs = call.callerSays(groups[2] ?? '', { atMs: ms(second + 1_500), forMs: ms(1_800), probability: 0.98 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.leg.wasSilentBetween(ms(4_000), endMs)).toBe(true);
    expect(call.answers).toHaveLength(1);
    expect(call.answers[0]).toMatchObject({ callerText: groups.join(' '), detail: { turnEnd: 'digits' } });
    const soundMs = (call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs;
    expect(soundMs).toBeGreaterThan(1_500);
    expect(soundMs).toBeLessThanOrEqual(2_300);
  });

  it('waits after "and" for what follows, and answers both together', async () => {
    start();
    const first = call.callerSays('I would like a room and', { atMs: ms(4_000), probability: 0.9 });
    const endMs = call.callerSays('a table for dinner', { atMs: ms(first + 1_000), probability: 0.9 });
    await call.runUntil(ms(endMs + 4_000));
    expect(call.answers.map(({ callerText }) => callerText)).toEqual(['I would like a room and a table for dinner']);
  });

  it('answers in the end when nothing follows', async () => {
    start();
    const soundMs = await firstSoundMs('I would like a room and', { probability: 0.9 });
    expect(soundMs).toBeGreaterThan(1_200);
    expect(soundMs).toBeLessThanOrEqual(1_600);
  });

  it('drops the answer that was prepared when the caller goes on, and nobody hears it', async () => {
    start('Welcome to the hotel.');
    call.knowledge.answers = [
      [/dog/, answer('dogs', 'Dogs are welcome.')],
      [/pool/, answer('pool', 'The pool is on the roof.')],
    ];
    const first = call.callerSays('I am bringing my big dog with me this time', { atMs: ms(4_000), probability: 0.1 });
    const endMs = call.callerSays('is there also a pool', { atMs: ms(first + 700), probability: 0.99 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.leg.wasSilentBetween(ms(4_000), endMs)).toBe(true);
    expect(call.all('speculation-dropped').map(({ why }) => why)).toContain('speech resumed');
    expect(call.answers.map(({ callerText }) => callerText)).toEqual(['I am bringing my big dog with me this time is there also a pool']);
    expect(call.all('turn-opened')).toHaveLength(call.all('turn-closed').length);
  });
});

describe('a caller who pauses inside a question', () => {
  it.each([
    ['Is there somewhere?', 'I can leave my car?'],
    ['Do you have wireless internet?', 'in the rooms?'],
  ])('is not cut off after "%s", which reads as a whole one', async (first, rest) => {
    start();
    const pausedMs = call.callerSays(first, { atMs: ms(4_000), probability: 0.0064 });
    const endMs = call.callerSays(rest, { atMs: ms(pausedMs + 340), probability: 0.98 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.leg.wasSilentBetween(ms(4_000), endMs)).toBe(true);
    expect(call.answers.map(({ callerText, outcome }) => [callerText, outcome])).toEqual([[`${first} ${rest}`, 'completed']]);
    expect((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs).toBeLessThanOrEqual(450);
  });

  it('is not cut off either when the text is there a little before the probability', async () => {
    start();
    call.stt.decodeMs = ms(75);
    call.stt.turnMs = ms(130);
    const pausedMs = call.callerSays('Is there somewhere?', { atMs: ms(4_000), probability: 0.0064 });
    const endMs = call.callerSays('I can leave my car?', { atMs: ms(pausedMs + 340), probability: 0.98 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.leg.wasSilentBetween(ms(4_000), endMs)).toBe(true);
    expect(call.answers).toHaveLength(1);
  });

  it('is answered soon when nothing follows', async () => {
    start();
    const soundMs = await firstSoundMs('Is there somewhere I can leave my car?', { probability: 0.015 });
    expect(soundMs).toBeGreaterThanOrEqual(650);
    expect(soundMs).toBeLessThanOrEqual(750);
    expect(call.stt.judged).toEqual([450]);
  });

  it('does not make whoever asks a whole question wait, even if no probability comes', async () => {
    start();
    call.stt.turnMs = ms(5_000);
    expect(await firstSoundMs('What time is breakfast?', {})).toBeLessThanOrEqual(500);
  });
});

describe('where the text does not tell, the probability does', () => {
  const STATEMENT = 'I am travelling with my wife this time';

  it('ends at once when it is sure', async () => {
    start('Welcome to the hotel.');
    expect(await firstSoundMs(STATEMENT, { probability: 0.95, forMs: ms(2_000) })).toBeLessThanOrEqual(450);
  });

  it('asks again as silence grows, and needs two votes in between', async () => {
    start('Welcome to the hotel.');
    const soundMs = await firstSoundMs(STATEMENT, { probability: 0.7, forMs: ms(2_000) });
    expect(call.stt.judged).toEqual([450]);
    expect(soundMs).toBeGreaterThan(450);
    expect(soundMs).toBeLessThanOrEqual(650);
  });

  it('waits longest when it says unfinished', async () => {
    start('Welcome to the hotel.');
    const soundMs = await firstSoundMs(STATEMENT, { probability: 0.05, forMs: ms(2_000) });
    expect(call.stt.judged).toEqual([450, 800]);
    expect(soundMs).toBeGreaterThan(1_000);
    expect(soundMs).toBeLessThanOrEqual(1_300);
  });

  it('waits a little for what people add to a long statement', async () => {
    start('Welcome to the hotel.');
    const soundMs = await firstSoundMs(STATEMENT, { probability: 0.99, forMs: ms(4_000) });
    expect(soundMs).toBeGreaterThanOrEqual(500);
    expect(soundMs).toBeLessThanOrEqual(600);
  });
});

describe('a caller whose turn was taken for finished too early', () => {
  it('goes on before the answer is heard: the answer is to all of it', async () => {
    start();
    call.tts.firstPcmMs = ms(700);
    call.knowledge.answers = [[/room/, answer('rooms', 'We have rooms of all sizes.')]];
    const first = call.callerSays('book a room', { atMs: ms(4_000) });
    const endMs = call.callerSays('with a view of the sea', { atMs: ms(first + 500), probability: 0.95 });
    await call.runUntil(ms(endMs + 5_000));
    expect(call.leg.wasSilentBetween(ms(4_000), endMs)).toBe(true);
    expect(call.answers).toMatchObject([
      { callerText: 'book a room', outcome: 'abandoned' },
      { callerText: 'book a room with a view of the sea', outcome: 'completed' },
    ]);
  });

  it('goes on over the first sound of the answer: the words are put together', async () => {
    start();
    call.knowledge.answers = [[/room/, answer('rooms', 'We have rooms of all sizes, from the small ones to the large ones.')]];
    const first = call.callerSays('book a room', { atMs: ms(4_000) });
    const endMs = call.callerSays('with a view of the sea', { atMs: ms(first + 460), probability: 0.95 });
    await call.runUntil(ms(endMs + 8_000));
    expect(call.answers.map(({ callerText, outcome }) => [callerText, outcome])).toEqual([
      ['book a room', 'interrupted'],
      ['book a room with a view of the sea', 'completed'],
    ]);
  });
});

describe('a caller who is answered in the middle of a question', () => {
  it.each([
    ['in the rooms?', true],
    ['and in the garden', true],
    ['is there a pool?', false],
  ])('and says "%s" over the first sound of the answer: both are one question: %s', async (rest, together) => {
    start();
    const first = call.callerSays('Do you have wireless internet?', { atMs: ms(4_000), probability: 0.98 });
    const endMs = call.callerSays(rest, { atMs: ms(first + 400), probability: 0.98 });
    await call.runUntil(ms(endMs + 8_000));
    expect(call.answers.map(({ callerText }) => callerText)).toEqual([
      'Do you have wireless internet?',
      together ? `Do you have wireless internet? ${rest}` : rest,
    ]);
  });
});

describe('a noise after the words', () => {
  it('while the answer is on its way does not lose the answer', async () => {
    start();
    call.tts.firstPcmMs = ms(600);
    call.knowledge.answers = [[/room/, answer('rooms', 'We have rooms of all sizes.')]];
    const endMs = call.callerSays('book a room', { atMs: ms(4_000) });
    call.callerSays('', { atMs: ms(endMs + 500), forMs: ms(200), rejected: 'no-speech' });
    await call.runUntil(ms(endMs + 5_000));
    expect(call.answers.map(({ callerText, outcome }) => [callerText, outcome])).toEqual([
      ['book a room', 'abandoned'],
      ['book a room', 'completed'],
    ]);
  });

  it('does not make the caller wait for the answer any longer', async () => {
    start('Welcome to the hotel.');
    const endMs = call.callerSays('I am travelling with my wife this time', { atMs: ms(4_000), forMs: ms(2_000), probability: 0.1 });
    call.callerSays('', { atMs: ms(endMs + 600), forMs: ms(200), probability: 0.1, rejected: 'no-speech' });
    await call.runUntil(ms(endMs + 4_000));
    const soundMs = (call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs;
    expect(soundMs).toBeLessThanOrEqual(1_300);
  });
});
