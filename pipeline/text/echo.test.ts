import { describe, expect, it } from 'vitest';
import { pipelineOptions } from '../options.ts';
import { turns } from '../language/english/turns/english.ts';
import { isEcho } from './echo.ts';

const options = pipelineOptions.parse({}).bargeIn;

// The bot interrupted itself, and answered its own words: through a loudspeaker they came back with the numbers written in the other way.
describe('the echo of numbers', () => {
  it.each([
    ['It costs $25.50, from 8:30 to 10.', 'it costs twenty five fifty from eight thirty to ten'],
    ['Call 030 1234567 for that.', 'call zero three zero one two three four five six seven for that'],
    ['Breakfast is from half past seven until ten thirty.', 'Breakfast is from half past 7 until 10.30.'],
    ['Dr. Smith is on the 3rd floor, room 12.', 'Smith is on the third floor, room twelve'],
    ['We have twenty rooms and eleven suites.', 'We have 20 rooms and 11 suites.'],
    ['The code is four seven one one.', 'the code is 4711'],
    ['Table 7, on the second of May, at 19:45.', 'table seven on the 2nd of may at nineteen forty five'],
  ])('of %j, heard as %j', (bot, heard) => {
    expect(isEcho(heard, bot, options, turns)).toBe(true);
  });

  it.each([
    ['Library, for two people, at ten. Is that right?', 'for three people'],
    ['Library, for two people, at ten. Is that right?', 'for two people at eleven'],
    ['It is for twenty people, please?', 'for twenty one people please'],
    ['So that is 8:30 on the 3rd?', 'that is 8:40 on the 3rd'],
    ['Your number is 0171 234567. Is that right?', 'number is 0171 234568'],
    ['Room 12 is free.', 'is room fifteen free'],
  ])('is no correction: after %j the caller says %j', (bot, said) => {
    expect(isEcho(said, bot, options, turns)).toBe(false);
  });
});

// The bot broke off its own greeting, and answered "Hello," or "to" that came back by a loudspeaker.
describe('the echo of a single word', () => {
  it.each([
    ['Hello, how can I', 'Hello,'],
    ['Welcome to the hotel, how', 'to'],
    ['I am not sure', 'I'],
    ['The pool is on the roof.', 'roof'],
    ['Hi, this is the front', 'hi'],
  ])('of %j, heard as %j', (bot, heard) => {
    expect(isEcho(heard, bot, options, turns)).toBe(true);
  });

  it.each([
    ['Hello, how can I help you? The pool is on the roof.', 'Hello?'],
    ['There is no parking here.', 'No!'],
    ['For 4 people. Is that right?', '4'],
    ['Please wait, I look it up.', 'wait'],
    ['The pool is on the roof. It opens at eight', 'pool'],
    ['The pool is on the roof.', 'parking'],
  ])('is not what a caller says who means it: after %j %j', (bot, said) => {
    expect(isEcho(said, bot, options, turns)).toBe(false);
  });
});
