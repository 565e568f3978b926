import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlotSpecInput } from '../slots/slot-spec.ts';
import { NOW, slotOf } from '../slots/testing/reading-table.ts';
import { actionDeclaration } from '../actions/declaration.ts';
import { formDeclaration } from './declaration.ts';
import { english } from '../../language/english/english.ts';
import { createForm } from './form.ts';
import { readUtterance, type Found } from './reading.ts';

const SPECS: Readonly<Record<string, SlotSpecInput>> = {
  room: { type: 'choice', choices: [{ value: 'mountain', label: 'Mountain View' }, { value: 'bay', label: 'Bay View' }, { value: 'harbor', label: 'Harbor Room' }] },
  date: { type: 'date', from: 'today' },
  time: { type: 'time', hours: { from: '08:00', to: '18:00' } },
  length: { type: 'duration', maxMinutes: 480 },
  people: { type: 'count', max: 12 },
  name: { type: 'name' },
  phone: { type: 'phone' },
  email: { type: 'email' },
  budget: { type: 'money' },
  order: { type: 'digits', length: 6, leads: ['order number'] },
  miles: { type: 'number', units: ['miles'] },
  breakfast: { type: 'yes-no' },
  text: { type: 'text', leads: ['it is about'] },
};
function read(utterance: string, asked?: string, names: readonly string[] = Object.keys(SPECS)): readonly Found[] {
  const slots = names.map((name) => ({ name, prompt: `${name}?`, ...SPECS[name] }));
  const action = { name: 'note', kind: 'take-message', text: 'x' };
  const form = createForm(formDeclaration.parse({ id: 'all', asked: ['all of it'], slots, complete: 'note' }), actionDeclaration.parse(action), english);
  return readUtterance(form, utterance, { language: english, now: NOW, asked: form.slots.find(({ name }) => name === asked), values: {}, last: undefined, corrects: false });
}

function values(utterance: string, asked?: string, names?: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(read(utterance, asked, names).map(({ slot, reading }) => [slot.name, reading.kind === 'value' ? reading.value : reading.kind === 'ambiguous' ? reading.values : reading.code]));
}

