import { afterEach, expect, it, vi } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { createKnowledge, fixedPhrases, moodPhrases } from '#pipeline';
import { CallHarness, type Saying } from '../harness/call-harness.ts';

// The one line by which a language is known, with English gone: nothing can fall back on a word of it.
vi.mock('../../pipeline/language/languages.ts', async () => {
  const { toy } = await import('./toy/toy.ts');
  return { LANGUAGES: { vo: toy } };
});

/** Under the tag of a language that nobody calls in; the words are nobody's. */
const persona = {
  language: 'vo',
  timeZone: 'UTC',
  greeting: 'Qelo qelo, qeg qest qbot, qet qeg qaud qvos qmag qdi qet qmag qnoc.',
  knowledge: [
    { id: 'qpul', asked: ['quo qpul', 'qpul qhab'], answer: 'Qpul qest **12** qmet.' },
    { id: 'qpar', asked: ['quo qpar', 'qpar qhab'], answer: 'Qpar qest qpost qcas.' },
  ],
  forms: [
    {
      id: 'qres',
      asked: ['qres qcam', 'qvol qcam'],
      slots: [
        { name: 'people', type: 'count', max: 5, prompt: 'Quan qomi?', label: 'qomi' },
        { name: 'date', type: 'date', from: 'today', prompt: 'Quan qdi?', label: 'qdi' },
        { name: 'time', type: 'time', prompt: 'Quan qora?', label: 'qora' },
        { name: 'nights', type: 'number', prompt: 'Quan qnoc?', label: 'qnoc' },
        { name: 'breakfast', type: 'yes-no', prompt: 'Qest qmat?', label: 'qmat' },
      ],
      complete: 'book',
    },
  ],
  actions: [{ name: 'book', kind: 'module', file: 'actions/book.ts' }],
};

let call: CallHarness;

async function begin(): Promise<void> {
  call = new CallHarness({ persona });
  call.start({ knowledge: await createKnowledge(call.persona, undefined) });
}

afterEach(async () => {
  await call.finish();
  expect(call.errors).toEqual([]);
  const said = [...call.tts.requests.map(({ text }) => text), ...call.all('bot-heard').map(({ text }) => text)];
  // Every text that was to be said, or to be kept ready.
  for (const text of [...said, ...fixedPhrases(call.persona), ...moodPhrases(call.persona)])
    expect(
      text
        .toLowerCase()
        .match(/[\p{L}]+/gu)
        ?.filter((word) => !word.startsWith('q')) ?? [],
      text,
    ).toEqual([]);
});

/** The caller says one sentence after the other, each when the bot has finished; returns what the bot said to the last. */
async function says(...sentences: readonly (string | (Partial<Saying> & { readonly text: string }))[]): Promise<string> {
  for (const sentence of sentences) {
    const { text, ...how } = typeof sentence === 'string' ? { text: sentence } : sentence;
    const before = call.all('turn-closed').length;
    call.callerSays(text, { atMs: ms(call.clock.nowMs() + 300), ...how });
    for (let waited = 0; waited < 200 && (call.all('turn-closed').length <= before || call.leg.isBotSpeaking); waited += 1)
      await call.runUntil(ms(call.clock.nowMs() + 100));
  }
  return call.all('turn-closed').at(-1)?.heardText ?? '';
}

async function greeted(): Promise<void> {
  await begin();
  await call.runUntil(ms(8_000));
}

it('has a whole call: knowledge, a form with a count, a date, a time, a number and a yes, and a goodbye', async () => {
  await greeted();
  expect(await says('quo qpul qhab')).toBe('Qpul qest **12** qmet.');
  expect(call.tts.requests.at(-1)?.text).toBe('Qpul qest qim qid qmet.');
  expect(await says('qhab')).toBe('Quo, qpul qau qpar?');
  expect(await says('qpar')).toBe('Qpar qest qpost qcas.');
  expect(await says('qres qcam')).toBe('Quan qomi?');
  expect(await says('qog qomi')).toBe('Qar qmag. Quan qomi?');
  expect(await says('qid qomi')).toBe('Quan qdi?');
  expect(await says('qorrom')).toBe('Quan qora?');
  expect(await says('qora qog')).toBe('Quan qnoc?');
  expect(await says('qit')).toBe('Qest qmat?');
  expect(await says('qai')).toBe('Qerg qid qomi, qdi qid qme qim, qora qog, qit, qai. Qest qver?');
  expect(await says('qai qip')).toBe('Qest qfin.');
  expect(call.actions.requests.map(({ args }) => args)).toEqual([
    { people: 2, date: '2026-01-02', time: '08:00', nights: 3, breakfast: true },
  ]);
  expect(await says('qabo')).toBe('Qgra qabo.');
  expect(call.leg.endReason).toMatchObject({ by: 'bot', code: 'goodbye' });
});

it('has its own words for what goes wrong: nothing known, nothing heard, a failed action, a silent caller', async () => {
  await greeted();
  expect(await says('qxyl qzor')).toBe('Qar qnes.');
  expect(await says({ text: 'qxyl qzor', confidence: 0.1 })).toBe('Qar qaud.');
  expect(await says('qait qip')).toBe('Qok qait.');
  expect(await says('qast')).toBe('Qok.');
  call.actions.results = [{ kind: 'failed', code: 'TIMEOUT', detail: 'late', mayHaveHappened: true }];
  call.actions.takesMs = ms(3_000);
  expect(await says('qres qcam', 'qid qomi', 'qorrom', 'qora qog', 'qit', 'qoi', 'qai')).toBe('Qmom qip. Qar qdub.');
  call.stt.behaves = 'dead';
  expect(await says('quo qpar')).toBe('Qar qmal.');
  await call.runUntil(ms(call.clock.nowMs() + 60_000));
  expect(call.all('bot-heard').map(({ text }) => text)).toEqual(expect.arrayContaining(['Qest qib?', 'Qar qib?', 'Qtac qabo.']));
});

/** How long after the caller's last sound the turn was over. */
async function endedAfter(text: string): Promise<Ms> {
  await says(text);
  return call.all('turn-closed').at(-1)?.stages.turnEndMs ?? ms(0);
}

it('waits where its own words go on, and not where they would in English', async () => {
  await greeted();
  const plain = await endedAfter('qpar qhab qnav');
  expect(await endedAfter('qpar qhab qet')).toBeGreaterThan(plain + 500);
  expect(await endedAfter('qpar qhab quh')).toBeGreaterThan(plain + 500);
  expect(await endedAfter('qpar qhab qle')).toBeGreaterThan(plain + 500);
  expect(await endedAfter('qpar qhab and')).toBe(plain);
  expect(await endedAfter('qpar qhab the')).toBe(plain);
});

it('goes on talking over its own backchannel, and stops for its own words', async () => {
  await begin();
  call.callerSays('qum', { atMs: ms(1_500) });
  await call.runUntil(ms(8_000));
  expect(
    call
      .all('bot-heard')
      .map(({ text }) => text)
      .join(' '),
  ).toBe(persona.greeting);
  expect(await says('quo qpar')).toBe('Qpar qest qpost qcas.');
  await call.finish();

  await begin();
  call.callerSays('qast qip quo qpul', { atMs: ms(1_500) });
  await call.runUntil(ms(8_000));
  expect(call.all('barge-in').map(({ decision }) => decision)).toContain('abort');
});
