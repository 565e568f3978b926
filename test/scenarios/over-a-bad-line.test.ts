import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';
import type { NetworkConditions } from '../harness/netem.ts';
import type { LegConditions } from '../harness/real-leg.ts';

const POOL = 'The pool is on the roof. It opens at eight in the morning and closes at ten at night, and towels are free.';
const PARKING = 'Parking is behind the house.';
/** Packets without sound in each breath of the bot: 64 ms touch up to four. */
const BREATHS_MS = 60;

let call: CallHarness;
function start(leg: LegConditions = {}, script: CallScript = {}): CallHarness {
  call = new CallHarness({ phrases: ({ fault, greeting }) => [fault, greeting], leg, ...script });
  call.knowledge.answers = [
    [/pool/i, answer('pool', POOL)],
    [/parking/i, answer('parking', PARKING)],
  ];
  return call.start();
}

afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
  expect(call.all('turn-closed')).toHaveLength(call.all('turn-opened').length);
});

/** Says one line after the other, each when the bot has had time to answer the one before. */
async function converse(...lines: readonly string[]): Promise<void> {
  let atMs = 3_000;
  for (const line of lines) {
    const endMs = call.callerSays(line, { atMs: ms(atMs), probability: 0.98 });
    await call.runUntil(ms(endMs + 9_000));
    atMs = endMs + 9_300;
  }
}

/** All that the bot believes was heard, word by word. */
const believed = (): readonly string[] => call.all('turn-closed').flatMap(({ heardText }) => heardText.split(' '));

describe('on a perfect line', () => {
  it('what the bot believes was heard is what the caller heard, word for word', async () => {
    start();
    await converse('Where is the pool?', 'And is there parking?');
    expect(call.answers.map(({ callerText }) => callerText)).toEqual(['Where is the pool?', 'And is there parking?']);
    expect(call.leg.phone.wordsHeard).toEqual(believed());
  });

  it('packets leave every 20 ms from the first to the last, whatever is said', async () => {
    start();
    await converse('Where is the pool?');
    await call.runUntil(ms(30_000));
    expect(call.leg.endReason).toBeUndefined();
    expect(call.leg.phone.packetsHeard).toBe(1_500);
    for (const { atMs } of call.leg.phone.loud) expect(atMs % 20).toBe(10);
  });

  it('a nod costs nothing of the answer', async () => {
    start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.98 });
    for (const atMs of [1_500, 3_030, 4_610]) call.callerSays('mhm', { atMs: ms(endMs + atMs), forMs: ms(350) });
    await call.runUntil(ms(endMs + 14_000));
    expect(call.leg.events.filter(({ kind }) => kind === 'playout-resumed').length).toBeGreaterThanOrEqual(3);
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
    expect(call.leg.phone.wordsHeard).toEqual(believed());
    // 60 ms a character, and what was said again each time: 40 ms, and the packet that faded out.
    const answerMs = POOL.length * 60 + 3 * 60;
    const heardMs = call.leg.phone.loud.filter(({ atMs }) => atMs > endMs).length * 20;
    expect(heardMs + BREATHS_MS * Math.floor((POOL.length * 60) / 600)).toBeGreaterThanOrEqual(answerMs - 40);
  });

  it('nothing of an answer is heard once it was interrupted, however late its audio comes to the worker', async () => {
    for (const portMs of [0, 5, 40, 90]) {
      start({ portMs: ms(portMs) });
      const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.98 });
      const stopMs = call.callerSays('Stop, is there parking?', { atMs: ms(endMs + 1_505 + portMs), probability: 0.98 });
      await call.runUntil(ms(stopMs + 6_000));
      expect(call.answers.map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
      expect(call.leg.phone.wordsHeard.join(' ')).toMatch(new RegExp(`${PARKING}$`));
      expect(call.leg.phone.wordsHeard).not.toContain('towels');
      await call.finish();
    }
  });
});

