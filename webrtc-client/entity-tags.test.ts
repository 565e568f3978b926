import { expect, it } from 'vitest';
import { matches, readIfMatch } from './entity-tags.ts';

// A list of tags, as RFC 9110 allows, was taken for one strange tag: 412.
it.each([
  ['"ice-1"', true],
  ['"ice-0", "ice-1"', true],
  ['"ice-1","ice-0"', true],
  [' "a,b" ,"ice-1" ', true],
  [',, "ice-1",', true],
  ['"", "ice-1"', true],
  ['*', true],
  ['"*"', true],
  [' * ', true],
  ['W/"ice-1"', false],
  ['W/"ice-1", "ice-0"', false],
  ['"ice-0"', false],
  ['"ice-1, ice-1"', false],
  ['"ICE-1"', false],
  ['ice-1', false],
  ['"ice-1', false],
  ['"ice-1" "ice-1"', false],
  ['"ice-1", ice-1', false],
  ['*, "ice-1"', false],
  ['', false],
  [',', false],
  ['w/"ice-1"', false],
  [`${'"x",'.repeat(1_000)}"ice-1"`, false],
] as const)('%.40s matches "ice-1": %s', (field, expected) => expect(matches(readIfMatch(field), '"ice-1"')).toBe(expected));

it('whatever comes is read at once', () => {
  for (const text of [' '.repeat(1_999), '"'.repeat(1_999), ','.repeat(1_999), `"${'a'.repeat(1_990)}`, 'W/'.repeat(999)])
    expect(readIfMatch(text).kind).toBe('unreadable');
});
