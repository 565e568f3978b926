import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { typedLine, wordlessTurn } from './wordless-turn.ts';

describe('what a caller types', () => {
  it.each([
    ['  Is there a pool? ', 'Is there a pool?'],
    ['one\ntwo\t\u0000three', 'one two three'],
    ['Gr\u00fc\u00dfe \u{1F44B}', 'Gr\u00fc\u00dfe \u{1F44B}'],
    ['\u200b\u202e \r\n', ''],
    ['', ''],
    ['x'.repeat(1_000), 'x'.repeat(1_000)],
    ['x'.repeat(1_001), ''],
  ])('%j is the line %j', (typed, line) => {
    expect(typedLine(typed)).toBe(line);
  });

  it('is a turn without doubt, whose time counts from the moment it came', () => {
    const turn = wordlessTurn(ms(150), ms(100), 'Is there a pool?', 'typed');
    expect(turn).toMatchObject({ text: 'Is there a pool?', rule: 'typed', anchorMs: 100, stages: { turnEndMs: 50 } });
    expect(turn.utterance).toMatchObject({ bestText: 'Is there a pool?', confidence: 1, overBot: false });
  });
});
