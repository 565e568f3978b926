import { afterEach, describe, expect, it } from 'vitest';
import type { SpurtSound } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';

const VOICE: SpurtSound = { levelDbov: -27, pitchHz: 130, speechRatio: 0.93, pitchedRatio: 0.6, pitchSpreadSemitones: 4 };
const MUSIC: SpurtSound = { levelDbov: -24, pitchHz: 240, speechRatio: 0.6, pitchedRatio: 0.7, pitchSpreadSemitones: 17 };
const HUM: SpurtSound = { levelDbov: -35, pitchHz: 100, speechRatio: 0.58, pitchedRatio: 1, pitchSpreadSemitones: 0.05 };
const DOG: SpurtSound = { levelDbov: -18, speechRatio: 0.6, pitchedRatio: 0.1 };
const COUGH: SpurtSound = { levelDbov: -20, speechRatio: 0.65, pitchedRatio: 0.1 };
const TELEVISION: SpurtSound = { ...VOICE, levelDbov: -38, speechRatio: 0.8 };

let call: CallHarness;
/** How the detector measures the caller from now on, whatever the scripted voice is like. */
let measured: SpurtSound = VOICE;
function start(script: CallScript = {}): CallHarness {
  call = new CallHarness({
    phrases: ({ fault, greeting, notHeard, otherWords, stillThere }) => [fault, greeting, notHeard, ...otherWords.notHeard, ...stillThere],
    ...script,
  });
  call.knowledge.answers = [[/pool/i, answer('pool', 'The pool is on the roof.')]];
  measured = VOICE;
  const tell = call.leg.event.bind(call.leg);
  call.leg.event = (event) => tell(event.kind === 'voice-stopped' ? { ...event, sound: measured } : event);
  return call.start();
}
afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.all('turn-closed')).toHaveLength(call.all('turn-opened').length);
});

/** A sound in which recognition finds no words. */
function sounds(sound: SpurtSound, atMs: number, forMs: number): Ms {
  call.clock.schedule(ms(atMs - call.clock.nowMs()), () => {
    measured = sound;
  });
  return call.callerSays('', { atMs: ms(atMs), forMs: ms(forMs), rejected: 'no-speech' });
}
const said = (): readonly string[] => call.all('turn-closed').map(({ botText }) => botText);
const apologies = (): readonly string[] =>
  said().filter((text) => [call.persona.notHeard, ...call.persona.otherWords.notHeard].includes(text));

describe('a caller who speaks and is not understood', () => {
  // The bot was silent for 5.5 s, then asked "Are you still there?".
  it.each([230, 300, 700, 2_000])('for %d ms is told so within 1.2 s, and in other words the next time', async (forMs) => {
    start();
    const first = sounds(VOICE, 4_000, forMs);
    await call.runUntil(ms(first + 5_000));
    expect((call.leg.firstSoundAfter(first) ?? Infinity) - first).toBeLessThan(1_200);
    const second = sounds(VOICE, first + 5_100, forMs);
    await call.runUntil(ms(second + 5_000));
    expect((call.leg.firstSoundAfter(second) ?? Infinity) - second).toBeLessThan(1_200);
    expect(said().slice(1)).toEqual([call.persona.notHeard, call.persona.otherWords.notHeard[0]]);
    expect(call.all('turn-closed').at(-1)?.detail).toMatchObject({ rule: 'no-words' });
    expect(call.all('speech-without-words').map(({ answered }) => answered)).toEqual([true, true]);
  });

  it('and goes on after all is listened to', async () => {
    start();
    sounds(VOICE, 4_000, 400);
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_900), probability: 0.95 });
    await call.runUntil(ms(endMs + 4_000));
    expect(said().slice(1)).toEqual(['The pool is on the roof.']);
  });

  it('is told so twice in a row at most, and again once there were words', async () => {
    start();
    for (const atMs of [4_000, 10_000, 16_000, 22_000]) sounds(VOICE, atMs, 600);
    await call.runUntil(ms(24_000));
    expect(apologies()).toHaveLength(2);
    call.callerSays('Where is the pool?', { atMs: ms(25_000), probability: 0.95 });
    await call.runUntil(ms(32_000));
    sounds(VOICE, 32_500, 600);
    await call.runUntil(ms(37_000));
    expect(apologies()).toHaveLength(3);
    expect(said()).toContain('The pool is on the roof.');
  });

  it('while an answer is on its way gets that answer', async () => {
    start();
    call.knowledge.matchMs = ms(900);
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_000), probability: 0.95 });
    sounds(VOICE, endMs + 1_000, 300);
    await call.runUntil(ms(endMs + 8_000));
    expect(said()).toContain('The pool is on the roof.');
  });
});

