import { afterEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { personaSchema, warmConversation } from '#pipeline';
import { CallHarness, answer, type CallScript } from '../harness/call-harness.ts';

let call: CallHarness;
function start(script: CallScript = {}): CallHarness {
  call = new CallHarness({ phrases: ({ fault, greeting, unsure }) => [fault, greeting, unsure], ...script });
  call.knowledge.answers = [
    [/pool/i, answer('pool', 'The pool is on the roof.')],
    [/spa/i, { kind: 'ask-which', entryIds: ['sauna', 'massage'], question: 'Do you mean the sauna or the massage?', score: 0.6 }],
    [/manager|person/i, answer('person', 'Nobody is at the desk right now.', 'take-message')],
    [/again|repeat/i, answer('repeat', 'I have not said anything yet.', 'repeat')],
    [/that would be it/i, answer('bye', 'Thank you for calling. Goodbye!', 'hang-up')],
  ];
  return call.start();
}
afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  expect(call.leg.staleTurnPackets).toBe(0);
  expect(call.all('turn-closed')).toHaveLength(call.all('turn-opened').length);
});

/** Says one line after the other, each when the bot has answered the one before. */
async function converse(lines: readonly string[]): Promise<void> {
  let atMs = 3_000;
  for (const line of lines) {
    const endMs = call.callerSays(line, { atMs: ms(atMs), probability: 0.95 });
    await call.runUntil(ms(endMs + 6_500));
    atMs = endMs + 6_600;
  }
}

