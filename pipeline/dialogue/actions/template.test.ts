import { describe, expect, it } from 'vitest';
import { fillJson, fillTemplate, placeholdersIn } from './template.ts';

describe('templates', () => {
  it('finds what is left open', () => {
    expect(placeholdersIn('a {b} {env:C_D} {} {1} { e }')).toEqual([
      { kind: 'value', name: 'b' },
      { kind: 'env', name: 'C_D' },
    ]);
  });

  it('does not look at filled-in text again', () => {
    expect(fillTemplate('{a}', ({ name }) => (name === 'a' ? '{env:KEY}' : 'SECRET'))).toBe('{env:KEY}');
  });

  it('keeps the type of a value that stands alone', () => {
    const values: Readonly<Record<string, number>> = { people: 3 };
    expect(
      fillJson({ n: '{people}', text: '{people} people', none: '{gone}', list: ['{people}', '{gone}'] }, ({ name }) => values[name]),
    ).toEqual({ n: 3, text: '3 people', list: [3] });
  });
});
