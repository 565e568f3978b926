import { describe, expect, it } from 'vitest';
import { NOW, nothing, readingTable, slotOf, wrong } from '../testing/reading-table.ts';

describe('digits', () => {
  readingTable({ type: 'digits', length: 6, leads: ['order number', 'code'] }, {}, [
    ['one two three four five six', '123456'], ['1 2 3 4 5 6', '123456'], ['123456', '123456'], ['123-456', '123456'], ['123,456', '123456'], ['one twenty three four fifty six', '123456'], ['twelve thirty four fifty six', '123456'], ['double one double two double three', '112233'], ['triple four five six seven', '444567'],
    ['double four oh one two three', '440123'], ['zero zero one two three four', '001234'], ['oh oh one two three four', '001234'], ['nought one two three four five', '012345'], ['one two three, um, four five six', '123456'], ["it's 123 456", '123456'], ['order number 123456', '123456'], ['one hundred two three four', '100234'],
    ['five thousand two three', '500023'], ['1 2 3. 4 5 6.', '123456'], ['one, two, three, four, five, six', '123456'], ['ninety nine ninety nine ninety nine', '999999'], ['one two three dash four five six', '123456'], ['one-two-three-four-five-six', '123456'], ['the code is one two three four five six', '123456'], ['quadruple one two three', '111123'],
    ['one two three', wrong('too-short')], ['12345', wrong('too-short')], ['1234567', wrong('too-long')], ['one two three four five six seven', wrong('too-long')],
    ['I lost it', nothing], ['', nothing], ['the first', nothing], ['no', nothing],
  ]);
  readingTable({ type: 'digits', minLength: 3, maxLength: 5, leads: ['order number'] }, { asked: false }, [
    ['my order number is one two three four', '1234'], ['order number 12', wrong('too-short')], ['one two three four', nothing], ['it was 2020. Order number five five five', '555'],
  ]);
  it('says digits slowly', () => {
    expect(slotOf({ type: 'digits' }).say('1234567', { now: NOW })).toBe('one two three, four five six seven');
  });
});

describe('names', () => {
  readingTable({ type: 'name' }, {}, [
    ['John Smith', 'John Smith'], ['john smith', 'John Smith'], ['my name is John Smith', 'John Smith'], ["I'm Mary Jones", 'Mary Jones'], ["It's Juliet.", 'Juliet'], ['This is Anna Maria Lopez speaking', 'Anna Maria Lopez'], ["Sean O'Brien", "Sean O'Brien"], ['Mary-Jane Watson', 'Mary-Jane Watson'], ['Yes, my name is Ken', 'Ken'], ['um, Peter', 'Peter'],
    ['J U L I E T', 'Juliet'], ['J-U-L-I-E-T', 'Juliet'], ['J, U, L, I, E, T', 'Juliet'], ['J. U. L. I. E. T.', 'Juliet'], ['J as in Juliet, O, N like November', 'Jon'], ['S for Sierra, M for Mike, I for India, T for Tango, H for Hotel', 'Smith'], ['Smith, S M I T H', 'Smith'], ['Smyth, spelled S M Y T H', 'Smyth'], ['Smith, S M Y T H', 'Smyth'],
    ['John Smith, that is S M Y T H', 'John Smyth'], ['Lima, Echo, Echo', 'Lee'], ['L double E', 'Lee'], ['kay ee en', 'Kay Ee En'], ['Juliet Uniform Lima India Echo Tango', 'Juliet'], ['McDonald', 'McDonald'], ['JOHN SMITH', 'John Smith'], ['Jürgen Müller', 'Jürgen Müller'], ['Li', 'Li'], ['mister Brown', 'Brown'],
    ['John Smith and my number is 415', 'John Smith'], ['Tom, please', 'Tom'],
    ['what?', nothing], ["I don't know", nothing], ['can you repeat that', nothing], ['', nothing], ['two', nothing], ['415 555', nothing], ['never mind', nothing], ['a', nothing],
  ]);
  readingTable({ type: 'name' }, { asked: false }, [['my name is John', 'John'], ['under the name of Mary Jones', 'Mary Jones'], ['John', nothing], ['book Mountain View for two people', nothing], ['I would like a room', nothing], ['Can somebody call me back?', nothing], ['this is urgent', nothing], ['call me Juliet', 'Juliet']]);
  it('is surer of what was spelled', () => {
    const type = slotOf({ type: 'name' });
    const context = { now: NOW, asked: true, known: {} };
    expect(type.read('Juliet', context)).toMatchObject({ confidence: 0.8 });
    expect(type.read('J U L I E T', context)).toMatchObject({ confidence: 0.95 });
  });
});

