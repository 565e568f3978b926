import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { personaSchema, type SpeechRequest, type TextToSpeech } from '#pipeline';
import { Phrases, type Quiet } from './phrases.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'phrases-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const persona = personaSchema.parse({ name: 'bot', mode: 'chat', greeting: 'Hello.' });
const never = new AbortController().signal;
const always: Quiet = { begins: async () => undefined, during: (work) => work(never) };
const SLOW = 3;
const QUICK = 1;

/** Speaks at once in one voice, and unhurriedly in a better one. */
class Voice implements TextToSpeech {
  readonly asked: SpeechRequest[] = [];
  onAsked = (): void => undefined;

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Int16Array> {
    this.asked.push(request);
    this.onAsked();
    await Promise.resolve();
    signal.throwIfAborted();
    yield Int16Array.of(request.deadlineMs > 0 ? SLOW : QUICK);
  }
}

function phrasesOf(tts: TextToSpeech): Phrases {
  return new Phrases(tts, { folder, voiceModel: 'v', maxBytes: 1_000_000, log: () => undefined });
}

it('the start waits only for what the quick voice makes at once; the better voice follows and is kept', async () => {
  const voice = new Voice();
  const phrases = phrasesOf(voice);
  await phrases.prepareNeeded([persona], never);
  expect(voice.asked.map(({ text, deadlineMs }) => [text, Number(deadlineMs)])).toEqual(
    [persona.greeting, persona.fault, persona.shutdown].map((text) => [text, 0]),
  );
  expect(phrases.get(persona.greeting, persona)).toEqual(Int16Array.of(QUICK));
  expect(await phrases.prepareAll([persona], always, never)).toBe(0);
  expect(phrases.get(persona.greeting, persona)).toEqual(Int16Array.of(SLOW));

  const next = new Voice();
  const again = phrasesOf(next);
  await again.prepareNeeded([persona], never);
  expect([next.asked.length, again.get(persona.fault, persona)]).toEqual([0, Int16Array.of(SLOW)]);
});

it('what is said to upset callers besides is made last, calmly, and kept apart; not at all where tones are off', async () => {
  const moody = personaSchema.parse({
    name: 'bot',
    mode: 'chat',
    greeting: 'Hello.',
    calmVoice: 'af_heart:0.8,af_nicole:0.2',
    whenUpset: { unsure: 'I am sorry.' },
    whenUnsure: { notHeard: 'No hurry. {line}' },
  });
  const voice = new Voice();
  const phrases = new Phrases(voice, { folder, voiceModel: 'v', maxBytes: 1_000_000, log: () => undefined, moodRatio: 0.9 });
  await phrases.prepareNeeded([moody], never);
  expect(voice.asked).toHaveLength(3);
  expect(await phrases.prepareAll([moody], always, never)).toBe(0);
  expect(voice.asked.slice(-2)).toMatchObject([
    { text: 'I am sorry.', voice: moody.calmVoice, speed: 0.9 },
    { text: 'No hurry.', voice: moody.calmVoice, speed: 0.9 },
  ]);
  expect(voice.asked.filter(({ speed }) => speed !== 1)).toHaveLength(2);
  expect(phrases.get('No hurry.', moody)).toBeDefined();

  const off = phrasesOf(new Voice());
  await off.prepareAll([moody], always, never);
  expect(off.get('No hurry.', moody)).toBeUndefined();
});

it('a phrase in the making is given up for a call and made again when nobody talks', async () => {
  const voice = new Voice();
  const phrases = phrasesOf(voice);
  let waits = 0;
  let call = new AbortController();
  const quiet: Quiet = {
    begins: async () => {
      waits += 1;
      call = new AbortController();
    },
    during: (work) => work(call.signal),
  };
  voice.onAsked = () => {
    if (voice.asked.length === 2) call.abort();
  };
  expect(await phrases.prepareAll([persona], quiet, never)).toBe(0);
  const texts = voice.asked.map(({ text }) => text);
  expect(texts.slice(0, 3)).toEqual([persona.greeting, persona.fault, persona.fault]);
  expect(waits).toBe(texts.length);
  expect(phrases.get(persona.fault, persona)).toEqual(Int16Array.of(SLOW));
});

it('a voice that fails leaves a phrase out, and the quick version stays where it was', async () => {
  const voice = new Voice();
  const phrases = phrasesOf(voice);
  await phrases.prepareNeeded([persona], never);
  voice.onAsked = () => {
    throw new Error('gone');
  };
  expect(await phrases.prepareAll([persona], always, never)).toBeGreaterThan(0);
  expect(phrases.get(persona.greeting, persona)).toEqual(Int16Array.of(QUICK));
});

it('stops at once when the start is broken off', async () => {
  const voice = new Voice();
  const stop = new AbortController();
  voice.onAsked = () => stop.abort();
  await phrasesOf(voice).prepareAll([persona], always, stop.signal);
  expect(voice.asked).toHaveLength(1);
});
