import { afterEach, describe, expect, it } from 'vitest';
import type { CallEvent } from '#domain/call-event';
import { ms, type Ms } from '#domain/units';
import { CallMetrics } from '#app/telemetry/metrics';
import { callRecord } from '#app/telemetry/call-record';
import { CALLER_VOICE } from '../harness/audible-words.ts';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';

const WIFI = 'The Wi-Fi is free, and the password is on your key card.';
const SORRY = 'I am sorry about the trouble.';
const OFFER = 'I am sorry, I cannot help with that. Shall I have somebody call you back?';
const ANGRY = 'This is ridiculous, the Wi-Fi does not work!';
const PERSONA = {
  unsure: 'I am not sure about that.',
  knowledge: [
    { id: 'wifi', asked: ['Wi-Fi'], answer: WIFI },
    { id: 'person', asked: ['a person'], answer: 'Of course.', action: 'take-message' },
  ],
  whenUpset: { answers: `${SORRY} {line}`, unsure: { say: OFFER, offers: 'person' } },
};

describe('how the caller sounds', () => {
  let call: CallHarness;
  afterEach(async () => {
    await call.finish();
    expect(call.errors).toEqual([]);
    expect(call.leg.staleTurnPackets).toBe(0);
  });

  function begin(script: CallScript = {}): CallHarness {
    call = new CallHarness({ persona: PERSONA, phrases: ({ fault }) => [fault, WIFI, SORRY, OFFER, PERSONA.unsure], ...script }).start();
    call.tone.tones = [
      [/ridiculous|useless|fed up/, 'upset'],
      [/lovely/, 'happy'],
    ];
    call.knowledge.answers = [[/Wi-Fi/, answer('wifi', WIFI)]];
    return call;
  }

  async function firstSoundAfter(text: string, script: CallScript): Promise<Ms> {
    begin(script);
    const endMs = call.callerSays(text, { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    const soundMs = ms((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs);
    await call.finish();
    return soundMs;
  }

  it('upset: an apology comes first, and the fact stays as it is', async () => {
    begin();
    call.callerSays(ANGRY, { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    expect(call.answers).toMatchObject([
      { source: 'knowledge', heardText: `${SORRY} ${WIFI}`, detail: { entry: 'wifi', tone: 'upset', toneConfidence: 0.8 } },
    ]);
    expect(call.all('caller-tone')).toMatchObject([{ turnId: call.answers[0]?.turnId, tone: 'upset', confidence: 0.8, basis: ['words'] }]);
  });

  it('is told by what the look-up computed anyway: no second request', async () => {
    begin();
    call.callerSays(ANGRY, { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    expect(call.knowledge.asked.length).toBeGreaterThan(0);
    expect(call.knowledge.vectorsMade).toEqual([]);
  });

  it.each([
    ['with everything ready', undefined],
    ['where nothing is ready', () => []],
    ['where only the plain words are ready', () => [WIFI, PERSONA.unsure]],
  ])('costs no time before the first sound %s', async (_, phrases) => {
    const script: CallScript = phrases === undefined ? {} : { phrases };
    const without = await firstSoundAfter(ANGRY, { ...script, options: { tone: { enabled: false } } });
    expect(await firstSoundAfter(ANGRY, script)).toBeLessThanOrEqual(without);
    expect(await firstSoundAfter('Please tell me about the Wi-Fi, I am fed up.', script)).toBeLessThanOrEqual(
      await firstSoundAfter('Please tell me about the Wi-Fi, I am fed up.', { ...script, options: { tone: { enabled: false } } }),
    );
    begin();
  });

  it('plain words that are ready are preferred to an apology that is not', async () => {
    begin({ phrases: () => [WIFI] });
    call.callerSays(ANGRY, { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    expect(call.answers).toMatchObject([{ heardText: WIFI, detail: { tone: 'upset' } }]);
  });

  it('upset and not understood: a person is offered, and "yes" is enough', async () => {
    begin();
    call.callerSays('You are useless, I want the other thing!', { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    expect(call.answers[0]).toMatchObject({ heardText: OFFER, detail: { rule: 'unsure' } });
    call.callerSays('Yes please.', { atMs: ms(14_500) });
    await call.runUntil(ms(28_000));
    expect(call.answers[1]).toMatchObject({ detail: { entry: 'person' }, heardText: `Of course. ${call.persona.takeMessage.ask}` });
    call.callerSays('Tom Miller, five five five one two three four.', { atMs: ms(28_500) });
    await call.runUntil(ms(44_000));
    expect(call.all('message-taken')).toHaveLength(1);
  });

  it('upset and not understood: "no" is accepted, and the next question answered', async () => {
    begin();
    call.callerSays('You are useless, I want the other thing!', { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    call.callerSays('No thanks.', { atMs: ms(14_500) });
    await call.runUntil(ms(20_000));
    expect(call.answers[1]).toMatchObject({ heardText: call.persona.stopped, detail: { rule: 'offer-declined' } });
    call.callerSays('And the Wi-Fi?', { atMs: ms(21_000) });
    await call.runUntil(ms(32_000));
    expect(call.answers[2]).toMatchObject({ heardText: WIFI, detail: { tone: 'neutral' } });
  });

  it('switched off: nothing is said otherwise, told or asked', async () => {
    begin({ options: { tone: { enabled: false } } });
    call.callerSays(ANGRY, { atMs: ms(3_000) });
    await call.runUntil(ms(14_000));
    expect(call.answers).toMatchObject([{ heardText: WIFI }]);
    expect(call.answers[0]?.detail).not.toHaveProperty('tone');
    expect(call.all('caller-tone')).toEqual([]);
    expect(call.tts.requests.every(({ speed }) => speed === 1)).toBe(true);
  });

  it('known too late: it counts for the next turn, and is on record as late', async () => {
    begin({ persona: { ...PERSONA, mode: 'chat', knowledge: [], whenUpset: {}, prompt: 'You are kind.' } });
    call.knowledge.vectorMs = ms(2_500);
    call.callerSays('I am so fed up with all of this today', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    expect(call.all('caller-tone')).toMatchObject([
      { turnId: 2, tone: 'neutral' },
      { turnId: 2, tone: 'upset', late: true },
    ]);
    expect(call.llm.asked.at(-1)?.at(-1)?.content).not.toContain('upset');
    call.callerSays('Can you help me with the room?', { atMs: ms(12_000) });
    await call.runUntil(ms(20_000));
    expect(call.all('caller-tone')[2]).toMatchObject({ tone: 'upset', basis: ['cues', 'sound', 'before'] });
    expect(call.llm.asked.at(-1)?.at(-1)?.content).toMatch(/^\(The caller seems upset\./);
  });

  it('an embedding that fails costs the tone and nothing else', async () => {
    begin({ persona: { ...PERSONA, mode: 'chat', knowledge: [], whenUpset: {} } });
    call.knowledge.behaves = 'dead';
    call.callerSays('I am so fed up with all of this today', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    expect(call.answers).toMatchObject([{ source: 'llm', outcome: 'completed', detail: { tone: 'neutral' } }]);
    expect(call.all('fault')).toEqual([]);
  });

  it('a language model is told softly, and its prompt stays the same', async () => {
    begin({ persona: { ...PERSONA, mode: 'chat', knowledge: [], whenUpset: {}, prompt: 'You are kind.' } });
    call.stt.partialEveryMs = ms(200);
    call.callerSays('I am so fed up with all of this today', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    const [system, user] = call.llm.asked.at(-1) ?? [];
    expect(system).toEqual({ role: 'system', content: 'You are kind.' });
    expect(user?.content).toMatch(/not what is true\.\)\n\nI am so fed up with all of this today$/);
    expect(call.all('turn-opened').at(-1)?.callerText).toBe('I am so fed up with all of this today');
    // Heard in kind: a little slower.
    expect(call.tts.requests.at(-1)?.speed).toBeCloseTo(0.94);
  });

  it('a happy caller is answered a little brighter', async () => {
    begin({ persona: { ...PERSONA, mode: 'chat', knowledge: [], whenUpset: {} } });
    call.stt.partialEveryMs = ms(200);
    call.callerSays('Oh that is lovely, thank you so much', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    expect(call.tts.requests.at(-1)?.speed).toBeCloseTo(1.04);
  });

  it('a raised voice is a fact of its own: neutral words stay neutral', async () => {
    begin();
    call.leg.phone.voice = { ...CALLER_VOICE, levelDbov: -28, pitchHz: 100 };
    call.callerSays('Hello, I am calling from room twelve.', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    call.leg.phone.voice = { ...CALLER_VOICE, levelDbov: -20, pitchHz: 125 };
    call.callerSays('And what about the Wi-Fi in here?', { atMs: ms(11_000) });
    await call.runUntil(ms(22_000));
    const [first, second] = call.all('caller-tone');
    expect(first).not.toHaveProperty('voice');
    expect(second).toMatchObject({ tone: 'neutral', voice: { raised: true } });
    expect(second?.voice?.levelDb).toBeCloseTo(8, 0);
    expect(second?.voice?.pitchSemitones).toBeCloseTo(12 * Math.log2(125 / 100), 1);
    expect(call.answers[1]?.heardText).toBe(WIFI);
  });

  it('a model that listens weighs in, and counts for the next turn when it is late', async () => {
    begin();
    const upset = { neutral: 0.05, happy: 0, sad: 0, upset: 0.95, unsure: 0 };
    call.tone.read = () => ({ neutral: 0.55, happy: 0.02, sad: 0.02, upset: 0.39, unsure: 0.02 });
    call.callerSays('The Wi-Fi.', { atMs: ms(3_000) });
    await call.runUntil(ms(12_000));
    expect(call.answers[0]?.detail).toMatchObject({ tone: 'neutral' });
    call.stt.tell({ kind: 'tone', pause: 1, tone: upset });
    call.callerSays('The Wi-Fi again.', { atMs: ms(13_000) });
    await call.runUntil(ms(24_000));
    expect(call.answers[1]?.detail).toMatchObject({ tone: 'upset' });
    expect(call.all('caller-tone')[1]?.basis).toEqual(['words', 'sound', 'model']);
  });

  it('is in the record and among the metrics', async () => {
    begin();
    call.leg.phone.voice = { ...CALLER_VOICE, levelDbov: -28, pitchHz: 100 };
    call.callerSays('Hello, I am calling from room twelve.', { atMs: ms(3_000) });
    await call.runUntil(ms(10_000));
    call.leg.phone.voice = { ...CALLER_VOICE, levelDbov: -20, pitchHz: 125 };
    call.callerSays(ANGRY, { atMs: ms(11_000) });
    await call.runUntil(ms(24_000));
    const started: CallEvent = { callId: 'call-1', atMs: ms(0), kind: 'call-started', facts: call.leg.facts, persona: 'bot' };
    const events: CallEvent[] = [started, ...call.events.map((event) => ({ callId: 'call-1', ...event }))];

    const record = callRecord(events.map((event, at) => ({ event, wallMs: at, sequence: at, callId: 'call-1' })));
    const [calm, loud] = call.answers.map(({ turnId }) => turnId);
    expect(record?.tones).toMatchObject([
      { turnId: calm, tone: 'neutral' },
      { turnId: loud, tone: 'upset', confidence: expect.closeTo(0.9, 1), basis: ['words', 'sound'], voice: { raised: true } },
    ]);
    expect(record?.turns.at(-1)?.detail).toMatchObject({ tone: 'upset' });

    const metrics = new CallMetrics();
    for (const event of events) metrics.observe(event);
    const text = await metrics.registry.metrics();
    expect(text).toContain('parley_caller_tones_total{tone="upset",late="false"} 1');
    expect(text).toContain('parley_caller_tones_total{tone="neutral",late="false"} 1');
    expect(text).toContain('parley_caller_raised_voices_total 1');
  });
});
