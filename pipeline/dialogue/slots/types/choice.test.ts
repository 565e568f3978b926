import { describe, expect, it } from 'vitest';
import type { SlotSpecInput } from '../slot-spec.ts';
import { NOW, nothing, readingTable, slotOf, which } from '../testing/reading-table.ts';

const ROOMS: SlotSpecInput = {
  type: 'choice',
  choices: [
    { value: 'mountain', label: 'Mountain View', also: ['the big room', 'mountain room'] },
    { value: 'bay', label: 'Bay View', also: ['sea room'] },
    { value: 'harbor', label: 'Harbor Room', also: ['harbour'] },
    { value: 'library', label: 'Library' },
  ],
};

describe('choices', () => {
  readingTable(ROOMS, {}, [
    ['Mountain View', 'mountain'], ['mountain view.', 'mountain'], ['Mountain View, please', 'mountain'], ['the Mountain View room', 'mountain'], ['mountain-view', 'mountain'], ['the big room', 'mountain'], ['I would like Bay View', 'bay'], ['sea room', 'bay'], ['harbour', 'harbor'], ['Harbor Room', 'harbor'], ['library', 'library'],
    ['mountain few', 'mountain'], ['mountain new', 'mountain'], ['mounting view', 'mountain'], ['bay few', 'bay'], ['hobber room', 'harbor'], ['libary', 'library'], ['the liberry', 'library'], ['mountain', 'mountain'], ['maintain view', 'mountain'],
    ['the first one', 'mountain'], ['the second', 'bay'], ['the last one', 'library'], ['the third option', 'harbor'], ['not Mountain View, Bay View', 'bay'], ['Bay View, not Mountain View', 'bay'], ['not the library but the harbor room', 'harbor'],
    ['Mountain View or Bay View', which('mountain', 'bay')], ['Bay or Harbor', which('bay', 'harbor')], ['Mountain View or Harbor', which('mountain', 'harbor')], ['view', which('mountain', 'bay')], ['library or the big room', which('library', 'mountain')],
    ['the fifth one', nothing], ['two people', nothing], ['something else', nothing], ['I do not know', nothing], ['', nothing], ['not the library', nothing], ['yes', nothing],
  ]);
  readingTable(ROOMS, { asked: false }, [
    ['book Mountain View tomorrow', 'mountain'], ['book mountain few tomorrow', 'mountain'], ['a room with a view', nothing], ['I want to book a room', nothing], ['the second one', nothing], ['the mountain is high', nothing],
  ]);

  it('asks back where the words were only alike', () => {
    const type = slotOf(ROOMS);
    const confidence = (text: string): number => {
      const reading = type.read(text, { now: NOW, asked: true, known: {} });
      return reading.kind === 'value' ? reading.confidence : -1;
    };
    expect(confidence('Mountain View')).toBe(1);
    expect(confidence('mountain few')).toBeLessThan(0.7);
    expect(confidence('mountain few')).toBeGreaterThan(0.5);
  });

  it('takes plain words as choices and tells recognition of them', () => {
    const type = slotOf({ type: 'choice', choices: ['red', { value: 'green', also: ['olive'] }] });
    expect(type.hotwords).toEqual(['red', 'green', 'olive']);
    expect(type.schema).toEqual({ type: 'string', enum: ['red', 'green'] });
    expect(type.accepts('blue')).toBe(false);
    expect(slotOf(ROOMS).say('mountain', { now: NOW })).toBe('Mountain View');
  });
});