const NETWORKS: readonly (readonly [string, Partial<NetworkConditions>])[] = [
  ['a delay of 250 ms', { delayMs: ms(250) }],
  ['jitter', { delayMs: ms(40), jitterMs: ms(35) }],
  ['packets that overtake each other', { delayMs: ms(20), reorderRatio: 0.15, reorderMs: ms(30) }],
  ['every fourth packet twice', { duplicateRatio: 0.25 }],
  ['single losses', { lossRatio: 0.04 }],
  ['losses in runs', { burstRatio: 0.01, burstPackets: 3 }],
  ['stalls, after which all comes at once', { stallEveryMs: ms(1_700), stallForMs: ms(120) }],
  ['a fast clock', { driftPpm: 400 }],
  ['a slow clock', { driftPpm: -400 }],
];

describe('a caller is understood, and hears all of the answer, over a network with', () => {
  it.each(NETWORKS)('%s', async (_what, up) => {
    for (const seed of [1, 2, 3]) {
      start({ up: { ...up, seed } });
      await converse('Where is the pool please, tell me about it', 'And is there parking behind the house too?');
      expect(call.answers.map(({ callerText, outcome }) => [callerText, outcome])).toEqual([
        ['Where is the pool please, tell me about it', 'completed'],
        ['And is there parking behind the house too?', 'completed'],
      ]);
      expect(call.leg.phone.wordsHeard).toEqual(believed());
      await call.finish();
    }
  });

  it.each(NETWORKS)('%s on the way back', async (_what, down) => {
    start({ down });
    await converse('Where is the pool?', 'And is there parking?');
    expect(call.answers.map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
    expect(call.leg.phone.wordsHeard).toEqual(believed());
  });

  it('anything of it all: every question is answered, once', async () => {
    const some = (most: number) => fc.integer({ min: 0, max: most }).map(ms);
    const network = fc.record({
      seed: fc.integer(),
      delayMs: some(150),
      jitterMs: some(30),
      lossRatio: fc.double({ min: 0, max: 0.02, noNaN: true }),
      reorderRatio: fc.double({ min: 0, max: 0.05, noNaN: true }),
      reorderMs: some(30),
      duplicateRatio: fc.double({ min: 0, max: 0.1, noNaN: true }),
      stallEveryMs: some(3_000),
      stallForMs: some(80),
      driftPpm: fc.integer({ min: -300, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(network, network, some(10), some(19), async (up, down, portMs, startMs) => {
        start({ up, down, portMs, startMs });
        await converse('Where is the pool?', 'And is there parking?');
        expect(call.answers.map(({ heardText }) => heardText)).toEqual([POOL, PARKING]);
        await call.finish();
        expect(call.leg.staleTurnPackets).toBe(0);
        expect(call.errors).toEqual([]);
      }),
      { numRuns: 25, seed: 12 },
    );
  });
});

it('no audio that came in time is lost to packets that overtake each other', async () => {
  start({ up: { reorderRatio: 0.2, reorderMs: ms(30) } });
  await converse('Where is the pool please, tell me about it');
  expect(call.leg.up.reordered).toBeGreaterThan(50);
  expect(call.leg.core.stats()).toMatchObject({ packetsLost: 0, packetsLate: 0, framesConcealed: 0 });
  // One that is overtaken before anything was heard is taken for a packet that was there before.
  expect(call.leg.core.stats().packetsDuplicate).toBeLessThanOrEqual(1);
});

describe('a caller with a loudspeaker', () => {
  it.each([
    [-30, 'Hello, how can I help you?'],
    [-20, 'Hello, how can I help you?'],
    [-12, 'Hello, how can I help you?'],
    [-12, 'Welcome to the hotel, how can I help you?'],
    [-12, 'I am the front desk. What may I do for you?'],
  ])('whose microphone hears the bot at %d dB does not interrupt it by that: %j', async (echoDb, greeting) => {
    start({}, { persona: { greeting } });
    call.leg.phone.echoDb = echoDb;
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(7_000), probability: 0.98 });
    await call.runUntil(ms(endMs + 9_000));
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
    expect(call.leg.phone.wordsHeard).toEqual(believed());
    // Louder than is expected of any line it is learned within a second.
    if (echoDb <= -18) expect(call.leg.events.filter(({ kind }) => kind === 'playout-ducked')).toEqual([]);
  });

  it('is heard over an echo that is too quiet to be recognised together with them', async () => {
    start();
    call.leg.phone.echoDb = -32;
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.98 });
    const stopMs = call.callerSays('And is there parking?', { atMs: ms(endMs + 3_000), probability: 0.98 });
    await call.runUntil(ms(stopMs + 6_000));
    expect(call.answers.map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
  });
});

describe('a caller who puts the bot on hold', () => {
  it('hears nothing meanwhile, and the rest of the answer afterwards', async () => {
    start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.98 });
    const holdMs = ms(endMs + 2_500);
    await call.runUntil(holdMs);
    call.leg.update({ held: true });
    // Longer than nothing may happen otherwise, and than a silent caller is waited for.
    await call.runUntil(ms(holdMs + 60_000));
    call.leg.update({ held: false });
    await call.runUntil(ms(holdMs + 66_000));
    expect(call.leg.wasSilentBetween(ms(holdMs + 40), ms(holdMs + 60_000))).toBe(true);
    expect(call.all('fault')).toEqual([]);
    expect(call.leg.endReason).toBeUndefined();
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
    expect(call.leg.phone.wordsHeard).toEqual(believed());
  });
});

