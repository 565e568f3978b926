import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';

const POOL = 'The pool is on the roof. It opens at eight in the morning and closes at ten at night, and towels are free.';

let call: CallHarness;
function start(script: CallScript = {}): void {
  call = new CallHarness({ phrases: ({ fault, greeting, unsure }) => [fault, greeting, unsure], ...script });
  call.knowledge.answers = [
    [/pool/i, answer('pool', POOL)],
    [/parking/i, answer('parking', 'Parking is behind the house.')],
    [/manager|person/i, answer('person', 'Nobody is at the desk right now.', 'take-message')],
  ];
  call.start();
}
beforeEach(() => start());
afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
  expect(call.all('turn-closed')).toHaveLength(call.all('turn-opened').length);
});

describe('a caller who types', () => {
  it('is answered at once and aloud, and the turn says that it was typed', async () => {
    call.callerTypes('Is there parking?', ms(4_000));
    await call.runUntil(ms(9_000));
    expect(call.answers).toMatchObject([
      {
        callerText: 'Is there parking?',
        source: 'knowledge',
        outcome: 'completed',
        heardText: 'Parking is behind the house.',
        detail: { typed: true, turnEnd: 'typed', entry: 'parking' },
      },
    ]);
    expect(call.leg.firstSoundAfter(ms(4_000))).toBeLessThan(5_000);
    expect(call.all('barge-in')).toEqual([]);
  });

  it('while the bot speaks stops it like words do, and what was not heard is not remembered as said', async () => {
    call.callerTypes('Where is the pool?', ms(3_000));
    call.callerTypes('And is there parking?', ms(6_000));
    await call.runUntil(ms(12_000));
    expect(call.all('barge-in')).toMatchObject([{ decision: 'abort', why: 'typed', atMs: 6_000 }]);
    const [pool, parking] = call.answers;
    expect(pool).toMatchObject({ outcome: 'interrupted', botText: POOL });
    expect(pool?.heardText).not.toBe('');
    expect(pool?.heardText.length).toBeLessThan(POOL.length / 2);
    expect(parking).toMatchObject({ outcome: 'completed', callerText: 'And is there parking?' });
  });

  it('is told apart from one who was cut off early: nothing of the turn before is joined to it', async () => {
    call.callerTypes('Where is the', ms(3_000));
    call.callerTypes('pool', ms(3_600));
    await call.runUntil(ms(14_000));
    expect(call.answers.map(({ callerText }) => callerText)).toEqual(['Where is the', 'pool']);
  });

  it('and speaks at the same time is answered to what was typed', async () => {
    call.callerSays('Where is the pool, by the way, if you happen to know', { atMs: ms(3_800), forMs: ms(3_000) });
    call.callerTypes('Is there parking?', ms(4_500));
    await call.runUntil(ms(12_000));
    expect(call.answers.map(({ callerText }) => callerText)).toEqual(['Is there parking?']);
  });

  it('right after pressing keys is answered to what was typed, and the keys do not break into that answer', async () => {
    call.callerPresses('42', ms(4_000));
    call.callerTypes('Where is the pool?', ms(4_600));
    await call.runUntil(ms(14_000));
    expect(call.answers).toMatchObject([{ callerText: 'Where is the pool?', outcome: 'completed', heardText: POOL }]);
  });

  it('can leave a message that way', async () => {
    call.callerTypes('I want to speak to a person', ms(3_000));
    call.callerTypes('This is Jo, call me tomorrow', ms(14_000));
    await call.runUntil(ms(20_000));
    expect(call.all('message-taken')).toMatchObject([{ text: 'This is Jo, call me tomorrow' }]);
  });

  it('is answered by the language model in free talk', async () => {
    await call.finish();
    start({ persona: { mode: 'chat' } });
    call.llm.answers = () => 'I am fine, thank you.';
    call.callerTypes('How are you?', ms(4_000));
    await call.runUntil(ms(9_000));
    expect(call.answers).toMatchObject([{ source: 'llm', outcome: 'completed', detail: { typed: true } }]);
    expect(call.llm.asked[0]?.at(-1)).toEqual({ role: 'user', content: 'How are you?' });
  });

  it.each([
    ['nothing but spaces', ' \n '],
    ['more than anybody says', 'x'.repeat(5_000)],
  ])('%s interrupts nobody, and is counted', async (_what, text) => {
    call.callerTypes('Where is the pool?', ms(3_000));
    call.callerTypes(text, ms(6_000));
    await call.runUntil(ms(14_000));
    expect(call.answers).toMatchObject([{ outcome: 'completed', heardText: POOL }]);
    expect(call.all('dropped')).toMatchObject([{ queue: 'typed-text', count: 1 }]);
  });

  it('to the echo persona is not answered: it only plays back', async () => {
    await call.finish();
    start({ persona: { mode: 'echo' } });
    call.callerTypes('Hello?', ms(4_000));
    await call.runUntil(ms(9_000));
    expect(call.answers).toEqual([]);
  });

  it('a goodbye ends the call', async () => {
    call.callerTypes('Goodbye', ms(4_000));
    await call.runUntil(ms(20_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
  });

  it('while the service shuts down does not cut the last phrase', async () => {
    await call.runUntil(ms(4_000));
    const said = call.sayGoodbye(call.persona.shutdown, { by: 'operator', code: 'shutdown' });
    call.callerTypes('Is there parking?', ms(4_500));
    await call.runUntil(ms(20_000));
    await said;
    expect(call.answers).toEqual([]);
    expect(call.all('turn-closed').at(-1)).toMatchObject({ outcome: 'completed', heardText: call.persona.shutdown });
  });
});

describe('a caller who switches the microphone off', () => {
  it('is left in peace, and is asked again only after having it on for a while', async () => {
    call.callerMutes(true, ms(3_000));
    await call.runUntil(ms(170_000));
    expect(call.leg.endReason).toBeUndefined();
    expect(call.all('turn-opened')).toHaveLength(1);
    call.callerMutes(false, ms(170_000));
    await call.runUntil(ms(177_900));
    expect(call.all('turn-opened')).toHaveLength(1);
    await call.runUntil(ms(180_000));
    expect(call.all('turn-opened').at(-1)?.atMs).toBe(178_000);
  });

  it('and goes away is asked some minutes later and let go, by the echo without a question: such calls held their places for an hour', async () => {
    call.callerMutes(true, ms(3_000));
    await call.runUntil(ms(175_000));
    expect(call.all('turn-opened')).toHaveLength(1);
    await call.runUntil(ms(240_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
    expect(call.all('turn-opened')).toHaveLength(4);

    start({ persona: { mode: 'echo' } });
    call.callerMutes(true, ms(20_000));
    await call.runUntil(ms(190_000));
    expect(call.leg.endReason).toBeUndefined();
    await call.runUntil(ms(260_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
  });

  it('can type, and is left in peace again after the answer', async () => {
    call.callerMutes(true, ms(3_000));
    call.callerTypes('Is there parking?', ms(5_000));
    await call.runUntil(ms(120_000));
    expect(call.answers).toHaveLength(1);
    expect(call.all('turn-opened')).toHaveLength(2);
  });

  it('is not taken for gone because no packet comes', async () => {
    call.callerMutes(true, ms(3_000));
    await call.runUntil(ms(30_000));
    call.leg.event({ kind: 'media-timeout', silentMs: ms(15_000), atMs: ms(30_000) });
    await call.runUntil(ms(40_000));
    expect(call.leg.endReason).toBeUndefined();
    call.callerMutes(false, ms(41_000));
    await call.runUntil(ms(42_000));
    call.leg.event({ kind: 'media-timeout', silentMs: ms(15_000), atMs: ms(42_000) });
    await call.runUntil(ms(43_000));
    expect(call.leg.endReason).toEqual({ by: 'network', code: 'media-timeout' });
  });
});