describe('reading several slots', () => {
  const BOOKING = ['room', 'date', 'time', 'length', 'people'];
  for (const [utterance, asked, expected] of [
    ['book Mountain View tomorrow at two thirty for half an hour for two people', undefined, { room: 'mountain', date: '2026-11-19', time: '14:30', length: 30, people: 2 }],
    ['two people, half an hour, 2:30 p.m., today, Mountain View', 'room', { room: 'mountain', date: '2026-11-18', time: '14:30', length: 30, people: 2 }],
    ['I need Bay View on Friday at three for two hours', undefined, { room: 'bay', date: '2026-11-20', time: '15:00', length: 120 }],
    ['two', 'people', { people: 2 }],
    ['two', 'time', { time: '14:00' }],
    ['two', 'length', { length: 120 }],
    ['two thirty for three people', 'time', { time: '14:30', people: 3 }],
    ['three, for two hours', 'people', { people: 3, length: 120 }],
    ['tomorrow at six or seven', 'date', { date: '2026-11-19', time: '18:00' }],
    ['the 24th at 9 for 4', 'date', { date: '2026-11-24', time: '09:00', people: 4 }],
    ['march the third at half past two', undefined, { date: '2027-03-03', time: '14:30' }],
    ['two or three people on Friday', 'people', { people: [2, 3], date: '2026-11-20' }],
    ['hello', 'room', {}],
    ['I want to book a room', undefined, {}],
  ] as const) {
    it(`"${utterance}"${asked === undefined ? '' : `, asked for the ${asked}`}`, () => {
      expect(values(utterance, asked, BOOKING)).toEqual(expected);
    });
  }

  it('reads name, number and address of one sentence', () => {
    expect(values('my name is John Smith, my number is four one five five five five oh one two three and my email is john dot smith at example dot com', undefined, ['name', 'phone', 'email', 'people', 'time', 'date'])).toEqual({
      name: 'John Smith', phone: '+14155550123', email: 'john.smith@example.com',
    });
  });

  it('leaves free text whole where it was asked for', () => {
    expect(values('I come on Tuesday at two with three people', 'text', ['text', ...BOOKING])).toEqual({ text: 'I come on Tuesday at two with three people' });
  });

  it('reads a time with the date said beside it', () => {
    expect(values('today at nine', 'date', ['date', 'time'])).toEqual({ date: '2026-11-18', time: 'past' });
    expect(values('tomorrow at nine', 'date', ['date', 'time'])).toEqual({ date: '2026-11-19', time: '09:00' });
  });

  const word = fc.constantFrom(
    'two', 'three', '2', '30', '2:30', 'p.m.', 'half', 'past', 'an', 'hour', 'hours', 'and', 'a', 'at', 'for', 'on', 'the', 'third', 'Friday', 'next', 'week', 'from', 'in', 'of', 'March', 'people', 'dollars', '$', 'or', 'to', 'not',
    'Mountain', 'View', 'few', 'double', 'oh', 'dot', 'com', 'example', '@', 'my', 'name', 'is', 'J', 'U', 'as', 'no', 'yes', ',', '.', '-', '/', '12', '415', '555', '0123', 'hundred', 'thousand', 'minus', 'point', 'couple', 'days', 'quarter', 'noon',
  );
  const utterance = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')), fc.array(word, { maxLength: 14 }).map((words) => words.join('')));

  it('never throws, keeps spans apart and within the utterance, and gives only values that the types accept', () => {
    fc.assert(fc.property(utterance, fc.constantFrom(undefined, ...Object.keys(SPECS)), (text, asked) => {
      const reads = read(text, asked);
      const spans = reads.map(({ reading }) => reading.span).toSorted((a, b) => a[0] - b[0]);
      for (const [index, [from, to]] of spans.entries()) {
        expect(from >= (spans[index - 1]?.[1] ?? 0) && from < to && to <= text.length).toBe(true);
      }
      for (const { slot: { type }, reading } of reads) {
        if (reading.kind === 'value') expect(type.accepts(reading.value)).toBe(true);
        if (reading.kind === 'value') expect(typeof type.say(reading.value, { now: NOW })).toBe('string');
        if (reading.kind === 'ambiguous') expect(reading.values.length > 1 && reading.values.every((value) => type.accepts(value))).toBe(true);
      }
    }), { numRuns: 1500 });
  });
});

describe('what the bot says back', () => {
  const same = (spec: SlotSpecInput, value: fc.Arbitrary<string | number | { amount: number; currency: string }>): void => {
    const type = slotOf(spec);
    fc.assert(fc.property(value, (each) => {
      expect(type.read(type.say(each, { now: NOW }), { now: NOW, asked: true, known: {} })).toMatchObject({ kind: 'value', value: each });
    }));
  };
  const twoDigits = (value: number): string => String(value).padStart(2, '0');

  it('is read as the same date', () => same({ type: 'date' }, fc.integer({ min: 1, max: 800 }).map((days) => new Date(Date.UTC(2026, 10, 18 + days)).toISOString().slice(0, 10)).filter((date) => date !== '2026-11-25')));
  it('is read as the same time', () => same({ type: 'time' }, fc.integer({ min: 0, max: 1439 }).map((minutes) => `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`)));
  it('is read as the same duration', () => same({ type: 'duration' }, fc.integer({ min: 1, max: 3000 })));
  it('is read as the same count', () => same({ type: 'count' }, fc.integer({ min: 1, max: 5000 })));
  it('is read as the same number', () => same({ type: 'number' }, fc.integer({ min: -5000, max: 5000 })));
  it('is read as the same amount', () => same({ type: 'money' }, fc.integer({ min: 1, max: 500_000 }).map((cents) => ({ amount: cents / 100, currency: 'USD' }))));
  it('is read as the same digits', () => same({ type: 'digits' }, fc.stringMatching(/^\d{1,20}$/)));
  it('is read as the same telephone number', () => same({ type: 'phone' }, fc.integer({ min: 0, max: 9999 }).map((line) => `+1415555${String(line).padStart(4, '0')}`)));
  it('is read as the same address', () => same({ type: 'email' }, fc.tuple(fc.constantFrom('john', 'mary.jones', 'info_desk'), fc.constantFrom('example.com', 'mail.example.org', 'my-company.co.uk')).map(([local, domain]) => `${local}@${domain}`)));
});
