import { describe, expect, it } from 'vitest';
import type { Tone, ToneReading } from '#domain/tone';
import { personaSchema } from '../persona.ts';
import { fixedPhrases, moodPhrases } from '../phrases.ts';
import { say } from '../dialogue/reply-plan.ts';
import { ToneWording } from './tone-wording.ts';
import { variantFaults } from './variant-faults.ts';

const ANSWER = 'Breakfast is from seven to ten.';
const PERSONA = {
  name: 'bot',
  mode: 'knowledge',
  greeting: 'Hello.',
  unsure: 'I am not sure.',
  notHeard: 'Pardon?',
  knowledge: [
    { id: 'breakfast', asked: ['breakfast'], answer: ANSWER },
    {
      id: 'wifi',
      asked: ['wifi'],
      answer: 'The Wi-Fi is free.',
      whenUpset: 'I am sorry for the trouble. The Wi-Fi is free, and I can send somebody.',
    },
    { id: 'person', asked: ['a person'], answer: 'I let somebody call you back.', action: 'take-message' },
    { id: 'bye', asked: ['bye'], answer: 'Goodbye.', action: 'hang-up' },
  ],
  whenUpset: {
    answers: 'I am sorry. {line}',
    unsure: { say: 'I am sorry, I cannot help with that. Shall I have somebody call you?', offers: 'person' },
    takeMessage: { ask: '{line} I will pass it on at once.' },
  },
  whenUnsure: { notHeard: 'No hurry. {line}' },
};
const persona = personaSchema.parse(PERSONA);
const reading = (tone: Tone): ToneReading => ({ tone, confidence: 0.8, basis: ['words'] });
const wording = (isReady: (text: string) => boolean = () => false): ToneWording => new ToneWording(persona, isReady);

describe('words for a tone', () => {
  it('put an apology before an answer and leave the answer word for word', () => {
    expect(wording().plan(say([ANSWER], 'knowledge'), reading('upset')).texts).toEqual(['I am sorry.', ANSWER]);
  });

  it.each(['neutral', 'happy', 'sad', 'unsure'] as const)('are the plain ones for a %s caller where there are no others', (tone) => {
    expect(wording().plan(say([ANSWER], 'knowledge'), reading(tone)).texts).toEqual([ANSWER]);
  });

  it('offer a person, and say which entry a yes is answered with', () => {
    expect(wording().plan(say(['I am not sure.'], 'dialogue'), reading('upset'))).toMatchObject({
      texts: ['I am sorry, I cannot help with that. Shall I have somebody call you?'],
      offers: 'person',
    });
  });

  it('prefer what is ready to what is not, so that nothing is heard later', () => {
    const ready = new Set([ANSWER, 'I am not sure.', 'No hurry.', 'Pardon?']);
    const words = wording((text) => ready.has(text));
    expect(words.plan(say([ANSWER], 'knowledge'), reading('upset')).texts).toEqual([ANSWER]);
    expect(words.plan(say(['I am not sure.'], 'dialogue'), reading('upset'))).toEqual(say(['I am not sure.'], 'dialogue'));
    expect(words.plan(say(['Pardon?'], 'dialogue'), reading('unsure')).texts).toEqual(['No hurry.', 'Pardon?']);
  });

  it('do not apologise twice in a row', () => {
    const words = wording();
    const first = words.plan(say([ANSWER], 'knowledge'), reading('upset'));
    words.opened(first, reading('upset'));
    const second = words.plan(say([ANSWER], 'knowledge'), reading('upset'));
    expect(second.texts).toEqual([ANSWER]);
    words.opened(second, reading('upset'));
    expect(words.plan(say([ANSWER], 'knowledge'), reading('upset')).texts).toEqual(['I am sorry.', ANSWER]);
  });

  it('apologise again when hardly anything of the apology was heard', () => {
    const words = wording();
    words.opened(words.plan(say([ANSWER], 'knowledge'), reading('upset')), reading('upset'));
    words.unheard();
    expect(words.plan(say([ANSWER], 'knowledge'), reading('upset')).texts).toEqual(['I am sorry.', ANSWER]);
  });

  it('leave a farewell and a message alone', () => {
    expect(wording().plan(say(['Goodbye.'], 'knowledge'), reading('upset')).texts).toEqual(['Goodbye.']);
    expect(wording().plan(say([ANSWER], 'dialogue', { message: 'tell them' }), reading('upset')).texts).toEqual([ANSWER]);
  });

  it('come after the line where it stands first', () => {
    expect(
      wording().plan(
        say(['I let somebody call you back.', persona.takeMessage.ask], 'knowledge', { followUp: 'take-message' }),
        reading('upset'),
      ).texts,
    ).toEqual(['I am sorry.', 'I let somebody call you back.', persona.takeMessage.ask, 'I will pass it on at once.']);
  });

  it('are made ready in advance, beside the lines themselves', () => {
    expect(moodPhrases(persona)).toEqual(
      expect.arrayContaining([
        'I am sorry.',
        'I am sorry for the trouble. The Wi-Fi is free, and I can send somebody.',
        'I will pass it on at once.',
        'No hurry.',
      ]),
    );
    expect(moodPhrases(persona).filter((text) => fixedPhrases(persona).includes(text))).toEqual([]);
  });
});

describe('faults of variants', () => {
  const faults = (change: object): readonly string[] =>
    variantFaults(personaSchema.parse({ ...PERSONA, ...change })).map(({ path, message }) => `${path.join('.')}${message}`);
  const entry = (whenUpset: unknown): object => ({
    knowledge: [
      { id: 'breakfast', asked: ['breakfast'], answer: ANSWER, whenUpset },
      { id: 'person', asked: ['a person'], answer: 'Yes.' },
    ],
  });

  it('are none in what is right', () => {
    expect(faults({})).toEqual([]);
    expect(faults(entry('Sorry! From seven until ten you get breakfast.'))).toEqual([]);
  });

  it.each([
    [
      entry('I am sorry for the long wait.'),
      'knowledge.0.whenUpset = "I am sorry for the long wait.": leaves out "seven" of the answer; put {line} in the place of the answer, or say all of its numbers',
    ],
    [
      entry('I am sorry, {name}. {line}'),
      'knowledge.0.whenUpset = "I am sorry, {name}. {line}": {name} means nothing here; {line} stands for the line itself',
    ],
    [entry('{line} {line}'), 'knowledge.0.whenUpset = "{line} {line}": {line} can stand in it once'],
    [
      entry({ say: '{line} A person?', offers: 'persona' }),
      'knowledge.0.whenUpset.offers = "persona": no entry has this id; there are: breakfast, person',
    ],
    [{ whenUpset: { answers: 'I am sorry.' } }, 'whenUpset.answers = "I am sorry.": must have {line} in it, which stands for the answer'],
  ])('name the key, the value and what would be right: %#', (change, fault) => {
    expect(faults(change)).toEqual([fault]);
  });
});
