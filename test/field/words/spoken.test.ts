import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSpeakable } from './english.ts';
import { NOW, slotOf } from './callers.ts';

type Rows = readonly (readonly [written: string, said: string])[];

describe('"Press * or #" was "press or"', () => {
  it.each([
    ['Press * or #.', 'Press star or pound.'], ['Dial *69', 'Dial star 6 9'], ['#5', 'number 5'], ['Room #5', 'Room number 5'], ['Press #5', 'Press pound 5'],
    ['Enter 204#', 'Enter 2 0 4 pound'], ['*21*204#', 'star 2 1 star 2 0 4 pound'], ['Is it 2 * 3?', 'Is it 2 times 3?'], ['C# minor', 'C sharp minor'],
    ['Press "*" now', 'Press "star" now'], ['Press *1* now', 'Press 1 now'], ['*from 5 pm*', 'from 5 PM'], ['the # key', 'the pound key'], ['The #1 hotel', 'The number 1 hotel'],
    ['#parley', 'hashtag parley'], ['5* hotel', '5 star hotel'], ['from $50*', 'from $50*'],
  ] as Rows)('%s is said as %s', (written, said) => {
    expect(makeSpeakable(written)).toBe(said);
    expect(makeSpeakable(said)).toBe(said);
  });
});

describe('"27,50 Euro" was two thousand seven hundred and fifty, "1234 dollars" a year', () => {
  it.each([
    ['27,50 Euro', '€27.50'], ['1.234,56 €', '€1,234.56'], ['1234 dollars', '1,234 dollars'], ['€1234', '€1,234'], ['1.234 €', '€1,234'], ['€1.234', '€1,234'],
    ['1 234,50 €', '€1,234.50'], ['1 234,50 €', '€1,234.50'], ["1'234 people", '1,234 people'], ['1.234.567', '1,234,567'], ['EUR 20', '€20'], ['20 USD', '$20'],
    ['CHF 20.50', '20.50 Swiss francs'], ['22,5 %', '22.5 %'], ['rooms 1,2 and 3', 'rooms 1, 2 and 3'], ['1,5 hours', '1.5 hours'], ['1,250 rooms', '1,250 rooms'],
    ['12,345,678', '12,345,678'], ['3.5 kg', '3.5 kg'], ['$1.234', '$1.234'], ['at 08:30', 'at 08:30'], ['0.5 km', '0.5 km'], ['2027-03-04', '2027-03-04'], ['5¢', '5 cents'],
    ['₹500', '500 rupees'], ['in 2026 people came', 'in 2026 people came'], ['12:30,5', '12:30,5'], ['$5,50', '$5.50'], ['5,- €', '€5'], ['24.12.2026', '2026-12-24'],
    ['1.5.2027 at 8', '2027-05-01 at 8'], ['version 1.2.3', 'version 1 point 2 point 3'],
  ] as Rows)('%s is said as %s', (written, said) => {
    expect(makeSpeakable(written)).toBe(said);
    expect(makeSpeakable(said)).toBe(said);
  });
});

describe('degrees, minus signs and fractions were left out or misread', () => {
  it.each([
    ['It is 22,1 °C.', 'It is 22.1 degrees Celsius.'], ['It is −5 °C.', 'It is minus 5 degrees Celsius.'], ['–3 at night', 'minus 3 at night'], ['1½ hours', '1 and a half hours'],
    ['5 − 3', '5 minus 3'], ['-$5', 'minus $5'], ['10 – 12', '10 – 12'], ['-5 to -3 °C', 'minus 5 to minus 3 degrees Celsius'], ['1 °C', '1 degree Celsius'], ['90°', '90 degrees'],
    ['45° N', '45 degrees N'], ['72℉', '72 degrees Fahrenheit'], ['½ cup', 'half cup'], ['1 1/2 hours', '1 and a half hours'], ['3/4/2027', '3/4/2027'], ['on 3/4', 'on 3/4'],
    ['~5 minutes', 'about 5 minutes'], ['< 5 and > 3', 'less than 5 and more than 3'], ['≈ $5', 'about $5'], ['§ 5', 'section 5'], ['a+b', 'a+b'], ['x = 5', 'x equals 5'],
    ['24 °C', '24 degrees Celsius'], ['from −5–3 °C', 'from minus 5–3 degrees Celsius'], ['It is 18,5 °C.', 'It is 18.5 degrees Celsius.'],
    ['It was −5 °C and –3 at night.', 'It was minus 5 degrees Celsius and minus 3 at night.'], ['Flat 3½', 'Flat 3 and a half'], ['¾ cup', 'three quarters cup'],
  ] as Rows)('%s is said as %s', (written, said) => {
    expect(makeSpeakable(written)).toBe(said);
    expect(makeSpeakable(said)).toBe(said);
  });
});

