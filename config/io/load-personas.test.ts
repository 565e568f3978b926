import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPersona } from '../read-persona.ts';
import { loadPersonas } from './load-personas.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'personas-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const chat = (name: string, more = ''): string => `name: ${name}\nmode: chat\ngreeting: Hi.\n${more}`;

describe('the personas that come with it', () => {
  const { personas, faults, warnings } = loadPersonas(fileURLToPath(new URL('../personas', import.meta.url)));

  it('are without a fault', () => {
    expect([faults, warnings]).toEqual([[], []]);
    expect([...personas.keys()]).toEqual(['bot', 'chat', 'echo']);
  });

  it('have a title that pages show; without one it is the name in words', () => {
    expect(personas.get('bot')?.title).toBe('Harbor Inn, front desk');
    expect(readPersona(chat('front-desk'), 'front-desk.yaml').persona?.title).toBe('Front desk');
    expect(readPersona(chat('a', 'title: ""\n'), 'a.yaml').faults[0]).toContain('a.yaml:4: title');
  });

  it('answer in one to three short sentences, from six wordings or more', () => {
    for (const { id, asked, answer } of personas.get('bot')?.knowledge ?? []) {
      expect([id, asked.length >= 6, answer.split(/[.!?](?:\s|$)/).length <= 4, answer.length <= 220]).toEqual([id, true, true, true]);
    }
  });

  it('the bot says goodbye, repeats, and takes a message where a person is wanted', () => {
    const action = (id: string): string | undefined => personas.get('bot')?.knowledge.find((entry) => entry.id === id)?.action;
    expect([action('goodbye'), action('repeat'), action('person')]).toEqual(['hang-up', 'repeat', 'take-message']);
  });
});

describe('loadPersonas', () => {
  it('reads every persona of a folder and nothing else', () => {
    put('one.yaml', chat('one', 'aliases: [uno]\n'));
    put('two.yml', chat('two'));
    put('README.md', '# not a persona');
    const { personas, faults } = loadPersonas(folder);
    expect([[...personas.keys()], faults]).toEqual([['one', 'two'], []]);
    expect(personas.get('one')?.goodbye).toBe('Thank you for calling. Goodbye.');
  });

  it('says what is wrong in our words, whoever found it', () => {
    const action = (more: string): string => `actions:\n  - { name: note, ${more} }\n`;
    const form = (slot: string): string =>
      `name: bot\nmode: knowledge\ngreeting: Hi.\nforms:\n  - { id: f, asked: [book], complete: note, slots: [{ name: s, prompt: "Which?", ${slot} }] }\n${action('kind: take-message, text: Hi')}`;
    const faultOf = (text: string): string => readPersona(text, 'bot.yaml').faults[0] ?? '';
    expect(faultOf(chat('bot', action('kind: http-request')))).toBe(
      'bot.yaml:5: actions.0.kind = "http-request": must be one of http, module, end-call, take-message, send-digits, set-fact, transfer',
    );
    expect(faultOf(form('type: tel'))).toMatch(/"tel": must be a type of slot: date, time, /);
    expect(faultOf(form('type: time, hours: { from: "20:00", to: "08:00" }'))).toMatch(/hours: `from` must be before `to`$/);
    expect(faultOf(form('type: choice, choices: [A, A]'))).toMatch(/: must have each value once$/);
    expect(faultOf(chat('bot', action('kind: transfer, to: "sip:a@b.example"')))).toMatch(
      /: calls cannot be transferred yet: use take-message/,
    );
    expect(faultOf(chat('bot', action('kind: http, url: "https://a.example/", method: GET, headers: { Host: x }')))).toMatch(
      /headers\.Host.*: this header is set by the request itself$/,
    );
    expect(faultOf(chat('bot', 'knowledge: 5\n'))).toBe('bot.yaml:4: knowledge = 5: must be a list, such as [one, two]');
    expect(faultOf(chat('bot', 'actions: [5]\n'))).toBe('bot.yaml:4: actions.0 = 5: must be a section with keys below it');
  });

  it('a folder that is not there is a fault', () => {
    expect(loadPersonas(join(folder, 'none')).faults).toEqual([expect.stringContaining('cannot be read')]);
  });

  it('refuses an address that two personas would answer, whatever its case', () => {
    put('one.yaml', chat('one', 'aliases: [desk]\n'));
    put('two.yaml', chat('two', 'aliases: [Desk]\n'));
    const { personas, faults } = loadPersonas(folder);
    expect([...personas.keys()]).toEqual(['one']);
    expect(faults).toEqual(['two.yaml:4: aliases.0 = "desk": one.yaml answers this already; each address needs one persona']);
  });

  it('one bad file does not hide another', () => {
    put('one.yaml', 'name: [');
    put('two.yaml', chat('three'));
    put('four.yaml', chat('four'));
    const { personas, faults } = loadPersonas(folder);
    expect([...personas.keys()]).toEqual(['four']);
    expect(faults).toEqual([
      expect.stringMatching(/^one\.yaml:\d+: this is not YAML/),
      'two.yaml:1: name = "three": must be "two", as the file is called',
    ]);
  });
});

