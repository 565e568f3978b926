import { describe, expect, it } from 'vitest';
import { askedBy, isGoodbye, isYesNo, shapeOf } from './completeness.ts';
import { lastSentence, sameWords, wordsOf } from '../../../text/words.ts';

function shape(text: string): string {
  const found = shapeOf(text);
  return found.kind === 'unfinished' ? `unfinished: ${found.inside}` : found.kind;
}

describe('a text that stops inside something', () => {
  it.each([
    ['One, zero, zero, zero, one.', 'digits'],
    ['1-0-0-0-1', 'digits'],
    ['10001', 'digits'],
    ['1-0-0-0-1 9-0-2-1-0', 'digits'],
    ['10001 90210 01803', 'digits'],
    ['10001 90210', 'digits'],
    ['10001, 90210, 01803.', 'digits'],
    ['one zero zero zero one nine oh two one oh', 'digits'],
    ['My number is 5 5 5', 'digits'],
    ['My number is 07', 'digits'],
    ["It's 555.", 'digits'],
    ['nine oh', 'digits'],
    ['My name is S M I', 'spelling'],
    ['S-M-I-T-H.', 'spelling'],
    ['I live at', 'address'],
    ['My address is 12', 'address'],
    ['My address is 12 Harbor', 'address'],
    ['I would like a room and', 'conjunction'],
    ['We could come on Friday or', 'conjunction'],
    ["I can't come because", 'conjunction'],
    ['I would like um', 'filler'],
    ['So I was thinking, uh', 'filler'],
    ['I would like a', 'determiner'],
    ['Can I bring my', 'determiner'],
    ['What time is the?', 'determiner'],
    ['I want to go to', 'preposition'],
    ['A room for', 'preposition'],
    ['I would like', 'open-verb'],
    ['My name is', 'open-verb'],
    ['Hello, can you', 'open-verb'],
    ['Do you have', 'open-verb'],
    ['And I', 'subject'],
    ['Well,', 'punctuation'],
  ])('%s: %s', (text, inside) => {
    expect(shape(text)).toBe(`unfinished: ${inside}`);
  });
});

describe('a text that is complete', () => {
  it.each([
    ['What time is breakfast?', 'question'],
    ['what time is breakfast', 'question'],
    ['How old is the Brooklyn Bridge?', 'question'],
    ['Can I bring my dog?', 'question'],
    ['Is there parking?', 'question'],
    ['Where are you from?', 'question'],
    ['I have a dog. Can I bring it?', 'question'],
    ['Breakfast?', 'question'],
    ['Do you have a room on the 4th of May?', 'question'],
    ['yes', 'yes-no'],
    ['Yes, please.', 'yes-no'],
    ['No, thank you.', 'yes-no'],
    ["That's right.", 'yes-no'],
    ['Okay.', 'yes-no'],
    ['Hello?', 'greeting'],
    ['Hello.', 'greeting'],
    ['Good morning.', 'greeting'],
    ['Bye.', 'goodbye'],
    ['Thank you, goodbye.', 'goodbye'],
    ['No, that is all. Bye bye!', 'goodbye'],
    ['Book a room.', 'short-phrase'],
    ['Mountain View', 'short-phrase'],
    ['out in view.', 'short-phrase'],
    ['2 30 pm', 'short-phrase'],
    ['Today...', 'trailing'],
    ['I was thinking...', 'trailing'],
    ['Today.', 'short-phrase'],
    ['2:30 p.m.', 'short-phrase'],
    ['Half an hour.', 'short-phrase'],
    ['Two people.', 'short-phrase'],
    ['Room 204', 'short-phrase'],
    ['Twelve', 'short-phrase'],
    ['I want to check in', 'short-phrase'],
    ['It costs $150', 'short-phrase'],
    ['I would like to book a room for two people on Friday.', 'statement'],
    ['We arrive on the third of March 2027.', 'statement'],
    ['', 'empty'],
    ['...', 'empty'],
  ])('%s: %s', (text, kind) => {
    expect(shape(text)).toBe(kind);
  });
});

describe('what the bot asks for', () => {
  it.each([
    ['Hello, how can I help you?', 'open'],
    ['Would you like breakfast?', 'yes-no'],
    ['Breakfast is at seven. Would you like it in your room?', 'yes-no'],
    ['Do you mean the pool or the sauna?', 'open'],
    ['Are you still there?', 'yes-no'],
    ['Please tell me your name.', 'open'],
    ['Breakfast is from seven to ten.', 'nothing'],
    ['Would you like tea? It is free.', 'nothing'],
  ])('%s: %s', (text, asked) => {
    expect(askedBy(text)).toBe(asked);
  });
});

describe('words', () => {
  it('compares texts by their words alone', () => {
    expect(sameWords('What time is breakfast?', 'what time, is breakfast')).toBe(true);
    expect(wordsOf("Uh-huh, that's ‘fine’.")).toEqual(['uh', 'huh', "that's", 'fine']);
    expect(lastSentence('I have a dog. Can I bring it?')).toBe('Can I bring it?');
    expect(lastSentence('It is 3.5 kilometres')).toBe('It is 3.5 kilometres');
  });

  it('does not take a longer sentence for a yes or a goodbye', () => {
    expect(isYesNo('yes I would like a room')).toBe(false);
    expect(isGoodbye('I want to say goodbye to my friend at the station first')).toBe(false);
    expect(isGoodbye('Thanks.')).toBe(false);
  });
});
