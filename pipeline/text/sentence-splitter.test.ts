import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaks } from '../language/english/speech/breaks.ts';
import { SentenceSplitter } from './sentence-splitter.ts';

function split(text: string, chunkChars = 3): readonly string[] {
  const splitter = new SentenceSplitter(breaks);
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += chunkChars) pieces.push(...splitter.push(text.slice(at, at + chunkChars)));
  return [...pieces, ...splitter.flush()];
}

const trimmed = (text: string): readonly string[] => split(text).map((piece) => piece.trim());

describe('SentenceSplitter', () => {
  const whole = [
    'Dr. Smith is in today.',
    'Please ask Mr. and Mrs. J. R. Miller about it.',
    'It weighs 3.5 kilos.',
    'We have drinks, e.g. Coke.',
    'Open till 10 a.m. on weekdays.',
    'Open till 10 a.m. Monday.',
    'The U.S. Embassy is near.',
    'See www.harbor-inn.example/rooms.html for it.',
    'Write to front.desk@harbor-inn.example today.',
    'It is 1,250.75 dollars.',
    'Wait... there is more.',
    'Well… it depends.',
    'Meet on the 24. December party.',
    'Room no. 5 is free.',
    'It is on St. Paul Street.',
    'George W. Bush slept here.',
    'Version 2.0.1 is out.',
    'It costs $3.50 a day.',
    'Open from 7 - 10 daily.',
    'The code is 4, 7, 1, 1 today.',
    'Jones Bros. Bakery is next door.',
    'He said "Hi!" and left.',
  ];
  for (const text of whole) {
    it(`does not break ${text}`, () => expect(trimmed(text)).toEqual([text]));
  }

  const broken: readonly (readonly [string, readonly string[]])[] = [
    ['Sure. It opens at seven.', ['Sure.', 'It opens at seven.']],
    ['Breakfast is from 7 a.m. The pool opens at 8 a.m. Ask us.', ['Breakfast is from 7 a.m.', 'The pool opens at 8 a.m.', 'Ask us.']],
    ['We are at 12 Harbor St. The sea is near.', ['We are at 12 Harbor St.', 'The sea is near.']],
    ['It is room 12. Anything else?', ['It is room 12.', 'Anything else?']],
    ['Really?! Yes.', ['Really?!', 'Yes.']],
    ['He said "Come in." We did.', ['He said "Come in."', 'We did.']],
    ['Hmm... The pool is open.', ['Hmm...', 'The pool is open.']],
    ['It has:\n- a pool\n- a gym\nand more', ['It has:', '- a pool', '- a gym\nand more']],
    ['1. First. 2. Second.', ['1. First.', '2. Second.']],
    ['No mark here\n\nNext part', ['No mark here', 'Next part']],
    ['Yes! We do.', ['Yes!', 'We do.']],
  ];
  for (const [text, pieces] of broken) {
    it(`breaks ${JSON.stringify(text)}`, () => expect(trimmed(text)).toEqual(pieces));
  }

  it('lets the caller hear the first clause while the rest is being written', () => {
    const splitter = new SentenceSplitter(breaks);
    expect(splitter.push('Of course, I can do that for you, ')).toEqual([]);
    expect(splitter.push('and')).toEqual(['Of course, I can do that for you, ']);
    expect(splitter.push(' it is free, as always, for all of our guests.')).toEqual([]);
    expect(splitter.flush()).toEqual(['and it is free, as always, for all of our guests.']);
  });

  it('ends a long later sentence at a clause', () => {
    expect(trimmed('Yes. The pool on the roof of the main building is open for all of our guests, and towels are free.')).toEqual([
      'Yes.',
      'The pool on the roof of the main building is open for all of our guests,',
      'and towels are free.',
    ]);
  });

  it('gives a sentence out as soon as the next one begins', () => {
    const splitter = new SentenceSplitter(breaks);
    expect(splitter.push('It opens at seven.')).toEqual([]);
    expect(splitter.push(' ')).toEqual([]);
    expect(splitter.push('T')).toEqual(['It opens at seven. ']);
  });

  it('can be used again after the end', () => {
    const splitter = new SentenceSplitter(breaks);
    splitter.push('One two three four, five');
    splitter.flush();
    expect([...splitter.push('One two three four, five'), ...splitter.flush()]).toEqual(['One two three four, ', 'five']);
  });

  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 900 }),
    fc
      .array(
        fc.constantFrom(
          'Dr.',
          'word',
          'a.m.',
          '3.5',
          'The',
          'x,',
          'end.',
          'St.',
          '\n',
          '- ',
          '…',
          'I',
          'A',
          '5.',
          'May',
          '。',
          '😀',
          'longer-word-with-more-letters',
          '(so)',
          '"Yes."',
          '?',
        ),
        { maxLength: 150 },
      )
      .map((words) => words.join(' ')),
    fc.string({ unit: fc.constantFrom('a', 'b', '😀', ' ', ','), maxLength: 900 }),
  );

  it('loses nothing and never exceeds the limit, whatever comes', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, chunkChars) => {
        const pieces = split(text, chunkChars);
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(220);
      }),
    );
  });

  it('cuts the same text the same way however it arrives', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 300 }), (text, chunkChars) => {
        expect(split(text, chunkChars)).toEqual(split(text, text.length || 1));
      }),
    );
  });

  it('does not cut a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('😀', 'a'), maxLength: 700 }), (text) => {
        for (const piece of split(text)) expect(piece.isWellFormed()).toBe(true);
      }),
    );
  });
});