describe('the faults of a persona', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['an empty file', '', 'x.yaml:1: must be keys and values, such as "name: bot"; README.md in this folder shows how'],
    ['a list', '- a', 'x.yaml:1: must be keys and values, such as "name: bot"; README.md in this folder shows how'],
    ['a missing key', 'name: x\nmode: chat\n', 'x.yaml:1: greeting is missing'],
    ['a misspelt key', chat('x', 'gretting: Hi.\n'), 'x.yaml:4: gretting is not a key of a persona; is it misspelt?'],
    ['a value out of range', chat('x', 'speedRatio: 3\n'), 'x.yaml:4: speedRatio = 3: must be at most 2'],
    ['a word that is no mode', 'name: x\nmode: shout\ngreeting: Hi.\n', 'x.yaml:2: mode = "shout": must be one of knowledge, chat, echo'],
    [
      'knowledge without entries',
      'name: x\nmode: knowledge\ngreeting: Hi.\n',
      'x.yaml:2: mode = "knowledge": needs entries under "knowledge"',
    ],
    [
      'an entry without an answer',
      'name: x\nmode: knowledge\ngreeting: Hi.\nknowledge:\n  - id: a\n    asked: [what]\n',
      'x.yaml:5: knowledge.0.answer is missing',
    ],
    [
      'an id that is taken',
      'name: x\nmode: knowledge\ngreeting: Hi.\nknowledge:\n  - {id: a, asked: [what], answer: A.}\n  - {id: a, asked: [where], answer: B.}\n',
      'x.yaml:6: knowledge.1.id = "a": this id is taken; each entry needs its own',
    ],
    [
      'a wording of two entries',
      'name: x\nmode: knowledge\ngreeting: Hi.\nknowledge:\n  - {id: a, asked: [what is it], answer: A.}\n  - id: b\n    asked:\n      - where\n      - What is it?\n    answer: B.\n',
      'x.yaml:9: knowledge.1.asked.1 = "What is it?": entry "a" has this wording already; a wording leads to one answer',
    ],
    ['an alias that is the name', chat('x', 'aliases: [y, 5]\n'), 'x.yaml:4: aliases.1 = 5: must be text: put it in quotes'],
  ];
  for (const [what, text, fault] of table) {
    it(`${what} is named with its line`, () => expect(readPersona(text, 'x.yaml').faults).toEqual([fault]));
  }

  it('are reported together', () => {
    expect(readPersona('name: X Y\nmode: chat\nvoise: a\n', 'x.yaml').faults).toHaveLength(3);
  });

  it('are reported together though some hide in parts that the schema never lets through, and their consequences are not', () => {
    const text = [
      'name: x',
      'mode: knowledge',
      'greeting: Hi.',
      'speedRatio: 9',
      'knowledge:',
      '  - {id: a, asked: [what is it], answer: A.}',
      '  - {id: b, asked: [where]}',
      '  - {id: c, asked: [What is it?], answer: C.}',
      'forms:',
      '  - {id: f, asked: [a form please], slots: [{name: when, type: date, prompt: When?}], complete: gone}',
      '  - {id: g, asked: [another form], slots: [{name: when, type: date, prompt: When?}], complete: broken}',
      'actions:',
      '  - {name: broken, kind: http}',
    ].join('\n');
    const { faults, draft } = readPersona(text, 'x.yaml');
    expect(faults).toEqual([
      'x.yaml:4: speedRatio = 9: must be at most 2',
      'x.yaml:7: knowledge.1.answer is missing',
      expect.stringMatching(/^x\.yaml:13: actions\.0\.\w+/),
      'x.yaml:8: knowledge.2.asked.0 = "What is it?": entry "a" has this wording already; a wording leads to one answer',
      'x.yaml:10: forms.0.complete = "gone": no action has this name; there are none under "actions"',
    ]);
    expect(draft?.knowledge.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('an alias bomb is refused, not expanded', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(readPersona(bomb, 'x.yaml').faults.length).toBeGreaterThan(0);
  });
});
