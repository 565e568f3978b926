import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSpeakable as speakable } from '../../../text/speakable.ts';
import { speech } from './english.ts';

const makeSpeakable = (text: string): string => speakable(text, speech);

const table: readonly (readonly [string, string])[] = [
  // What the front end reads right is left alone.
  ...[
    'Hello there.',
    'Dr. Smith lives at 12 Harbor St.',
    'It is 9:30am.',
    'It weighs 3.5 kg.',
    'On 3/4/2027.',
    'It is $12.50.',
    'A 50% discount.',
    'Chapter IV',
    "It's the guests' room.",
    'Yes — of course; why not?',
    'and/or',
    '5-star',
    'Room 204',
    'About 1,250 rooms.',
  ].map((text): readonly [string, string] => [text, text]),
  // Markup
  ['**Breakfast** is *free*.', 'Breakfast is free.'],
  ['__Bold__ and _soft_ and ~~gone~~ snake_case', 'Bold and soft and gone snake_case'],
  ['half **open', 'half open'],
  ['closed** half', 'closed half'],
  ['# Rooms\nWe have ten.', 'Rooms. We have ten.'],
  ['We have:\n- a pool\n- a gym', 'We have: a pool. a gym'],
  ['1. Tea\n2. Coffee', 'Tea. Coffee'],
  ['1. May I help you?', 'May I help you?'],
  ['12. December is fine.', '12. December is fine.'],
  ['3. May 2027', '3. May 2027'],
  ['* one\n* two', 'one. two'],
  ['> quoted', 'quoted'],
  ['See [our rooms](https://x.example/rooms "Rooms") now.', 'See our rooms now.'],
  ['![a pool](pool.png)', 'a pool'],
  ['Run `npm start` now.', 'Run npm start now.'],
  ['Before\n```js\nlet x = 1;\n```\nafter', 'Before. after'],
  ['| Day | Price |\n|---|---|\n| Mon | $5 |', 'Day, Price. Mon, $5'],
  ['One<br>two <b>three</b> &amp; four', 'One. two three & four'],
  ['Facts [1] here[^2].', 'Facts here.'],
  ['---', ''],
  ['5 \\* 3', '5 times 3'],
  ['Hello.<|im_end|>', 'Hello.'],
  // Emoji
  ['Great! 😀👍🏽', 'Great!'],
  ['👨‍👩‍👧 welcome 🇩🇪', 'welcome'],
  ['A 5★ hotel', 'A 5 star hotel'],
  ['Sure :) see you', 'Sure see you'],
  ['Press 1️⃣', 'Press 1'],
  ['...', ''],
  ['😀', ''],
  ['', ''],
  // Addresses
  ['Write to front.desk@harbor-inn.example.', 'Write to front dot desk at harbor dash inn dot example.'],
  ['See https://www.harbor-inn.example/rooms?x=1.', 'See harbor dash inn dot example slash rooms.'],
  ['See www.inn.example, please', 'See inn dot example, please'],
  ['It is on booking.com now.', 'It is on booking dot com now.'],
  ['<https://inn.example/a/b/c/d/e>', 'inn dot example'],
  // Numbers
  ['Call (555) 123-4567.', 'Call 5 5 5, 1 2 3, 4 5 6 7.'],
  ['Call +1 555 123 4567 now', 'Call plus 1, 5 5 5, 1 2 3, 4 5 6 7 now'],
  ['Call 555-0142.', 'Call 5 5 5, 0 1 4 2.'],
  ['Call 1-800-555-0199', 'Call 1, 8 0 0, 5 5 5, 0 1 9 9'],
  ['Ring 030 1234567.', 'Ring 0 3 0, 1 2 3, 4 5 6 7.'],
  ['Dial extension 204.', 'Dial extension 2 0 4.'],
  ['Your code is 482913.', 'Your code is 4 8 2, 9 1 3.'],
  ['Reference 123456789', 'Reference 1 2 3, 4 5 6, 7 8 9'],
  ['Call 9 for us', 'Call 9 for us'],
  ['7:00–10:30', '7:00 to 10:30'],
  ['7-10 a.m.', '7 to 10 a.m.'],
  ['10am-4pm', '10 AM to 4 PM'],
  ['At 10am. Then 3 pm.', 'At 10 AM. Then 3 PM.'],
  ['Mon-Fri and Sat.–Sun.', 'Monday to Friday and Saturday to Sunday'],
  ['$50-70/night', '$50 to $70 per night'],
  ['10-20% off', '10 to 20% off'],
  ['30€ or 12,50 €', '€30 or €12.50'],
  ['Open 24/7.', 'Open twenty-four seven.'],
  ['24h reception', '24 hours reception'],
  ['100 m away, 20 sq m or 30 m²', '100 meters away, 20 square meters or 30 square meters'],
  ['≥ 3 nights', 'at least 3 nights'],
  ['№ 7', 'number 7'],
  ['2027-03-04 is fine', '2027-03-04 is fine'],
  ['between 100-200 guests', 'between 100-200 guests'],
  // Abbreviations
  ['Drinks, e.g. Coke, i.e. soda', 'Drinks, for example Coke, that is soda'],
  ['No. 5, approx. 5 miles vs. Chelsea', 'number 5, about 5 miles versus Chelsea'],
  ['On Jan. 5 at 7 p.m. Monday', 'On January 5 at 7 PM Monday'],
  ['The U.S. Army', 'The US Army'],
  ['Ext. 204, Rm. 5', 'extension 2 0 4, room 5'],
  ['A/C w/ heat', 'AC with heat'],
  ['Queen Victoria Street and King Charles III', 'queen Victoria Street and king Charles III'],
];

describe('makeSpeakable', () => {
  for (const [text, said] of table) {
    it(`${JSON.stringify(text)} is said as ${JSON.stringify(said)}`, () => expect(makeSpeakable(text)).toBe(said));
  }

  it('says the same of what it already made speakable', () => {
    for (const [, said] of table) expect(makeSpeakable(said)).toBe(said);
  });

  it('never throws, never leaves emoji or control characters, and never gives only marks', () => {
    const bits = fc.constantFrom(
      '**',
      '`',
      '```',
      '- ',
      '\n',
      '1. ',
      '[a](b)',
      '<b>',
      '😀',
      '5',
      '-',
      '555',
      ' ',
      'word',
      '@',
      '.com',
      '|',
      '\u0000',
      '\u200d',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(bits, { maxLength: 40 }).map((all) => all.join('')),
        ),
        (text) => {
          const said = makeSpeakable(text);
          expect(said).not.toMatch(/[\p{Cc}\u200d]|\p{Emoji_Presentation}/u);
          expect(said === '' || /[\p{L}\p{N}]/u.test(said)).toBe(true);
        },
      ),
    );
  });

  it('is quick on long and hostile text', () => {
    const startedMs = performance.now();
    for (const text of [
      '*'.repeat(20_000),
      '['.repeat(20_000),
      '<'.repeat(20_000),
      '1-'.repeat(10_000),
      'a.'.repeat(10_000),
      '(1) '.repeat(5_000),
      `${'a'.repeat(10_000)}@`,
      '\\'.repeat(10_000),
      '```'.repeat(5_000),
      '1000'.repeat(5_000),
      `${'0'.repeat(20_000)}a`,
      '#1'.repeat(10_000),
      '1½'.repeat(10_000),
      '1 1/2 '.repeat(3_000),
      '1.000,'.repeat(3_000),
      '°C'.repeat(10_000),
    ])
      makeSpeakable(text);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  }, 20_000);
});