describe('e-mail addresses', () => {
  const JOHN = 'john.smith@example.com';
  readingTable({ type: 'email' }, {}, [
    ['john dot smith at example dot com', JOHN], ['John.Smith@example.com', JOHN], ['john.smith at example.com', JOHN], ['john.smith@example.com.', JOHN], ["it's john dot smith at example dot com", JOHN], ['my email is john dot smith at example dot com', JOHN], ['john dot smith at example dot com, thanks', JOHN], ['J O H N dot S M I T H at example dot com', JOHN], ['john dot S M I T H at example dot com', JOHN],
    ['j-o-h-n dot smith at example dot com', JOHN], ['john period smith at example dot com', JOHN], ['john point smith at example point com', JOHN], ['john underscore smith at example dot com', 'john_smith@example.com'], ['john dash smith at example dot com', 'john-smith@example.com'], ['john hyphen smith at example dot com', 'john-smith@example.com'], ['john plus test at example dot com', 'john+test@example.com'],
    ['john at gmail', 'john@gmail.com'], ['john at gmail dot com', 'john@gmail.com'], ['john smith at example dot com', 'johnsmith@example.com'], ['john twenty two at example dot com', 'john22@example.com'], ['john 22 at example dot com', 'john22@example.com'], ['john one two at example dot com', 'john12@example.com'], ['john at mail dot example dot co dot uk', 'john@mail.example.co.uk'], ['john at my dash company dot com', 'john@my-company.com'],
    ['john at E X A M P L E dot com', 'john@example.com'], ['J as in Juliet, O, H, N at example dot com', 'john@example.com'], ['all lower case john at example dot org', 'john@example.org'], ['info@example.org', 'info@example.org'], ['you can write to info at example dot org', 'info@example.org'],
    ['john@example', wrong('incomplete')], ['john at example', nothing], ['at two', nothing], ['example dot com', nothing], ['I have none', nothing], ['', nothing],
  ]);
  readingTable({ type: 'email' }, { asked: false }, [['my email is john at example dot com', 'john@example.com'], ['meet at two', nothing], ['I am at home', nothing]]);
  it('says addresses in words', () => {
    expect(slotOf({ type: 'email' }).say('john.smith_2@my-company.com', { now: NOW })).toBe('john dot smith underscore 2 at my dash company dot com');
  });
});

describe('free text', () => {
  readingTable({ type: 'text', minLength: 3, maxLength: 60, leads: ['it is about', 'the message is'] }, {}, [
    ['the heating is broken', 'the heating is broken'], ['um, the heating is broken', 'the heating is broken'], ['it is about the heating', 'the heating'], ['Tell them that I come on Tuesday at two.', 'I come on Tuesday at two.'], ['call me back', 'call me back'], ['well, okay, a table', 'a table'], ['hello there', 'hello there'],
    ['two people at three', 'two people at three'], ['yes', 'yes'], ['100 %', '100 %'], ['Ünïcode', 'Ünïcode'], ['  spaces around  ', 'spaces around'], ['my message is I am late', 'I am late'], ['please say that I am late', 'I am late'], ["it's about work", 'work'], ['tell him hi there', 'hi there'], ['a — b', 'a — b'],
    ['what? no!', 'what? no!'], ['so the thing is gone', 'the thing is gone'], ['one two three', 'one two three'], ['I have a question', 'I have a question'], ['no', wrong('too-short')], ['x'.repeat(61), wrong('too-long')], ['', nothing], ['...', nothing], ['   ', nothing],
  ]);
  readingTable({ type: 'text', leads: ['it is about'] }, { asked: false }, [['it is about the heating', 'the heating'], ['hello, it is about work', 'work'], ['the heating', nothing], ['', nothing]]);
});
