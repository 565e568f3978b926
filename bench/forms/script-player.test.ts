import { describe, expect, it } from 'vitest';
import type { Question } from './question.ts';
import type { CallerScript } from './script.ts';
import { ScriptPlayer, type PlayerAction, type SlotWords } from './script-player.ts';

const SCRIPT: CallerScript = {
  name: 'a',
  kind: 'in-order',
  form: 'f',
  voice: 'v',
  outcome: 'done',
  leastTurns: 4,
  expected: { place: 'Library', people: 3 },
  steps: [
    { asked: 'start', say: 'Book a room' },
    { asked: 'place', say: 'Library' },
    { asked: 'people', say: 'How much is parking?' },
    { asked: 'people', say: 'Three' },
    { asked: 'read-back', say: 'Yes' },
  ],
};
const WORDS: SlotWords = {
  botSays: (slot, value) => (slot === 'people' ? `${String(value)} people` : `the ${String(value)}`),
  callerSays: (_slot, value) => `plainly ${String(value)}`,
  isReadBack: () => true,
};
const PLACE: Question = { kind: 'slot', slot: 'place', text: 'Which one?' };
const PEOPLE: Question = { kind: 'slot', slot: 'people', text: 'How many?' };
const readBack = (text: string): Question => ({ kind: 'read-back', text });

function said(action: PlayerAction): string {
  return action.kind === 'say' ? (action.step.say ?? `[${action.step.keys ?? ''}]`) : action.kind;
}

function walk(questions: readonly Question[], script = SCRIPT): string[] {
  const player = new ScriptPlayer(script, WORDS);
  return questions.map((question) => said(player.next(question)));
}

describe('a scripted caller', () => {
  it('says the step that was asked for, in whatever order it is asked', () => {
    expect(walk([{ kind: 'none' }, PEOPLE, PEOPLE, PLACE, readBack('That is the Library for 3 people. Right?')])).toEqual([
      'Book a room',
      'How much is parking?',
      'Three',
      'Library',
      'Yes',
    ]);
  });

  it('says a step without a question in its turn', () => {
    expect(walk([{ kind: 'none' }, PLACE, PEOPLE], { ...SCRIPT, steps: [{ say: 'one' }, { say: 'two' }, { keys: '3' }] })).toEqual([
      'one',
      'two',
      '[3]',
    ]);
  });

  it('says plainly what is asked for once more', () => {
    expect(walk([PLACE, PLACE])).toEqual(['Library', 'plainly Library.']);
  });

  it('repeats itself where no form has begun', () => {
    expect(walk([{ kind: 'none' }, { kind: 'none' }])).toEqual(['Book a room', 'Book a room']);
  });

  it('never agrees to a wrong read-back', () => {
    const player = new ScriptPlayer(SCRIPT, WORDS);
    expect(said(player.next(readBack('That is the Library for 13 people. Right?')))).toBe('No, plainly 3.');
    expect(said(player.next(readBack('That is the Library for 3 people. Right?')))).toBe('Yes');
    expect(player.repairs).toBe(1);
  });

  it('corrects by the script where it has planned to', () => {
    const player = new ScriptPlayer({ ...SCRIPT, steps: [{ asked: 'wrong', say: 'No, three' }] }, WORDS);
    expect(said(player.next(readBack('the Library for 2 people?')))).toBe('No, three');
    expect(player.repairs).toBe(0);
  });

  it('answers a doubtful value by what it means', () => {
    expect(walk([{ kind: 'did-you-say', slot: 'people', text: 'Did you say 3 people?' }])).toEqual(['Yes.']);
    expect(walk([{ kind: 'did-you-say', slot: 'people', text: 'Did you say 30 people?' }])).toEqual(['No.']);
  });

  it('waits while it is done, and hangs up at the end', () => {
    expect(walk([{ kind: 'acting' }, { kind: 'over', outcome: 'done' }])).toEqual(['wait', 'hang-up']);
  });

  it('gives up where it is asked the same on and on', () => {
    expect(walk(Array.from({ length: 6 }, () => PLACE)).at(-1)).toBe('hang-up');
    const many = Array.from({ length: 60 }, (_, i): Question => ({ kind: 'slot', slot: `s${i}`, text: '' }));
    expect(walk(many).filter((text) => text === 'hang-up').length).toBeGreaterThan(30);
  });
});