describe('"MA 02139" and "Room 007" lost their zeros, "OR 97201" was the word', () => {
  it.each([
    ['MA 02139', 'Massachusetts 0 2 1 3 9'], ['Room 007', 'Room 0 0 7'], ['Portland, OR 97201-1234.', 'Portland, Oregon 9 7 2 0 1, 1 2 3 4.'], ['Gate 08', 'Gate 0 8'],
    ['04 May', '4 May'], ['08 am', '8 AM'], ['Room 0204.', 'Room 0 2 0 4.'], ['Call 0800 123456', 'Call 0 8 0 0, 1 2 3, 4 5 6'], ['That is 3.499,00 €.', 'That is €3,499.00.'],
    ['Springfield, IL 60601', 'Springfield, Illinois 6 0 6 0 1'],
  ] as Rows)('%s is said as %s', (written, said) => {
    expect(makeSpeakable(written)).toBe(said);
    expect(makeSpeakable(said)).toBe(said);
  });
});

describe('an amount, as any country writes it', () => {
  const locales = ['de-DE', 'fr-FR', 'en-US', 'en-GB', 'de-CH', 'es-ES', 'it-IT', 'nl-NL', 'pl-PL', 'sv-SE', 'pt-PT', 'fi-FI', 'de-AT'];
  const amounts = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 99_999_999 }).map((whole) => whole * 100)).map((cents) => cents / 100);
  it('is said as the same amount', () => {
    fc.assert(fc.property(amounts, fc.constantFrom(...locales), fc.constantFrom('EUR', 'GBP', 'USD'), (amount, locale, currency) => {
      const written = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(amount);
      expect([written, makeSpeakable(`It is ${written}.`)]).toEqual([written, `It is ${new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount)}.`]);
    }), { numRuns: 3000 });
  });
  it('holds no sign that a voice leaves out', () => {
    const marks = fc.constantFrom('*', '#', '°C', '−', '½', '≈', '~', '<', '≥', '℉', '¾', '€', '%', ',5', '.50', ' ', '-', '–');
    fc.assert(fc.property(fc.array(fc.oneof(marks, fc.integer({ min: 0, max: 99_999 }).map(String)), { maxLength: 6 }), (parts) => {
      expect(makeSpeakable(`It is 5 ${parts.join('')} now`)).not.toMatch(/[½¾℉]|\d\s?°C/u);
    }));
  });
});

describe('what a form says of a value', () => {
  it.each([
    ['money', fc.integer({ min: 1, max: 99_999_999_999 }).map((cents) => ({ amount: cents / 100, currency: 'USD' }))], ['number', fc.integer({ min: -99_999_999, max: 999_999_999 })], ['count', fc.integer({ min: 1, max: 1_000_000 })], ['duration', fc.integer({ min: 1, max: 500_000 })],
  ] as const)('is spoken as it stands: %s', (type, values: fc.Arbitrary<number | { amount: number; currency: string }>) => {
    const slot = slotOf({ type });
    fc.assert(fc.property(values, (value) => {
      const said = slot.say(value, { now: NOW });
      expect(makeSpeakable(said)).toBe(said);
    }));
  });
});
