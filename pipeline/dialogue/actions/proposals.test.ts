import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './proposals.ts';
import { declared } from './testing/declared.ts';
import { toolSpec } from './tools.ts';

const ACTIONS = [
  declared(
    {
      name: 'free-times',
      kind: 'http',
      method: 'GET',
      url: 'https://a.example/{day}',
      arguments: { day: { type: 'text' } },
      description: 'Free times of a day.',
    },
    { day: 'text' },
  ),
  declared({ name: 'book-room', kind: 'module', file: 'a.ts' }, { place: 'text', people: 'number', pin: 'secret' }),
  declared({ name: 'wipe', kind: 'module', file: 'a.ts' }, {}),
  declared({ name: 'hidden', kind: 'end-call', tool: false }),
  declared(
    { name: 'open-door', kind: 'send-digits', digits: '{pin}', confirm: false, secret: ['pin'], arguments: { pin: { type: 'digits' } } },
    { pin: 'secret' },
  ),
];
const hasForm = (name: string): boolean => name === 'book-room';

const proposal = (name: string, args: unknown) =>
  decide(ACTIONS, hasForm, { id: 'c1', name, argumentsText: typeof args === 'string' ? args : JSON.stringify(args) });

describe('decide', () => {
  it('runs what is declared as safe', () => {
    expect(proposal('free-times', { day: 'today' })).toEqual({ kind: 'run', callId: 'c1', name: 'free-times', args: { day: 'today' } });
  });

  it('hands to the form what has to be confirmed, with what is known', () => {
    expect(proposal('book-room', { place: 'Mountain View', people: null })).toEqual({
      kind: 'confirm',
      callId: 'c1',
      name: 'book-room',
      args: { place: 'Mountain View' },
    });
    expect(proposal('book-room', '')).toMatchObject({ kind: 'confirm', args: {} });
  });

  it.each<[string, string, unknown, string]>([
    ['what is not declared', 'transfer-money', {}, 'unknown-action'],
    ['what no form confirms', 'wipe', {}, 'unknown-action'],
    ['what is no tool', 'hidden', {}, 'unknown-action'],
    ['what needs a secret that nobody asks for', 'open-door', { pin: '1' }, 'unknown-action'],
    ['a secret', 'book-room', { pin: '4711' }, 'bad-arguments'],
    ['another argument', 'book-room', { confirm: false }, 'bad-arguments'],
    ['another type', 'book-room', { people: 'two' }, 'bad-arguments'],
    ['a value out of range', 'book-room', { people: 1000 }, 'bad-arguments'],
    ['an object', 'book-room', { people: { valueOf: 2 } }, 'bad-arguments'],
    ['a missing argument', 'free-times', {}, 'bad-arguments'],
    ['a list', 'free-times', ['today'], 'bad-arguments'],
    ['no JSON', 'free-times', '{"day":"to', 'bad-arguments'],
    ['a prototype', 'free-times', '{"__proto__":{"day":"today"}}', 'bad-arguments'],
  ])('refuses %s', (_what, name, args, code) => {
    expect(proposal(name, args)).toMatchObject({ kind: 'refuse', code });
  });

  it('never runs what has to be confirmed, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('book-room', 'wipe', 'hidden', 'open-door', 'free-times'),
        fc.oneof(fc.json(), fc.string()),
        (name, text) => {
          const decided = decide(ACTIONS, hasForm, { id: 'c', name, argumentsText: text });
          expect(decided.kind === 'run' && name !== 'free-times').toBe(false);
        },
      ),
    );
  });
});

describe('toolSpec', () => {
  it('tells an LLM what it needs, and no secret', () => {
    const [free, book] = ACTIONS;
    if (free === undefined || book === undefined) throw new Error('no actions');
    expect(toolSpec(free)).toEqual({
      name: 'free-times',
      description: 'Free times of a day.',
      parameters: {
        type: 'object',
        properties: { day: { type: 'string', maxLength: 100 } },
        required: ['day'],
        additionalProperties: false,
      },
    });
    expect(toolSpec(book)).toMatchObject({ parameters: { properties: { place: {}, people: { minimum: 1 } }, required: [] } });
    expect(JSON.stringify(ACTIONS.map(toolSpec))).not.toMatch(/"pin"|a\.example|a\.ts/);
  });
});
