import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

const POOL = 'The pool is on the roof. It opens at eight in the morning and closes at ten at night.';

let call: CallHarness;
function start(mode: 'knowledge' | 'chat' = 'knowledge'): CallHarness {
  call = new CallHarness({ persona: { mode }, phrases: ({ fault, greeting }) => [fault, greeting] }).start();
  call.knowledge.answers = [[/pool/i, answer('pool', POOL)]];
  return call;
}

afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
  expect(call.all('turn-closed')).toHaveLength(call.all('turn-opened').length);
});

/** Asks while a service misbehaves, then again once it is well. */
async function askTwice(misbehave: () => void, recover: () => void): Promise<void> {
  await call.runUntil(ms(2_900));
  misbehave();
  const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
  await call.runUntil(ms(endMs + 9_000));
  expect((call.leg.firstSoundAfter(endMs) ?? Infinity) - endMs).toBeLessThanOrEqual(2_000);
  recover();
  const againMs = call.callerSays('Where is the pool?', { atMs: ms(endMs + 10_000), probability: 0.99 });
  await call.runUntil(ms(againMs + 9_000));
  expect(call.leg.endReason).toBeUndefined();
  expect(call.all('turn-closed').at(-1)).toMatchObject({ callerText: 'Where is the pool?', outcome: 'completed' });
}

describe('the caller hears an apology within 2 s and the call goes on when', () => {
  it.each([
    ['recognition is dead', 'dead', 'STT_UNREACHABLE'],
    ['recognition never answers', 'silent', 'STT_TIMEOUT'],
    ['recognition is slow', 'slow', 'STT_TIMEOUT'],
  ] as const)('%s', async (_name, behaves, cause) => {
    start();
    await askTwice(
      () => (call.stt.behaves = behaves),
      () => (call.stt.behaves = 'none'),
    );
    const failed = call.all('turn-closed').filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ source: 'fault', heardText: call.persona.fault, detail: { cause } }]);
    expect(call.all('fault')).toContainEqual(expect.objectContaining({ service: 'stt', code: cause }));
  });

  it.each([
    ['the language model is dead', 'dead', 'LLM_UNAVAILABLE'],
    ['the language model never answers', 'silent', 'LLM_TIMEOUT'],
    ['the language model is slow', 'slow', 'LLM_TIMEOUT'],
    ['the language model breaks off at once', 'cut', 'LLM_CUT'],
  ] as const)('%s', async (_name, behaves, cause) => {
    start('chat');
    await askTwice(
      () => (call.llm.behaves = behaves),
      () => (call.llm.behaves = 'none'),
    );
    const failed = call.all('turn-closed').filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ source: 'fault', heardText: call.persona.fault, callerText: 'Where is the pool?', detail: { cause } }]);
  });

  it.each([
    ['speech is dead', 'dead', 'TTS_UNAVAILABLE'],
    ['speech is slow', 'slow', 'TTS_TIMEOUT'],
  ] as const)('%s', async (_name, behaves, cause) => {
    start();
    await askTwice(
      () => (call.tts.behaves = behaves),
      () => (call.tts.behaves = 'none'),
    );
    const failed = call.all('turn-closed').filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ heardText: call.persona.fault, callerText: 'Where is the pool?', detail: { cause } }]);
  });

  it.each([
    ['dead', 'EMBEDDING_UNAVAILABLE'],
    ['slow', 'EMBEDDING_TIMEOUT'],
  ] as const)('knowledge is %s', async (behaves, cause) => {
    start();
    await askTwice(
      () => (call.knowledge.behaves = behaves),
      () => (call.knowledge.behaves = 'none'),
    );
    expect(call.answers[0]).toMatchObject({ outcome: 'failed', detail: { cause } });
  });
});

describe('a reply that breaks off', () => {
  it('in the language model is said as far as whole sentences came', async () => {
    start('chat');
    call.llm.answers = () => 'The pool is on the roof of the house. It opens at eight in the morning and then it';
    call.llm.behaves = 'cut';
    call.llm.cutAfterWords = 14;
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 9_000));
    expect(call.answers).toMatchObject([{ outcome: 'failed', source: 'llm', detail: { cause: 'LLM_CUT' } }]);
    expect(call.answers[0]?.heardText).toBe('The pool is on the roof of the house.');
  });

  it('in speech ends with the apology', async () => {
    start();
    await call.runUntil(ms(2_900));
    call.tts.behaves = 'cut';
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 15_000));
    expect(call.answers).toMatchObject([{ outcome: 'failed', detail: { cause: 'TTS_CUT' } }]);
    expect(call.answers[0]?.heardText).toContain(call.persona.fault);
  });

  it('in speech, without a word, ends with the apology', async () => {
    start();
    await call.runUntil(ms(2_900));
    call.tts.behaves = 'silent';
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 15_000));
    expect(call.answers).toMatchObject([{ outcome: 'failed', detail: { cause: 'TTS_STALLED' } }]);
    expect(call.answers[0]?.heardText).toContain(call.persona.fault);
  });
});

describe('when speech is dead and not even the apology is ready', () => {
  it('the call goes on in silence, and the turn is recorded', async () => {
    call = new CallHarness({ phrases: () => [] });
    call.tts.behaves = 'dead';
    call.start();
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 3_000));
    expect(call.all('turn-closed')).toMatchObject([
      { source: 'fault', outcome: 'failed' },
      { outcome: 'failed', heardText: '', detail: { cause: 'TTS_UNAVAILABLE' } },
    ]);
    expect(call.leg.endReason).toBeUndefined();
  });
});

describe('knowledge that cannot be asked', () => {
  it('is replaced by a language model that can be trusted', async () => {
    start();
    call.llm.capable = true;
    await call.finish();
    call = new CallHarness({ phrases: ({ fault, greeting }) => [fault, greeting] });
    call.llm.capable = true;
    call.start();
    call.knowledge.behaves = 'dead';
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.99 });
    await call.runUntil(ms(endMs + 9_000));
    expect(call.answers).toMatchObject([{ source: 'llm', outcome: 'completed' }]);
  });
});