describe('what is not speech gets no answer:', () => {
  it.each<{ readonly what: string; readonly sound: SpurtSound; readonly forMs: number }>([
    { what: 'a cough', sound: COUGH, forMs: 300 },
    { what: 'a click', sound: COUGH, forMs: 100 },
    { what: 'a bark', sound: DOG, forMs: 400 },
    { what: 'a hum', sound: HUM, forMs: 3_000 },
    { what: 'some bars of music', sound: MUSIC, forMs: 2_500 },
    { what: 'the echo of the bot', sound: VOICE, forMs: 600 },
  ])('$what', async ({ what, sound, forMs }) => {
    start();
    sounds(sound, what.startsWith('the echo') ? 300 : 4_000, forMs);
    await call.runUntil(ms(9_000));
    expect(apologies()).toEqual([]);
  });
});

describe('ten minutes of', () => {
  const MINUTES = 600_000;
  /** How long each sound lasts, and from the beginning of one to that of the next. */
  it.each<{ readonly what: string; readonly sound: SpurtSound; readonly forMs: number; readonly everyMs: number }>([
    { what: 'hold music with pauses', sound: MUSIC, forMs: 4_000, everyMs: 5_500 },
    { what: 'hold music without a pause', sound: MUSIC, forMs: MINUTES, everyMs: MINUTES },
    { what: 'a television that is not understood', sound: TELEVISION, forMs: 2_500, everyMs: 4_000 },
    { what: 'a steady hum', sound: HUM, forMs: 30_000, everyMs: 31_000 },
    { what: 'a dog', sound: DOG, forMs: 400, everyMs: 1_900 },
    { what: 'clicks', sound: COUGH, forMs: 120, everyMs: 900 },
    { what: 'somebody who cannot be understood at all', sound: VOICE, forMs: 900, everyMs: 3_000 },
  ])('$what, then a question: it is answered', async ({ sound, forMs, everyMs }) => {
    start();
    let overMs = 0;
    for (let atMs = 3_000; atMs < MINUTES; atMs += everyMs) overMs = sounds(sound, atMs, forMs);
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(overMs + 2_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 4_000));
    expect(said()).toContain('The pool is on the roof.');
    expect((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs).toBeLessThan(1_200);
    expect(apologies().length).toBeLessThanOrEqual(2);
    // The greeting, two apologies, "Are you still there?" twice, the answer.
    expect(said().length).toBeLessThanOrEqual(6);
  });

  it('music, and nobody comes back: the call ends after a quarter of an hour, not after an hour', async () => {
    start();
    for (let atMs = 3_000; atMs < 1_200_000; atMs += 5_500) sounds(MUSIC, atMs, 4_000);
    await call.runUntil(ms(1_200_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
  });
});

describe('a turn in which nothing happens any more', () => {
  it('of the bot, whose playout has died, is ended after 8 s and counted, and the caller hears an apology', async () => {
    start();
    await call.runUntil(ms(4_000));
    const send = call.leg.send.bind(call.leg);
    call.leg.send = (command) => (command.kind === 'play' || command.kind === 'play-end' ? undefined : send(command));
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_500), probability: 0.95 });
    await call.runUntil(ms(endMs + 5_000));
    call.leg.send = send;
    await call.runUntil(ms(endMs + 15_000));
    expect(call.all('fault')).toMatchObject([{ service: 'media', code: 'TURN_STUCK' }]);
    expect(call.all('turn-closed').find(({ callerText }) => callerText !== '')).toMatchObject({
      outcome: 'failed',
      detail: { cause: 'TURN_STUCK' },
    });
    expect((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs).toBeLessThan(9_500);
    expect(said().at(-1)).toBe(call.persona.fault);
  });

  it('of the bot is not apologised for over a caller who has begun to speak again', async () => {
    start();
    await call.runUntil(ms(4_000));
    const send = call.leg.send.bind(call.leg);
    call.leg.send = (command) => (command.kind === 'play' || command.kind === 'play-end' ? undefined : send(command));
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_500), probability: 0.95 });
    await call.runUntil(ms(endMs + 6_000));
    call.leg.send = send;
    const againMs = call.callerSays('Where is the pool, I asked you now', { atMs: ms(endMs + 6_500), forMs: ms(5_000), probability: 0.95 });
    await call.runUntil(ms(againMs + 6_000));
    expect(call.all('fault')).toMatchObject([{ code: 'TURN_STUCK' }]);
    expect(call.leg.wasSilentBetween(ms(endMs + 6_000), againMs)).toBe(true);
    expect(said()).not.toContain(call.persona.fault);
    expect(said().at(-1)).toBe('The pool is on the roof.');
  });

  it('of the bot is another matter than an answer for which so long may be waited', async () => {
    start({ persona: { mode: 'chat' }, options: { faults: { answerWithinMs: 20_000, answerAtLeastMs: 20_000 } } });
    call.llm.firstTokenMs = ms(12_000);
    call.llm.answers = () => 'The pool is on the roof.';
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_500), probability: 0.95 });
    await call.runUntil(ms(endMs + 17_000));
    expect(call.all('fault')).toEqual([]);
    expect(said().at(-1)).toBe('The pool is on the roof.');
  });

  it('of the caller is another matter than a transcript for which so long may be waited', async () => {
    start({ options: { faults: { transcriptWithinMs: 20_000 } } });
    await call.runUntil(ms(4_000));
    call.stt.decodeMs = ms(12_000);
    call.stt.partialEveryMs = ms(60_000);
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_500), probability: 0.95 });
    await call.runUntil(ms(endMs + 17_000));
    expect(call.all('fault')).toEqual([]);
    expect(said().at(-1)).toBe('The pool is on the roof.');
  });

  it('of the bot is not apologised for again and again where nothing can be heard', async () => {
    start();
    await call.runUntil(ms(4_000));
    const send = call.leg.send.bind(call.leg);
    call.leg.send = (command) => (command.kind === 'play' || command.kind === 'play-end' ? undefined : send(command));
    call.callerSays('Where is the pool?', { atMs: ms(4_500), probability: 0.95 });
    await call.runUntil(ms(30_000));
    expect(call.all('fault').filter(({ code }) => code === 'TURN_STUCK')).toHaveLength(2);
  });

  it('of the caller, whose sound stopped coming, is ended after 8 s and counted, and the caller hears an apology', async () => {
    start();
    await call.runUntil(ms(4_000));
    call.leg.event({ kind: 'voice-started', spurtId: 77, atMs: call.clock.nowMs(), startedAtMs: call.clock.nowMs(), botSpeaking: false });
    await call.runUntil(ms(18_000));
    expect(call.all('fault')).toMatchObject([{ service: 'media', code: 'TURN_STUCK' }]);
    expect(said()).toContain(call.persona.fault);
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(19_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 4_000));
    expect(said()).toContain('The pool is on the roof.');
  });
});

describe('recognition that dies in the middle of a word', () => {
  it.each([100, 300, 700])('%d ms into it is apologised for, and hears the next words', async (afterMs) => {
    start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(4_000), probability: 0.95 });
    call.clock.schedule(ms(4_000 + afterMs), () => {
      call.stt.behaves = 'dead';
      call.stt.tell({ kind: 'fault', code: 'STT_CLOSED', message: 'killed' });
    });
    await call.runUntil(ms(endMs + 1_500));
    expect(call.all('turn-opened').at(-1)).toMatchObject({ source: 'fault' });
    call.stt.behaves = 'none';
    const again = call.callerSays('Where is the pool?', { atMs: ms(endMs + 6_000), probability: 0.95 });
    await call.runUntil(ms(again + 4_000));
    expect(said().at(-1)).toBe('The pool is on the roof.');
    expect(call.all('fault').length).toBeGreaterThan(0);
  });
});