describe('the bot', () => {
  it('asks back when two entries are close, and remembers what it asked', async () => {
    start();
    await converse(['Where is the spa?', 'the sauna please']);
    expect(call.answers[0]).toMatchObject({ botText: 'Do you mean the sauna or the massage?' });
    expect(call.knowledge.asked.at(-1)).toEqual({ text: 'the sauna please', expecting: ['sauna', 'massage'] });
  });

  it('says that it is not sure when it does not know', async () => {
    start();
    await converse(['Who won the cup?']);
    expect(call.answers).toMatchObject([
      { source: 'dialogue', botText: call.persona.unsure, outcome: 'completed', detail: { rule: 'unsure' } },
    ]);
  });

  it('asks a language model that can be trusted, with the nearest facts', async () => {
    start();
    await call.finish();
    call = new CallHarness({ persona: { prompt: 'You are the front desk.' } });
    call.llm.capable = true;
    call.llm.answers = () => 'I do not know that.';
    call.start();
    await converse(['Who won the cup?']);
    expect(call.llm.asked[0]).toMatchObject([
      { role: 'system', content: 'You are the front desk.' },
      { role: 'user', content: expect.stringContaining('- Breakfast is from seven to ten.') as string },
    ]);
    expect(call.answers).toMatchObject([{ source: 'llm', outcome: 'completed' }]);
  });

  it('says its last answer again', async () => {
    start();
    await converse(['Where is the pool?', 'Can you say that again?']);
    expect(call.answers.map(({ botText }) => botText)).toEqual(['The pool is on the roof.', 'The pool is on the roof.']);
  });

  it('takes a message, with the pauses that dictating needs', async () => {
    start();
    await converse(['I want to speak to a person please']);
    await call.runUntil(ms(17_900));
    expect(call.answers[0]?.botText).toBe(`Nobody is at the desk right now. ${call.persona.takeMessage.ask}`);
    const first = call.callerSays('This is Jo, please call me about the invoice', { atMs: ms(18_000), probability: 0.97 });
    const second = call.callerSays('tomorrow morning would be best', { atMs: ms(first + 1_200), probability: 0.97 });
    await call.runUntil(ms(second + 6_000));
    expect(call.all('message-taken')).toMatchObject([
      { text: 'This is Jo, please call me about the invoice tomorrow morning would be best' },
    ]);
    expect(call.answers.at(-1)).toMatchObject({ botText: call.persona.takeMessage.thanks, outcome: 'completed' });
  });

  it('waits when it is asked to, and goes on where it was', async () => {
    start();
    await converse(['Where is the spa?', 'Hold on a second.']);
    expect(call.answers[1]).toMatchObject({ botText: call.persona.holding, source: 'dialogue' });
    const asked = call.all('turn-opened').length;
    await call.runUntil(ms(30_000));
    expect(call.all('turn-opened')).toHaveLength(asked);
    const endMs = call.callerSays('the sauna please', { atMs: ms(30_100), probability: 0.03 });
    await call.runUntil(ms(endMs + 4_000));
    expect(call.knowledge.asked.at(-1)).toEqual({ text: 'the sauna please', expecting: ['sauna', 'massage'] });
    expect(call.answers[2]?.detail).toMatchObject({ turnEnd: 'short-answer' });
  });

  it('waits in the middle of a message too, and says again what it had said before', async () => {
    start();
    await converse(['I want to speak to a person please']);
    const held = call.callerSays('Just a moment', { atMs: ms(18_000), probability: 0.97 });
    await call.runUntil(ms(held + 5_000));
    const endMs = call.callerSays('This is Jo, please call me', { atMs: ms(held + 5_100), probability: 0.97 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.all('message-taken')).toMatchObject([{ text: 'This is Jo, please call me' }]);
    await call.finish();
    start();
    await converse(['Where is the pool?', 'Stop.', 'Can you say that again?']);
    expect(call.answers.map(({ botText }) => botText)).toEqual([
      'The pool is on the roof.',
      call.persona.stopped,
      'The pool is on the roof.',
    ]);
  });

  it('takes no message from somebody who does not want to leave one', async () => {
    start();
    await converse(['I want to speak to a person please']);
    const endMs = call.callerSays('no thank you', { atMs: ms(18_000), probability: 0.97 });
    await call.runUntil(ms(endMs + 3_000));
    expect(call.all('message-taken')).toEqual([]);
    expect(call.knowledge.asked.at(-1)?.text).toBe('no thank you');
  });

  it('asks for words that it did not understand once more', async () => {
    start();
    const endMs = call.callerSays('gar blah', { atMs: ms(3_000), confidence: 0.1 });
    await call.runUntil(ms(endMs + 4_000));
    expect(call.answers).toMatchObject([{ botText: call.persona.notHeard, source: 'dialogue' }]);
  });
});

describe('the call ends with a goodbye', () => {
  it.each([
    ['Okay, that would be it', 'bye'],
    ['Thank you, goodbye', undefined],
  ])('when the caller says "%s"', async (text, entry) => {
    start();
    const endMs = call.callerSays(text, { atMs: ms(3_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 6_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
    expect(call.answers).toMatchObject([{ outcome: 'completed' }]);
    expect(call.answers[0]?.detail?.['entry']).toBe(entry);
    expect(call.answers[0]?.heardText).toMatch(/Goodbye/);
  });

  it('in free talk too', async () => {
    start({ persona: { mode: 'chat' } });
    await converse(['How are you?', 'Bye bye']);
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'goodbye' });
    expect(call.llm.asked).toHaveLength(1);
  });

  // Goodbye was said twice and three times: the caller's own goodbye counted as an interruption of the bot's.
  it.each(['Bye.', 'Okay, goodbye.', 'Thank you!', 'bye bye'])('said once, although the caller says "%s" over it', async (text) => {
    for (const atMs of [300, 700, 1_100, 1_500, 2_000]) {
      start();
      const first = call.callerSays('Okay, that would be it', { atMs: ms(3_000), probability: 0.95 });
      call.callerSays(text, { atMs: ms(first + atMs), forMs: ms(500), probability: 0.95 });
      await call.runUntil(ms(first + 9_000));
      expect([atMs, call.leg.endReason]).toEqual([atMs, { by: 'bot', code: 'goodbye' }]);
      expect(call.all('turn-closed').filter(({ heardText }) => /Goodbye/.test(heardText))).toHaveLength(1);
    }
  });

  it('unless the caller has one more thing to say', async () => {
    start();
    const first = call.callerSays('Okay, that would be it', { atMs: ms(3_000), probability: 0.95 });
    const second = call.callerSays('oh wait, where is the pool?', { atMs: ms(first + 1_500), probability: 0.95 });
    await call.runUntil(ms(second + 4_000));
    expect(call.leg.endReason).toBeUndefined();
    expect(call.answers.map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
  });

  it('when the service shuts down in the middle of an answer', async () => {
    start();
    call.callerSays('Where is the pool?', { atMs: ms(3_000), probability: 0.95 });
    await call.runUntil(ms(5_000));
    const said = call.sayGoodbye(call.persona.shutdown, { by: 'operator', code: 'shutdown' });
    call.callerSays('but I wanted to know', { atMs: ms(5_500) });
    await call.runUntil(ms(16_000));
    await said;
    expect(call.leg.endReason).toEqual({ by: 'operator', code: 'shutdown' });
    expect(call.all('turn-closed').at(-1)).toMatchObject({ heardText: call.persona.shutdown, outcome: 'completed' });
  });

  it('and within its time even if nothing can be said', async () => {
    start();
    await call.runUntil(ms(3_000));
    call.tts.behaves = 'slow';
    const said = call.sayGoodbye('Sorry, goodbye.', { by: 'operator', code: 'shutdown' });
    await call.runUntil(ms(16_000));
    await said;
    expect(call.leg.endReason).toEqual({ by: 'operator', code: 'shutdown' });
  });

  it('when it has lasted too long', async () => {
    start({ options: { maxCallMs: 10_000, silence: { firstMs: 60_000 } } });
    await call.runUntil(ms(20_000));
    expect(call.leg.endReason).toEqual({ by: 'system', code: 'max-duration' });
    expect(call.all('turn-closed').at(-1)).toMatchObject({ heardText: call.persona.goodbye });
  });
});

describe('a caller who says nothing', () => {
  it('is asked twice and then let go', async () => {
    start();
    await call.runUntil(ms(60_000));
    expect(call.all('turn-closed').map(({ botText }) => botText)).toEqual([
      call.persona.greeting,
      ...call.persona.stillThere,
      call.persona.silentGoodbye,
    ]);
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
  });

  it('but makes noise starts no turn, and is asked all the same, and let go where a noisy line is', async () => {
    start({ options: { silence: { noisyMs: 0 } } });
    for (let atMs = 2_500; atMs < 60_000; atMs += 1_300) call.callerSays('', { atMs: ms(atMs), forMs: ms(300), rejected: 'no-speech' });
    await call.runUntil(ms(70_000));
    expect(call.answers).toEqual([]);
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
  });

  // The line was held for an hour by music: nobody was asked any more once sound without words had lasted too long.
  it.each([42_000, 60_000, 200_000])('but %d ms of music, in which nothing is understood, is asked while it lasts', async (forMs) => {
    start({ options: { silence: { noisyMs: 0 } } });
    call.callerSays('', { atMs: ms(3_000), forMs: ms(forMs), rejected: 'no-speech' });
    await call.runUntil(ms(47_000));
    expect(call.all('turn-closed').at(-1)?.botText).toBe(call.persona.stillThere[0]);
    await call.runUntil(ms(80_000));
    expect(call.leg.endReason).toEqual({ by: 'bot', code: 'silent-caller' });
  });

  it('and then speaks is answered, and has all the time again', async () => {
    start();
    await call.runUntil(ms(12_500));
    const endMs = call.callerSays('Where is the pool?', { atMs: ms(14_000), probability: 0.95 });
    await call.runUntil(ms(endMs + 15_000));
    expect(call.all('turn-closed').map(({ botText }) => botText)).toEqual([
      call.persona.greeting,
      call.persona.stillThere[0],
      'The pool is on the roof.',
      call.persona.stillThere[0],
    ]);
  });
});

describe('a caller at the keypad', () => {
  it('has pressed digits taken together', async () => {
    start();
    call.callerPresses('204', ms(4_000));
    await call.runUntil(ms(10_000));
    expect(call.all('dtmf').map(({ digit }) => digit)).toEqual(['2', '0', '4']);
    expect(call.answers).toMatchObject([{ callerText: '204' }]);
    expect(call.knowledge.asked.at(-1)?.text).toBe('204');
  });

  it('ends them with #, and stops the bot with the first', async () => {
    start();
    call.callerPresses('12#', ms(500));
    await call.runUntil(ms(1_500));
    expect(call.all('turn-closed')[0]).toMatchObject({ source: 'greeting', outcome: 'interrupted' });
    expect(call.all('turn-opened').at(-1)).toMatchObject({ callerText: '12' });
  });
});

describe('the echo persona', () => {
  it('greets, then plays the caller back and recognises nothing', async () => {
    start({ persona: { mode: 'echo' } });
    call.callerSays('one two three', { atMs: ms(4_000) });
    await call.runUntil(ms(60_000));
    expect(call.leg.commands.filter(({ kind }) => kind === 'set-echo')).toEqual([{ kind: 'set-echo', on: true }]);
    expect(call.stt.pauses).toEqual([]);
    expect(call.all('turn-closed')).toHaveLength(1);
    expect(call.leg.endReason).toBeUndefined();
  });
});

describe('a caller who hangs up', () => {
  it('in the middle of an answer leaves no turn open and no work behind', async () => {
    start({ persona: { mode: 'chat' } });
    call.llm.answers = () => 'This is a long story. It has many sentences. They go on and on. Nobody knows how it ends.';
    call.callerSays('Tell me a story?', { atMs: ms(3_000), probability: 0.95 });
    call.callerHangsUp(ms(5_500));
    await call.runUntil(ms(6_000));
    await call.finish();
    expect(call.answers).toMatchObject([{ outcome: 'abandoned' }]);
    const asked = call.tts.requests.length;
    await call.runUntil(ms(60_000));
    expect(call.tts.requests).toHaveLength(asked);
  });
});

describe('a caller who never pauses', () => {
  it('is answered after a while, with the words so far', async () => {
    start({ persona: { mode: 'chat' } });
    call.callerSays('and so on '.repeat(60).trim(), { atMs: ms(3_000), forMs: ms(50_000) });
    await call.runUntil(ms(46_000));
    expect(call.answers).toHaveLength(0);
    expect(call.all('turn-opened').at(-1)?.callerText).toMatch(/^and so on/);
  });
});

describe('a defect of ours', () => {
  it('ends the call in which it happens, with its reason', async () => {
    start();
    await call.runUntil(ms(3_000));
    call.knowledge.match = () => {
      throw new TypeError('a defect');
    };
    call.callerSays('Where is the pool?', { atMs: ms(3_100), probability: 0.95 });
    await call.runUntil(ms(9_000));
    expect(call.errors.splice(0)).not.toHaveLength(0);
    expect(call.answers).toMatchObject([{ outcome: 'failed', detail: { cause: 'EMBEDDING_FAILED' } }]);
    call.leg.send = () => {
      throw new TypeError('another defect');
    };
    call.callerSays('Where is the pool?', { atMs: ms(9_100), probability: 0.95 });
    await call.runUntil(ms(15_000));
    expect(call.leg.endReason).toMatchObject({ by: 'system', code: 'internal-error' });
    expect(call.errors.splice(0)).toHaveLength(1);
  });
});

describe('before the call is answered', () => {
  it('the language model reads its prompt, where one will be asked', async () => {
    start();
    const signal = new AbortController().signal;
    const chat = personaSchema.parse({ name: 'chat', mode: 'chat', greeting: 'Hi.', prompt: 'Be brief.' });
    const desk = personaSchema.parse({ name: 'bot', mode: 'knowledge', greeting: 'Hi.', prompt: 'Be brief.' });
    await warmConversation({ persona: chat, llm: call.llm }, signal);
    await warmConversation({ persona: desk, llm: call.llm }, signal);
    expect(call.llm.warmed).toEqual([[{ role: 'system', content: 'Be brief.' }]]);
  });
});