describe('a caller who puts the bot on hold while it waits for them', () => {
  it('is neither asked whether they are there nor let go, and is asked once they are back', async () => {
    start();
    await call.runUntil(ms(5_000));
    call.leg.update({ held: true });
    await call.runUntil(ms(185_000));
    expect(call.all('turn-opened').map(({ source }) => source)).toEqual(['greeting']);
    call.leg.update({ held: false });
    await call.runUntil(ms(196_000));
    expect(call.all('turn-opened').map(({ source }) => source)).toEqual(['greeting', 'dialogue']);
    expect(call.leg.endReason).toBeUndefined();
  });
});

describe('a caller at the keypad', () => {
  it.each(NETWORKS)('is understood, each key once, over %s', async (_what, up) => {
    start({ up: { ...up, seed: 5 } });
    call.callerPresses('20477', ms(4_000));
    await call.runUntil(ms(12_000));
    expect(
      call
        .all('dtmf')
        .map(({ digit }) => digit)
        .join(''),
    ).toBe('20477');
    expect(call.answers).toMatchObject([{ callerText: '20477' }]);
  });
});

describe('a caller who speaks for long', () => {
  it('is heard to the end: what may be sent to recognition is granted anew', async () => {
    start({}, { persona: { mode: 'chat' } });
    const words = Array.from({ length: 100 }, (_, i) => `word${i}`).join(' ');
    const endMs: Ms = call.callerSays(words, { atMs: ms(3_000), forMs: ms(30_000), probability: 0.98 });
    await call.runUntil(ms(endMs + 3_000));
    expect(call.all('turn-opened').at(-1)?.callerText).toBe(words);
    expect(call.leg.events.filter(({ kind }) => kind === 'uplink-dropped')).toEqual([]);
  });
});

describe('a line on which nothing comes any more', () => {
  it('in the middle of a word ends the word, and after a while the call', async () => {
    start({ media: { timeoutMs: 15_000 } });
    call.callerSays('Where is the pool?', { atMs: ms(3_000) });
    await call.runUntil(ms(3_800));
    call.leg.phone.isSending = false;
    await call.runUntil(ms(40_000));
    expect(call.leg.events.some(({ kind }) => kind === 'voice-stopped')).toBe(true);
    expect(call.leg.endReason).toEqual({ by: 'network', code: 'media-timeout' });
  });
});
