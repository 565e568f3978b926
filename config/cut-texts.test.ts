import { parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readYaml } from './layers.ts';
import { readPersona } from './read-persona.ts';
import { cutTexts } from './cut-texts.ts';

const SPOKEN = new Set(['answer', 'greeting']);
const cut = (yaml: string): readonly string[] =>
  cutTexts(parseDocument(yaml), yaml, (keys) => SPOKEN.has(keys.at(-1) ?? '')).map(({ kept, lost }) => `${kept}|${lost}`);

// "Take bus #7 to the harbour." was spoken as "Take bus".
describe('texts that lose their end at " #"', () => {
  it.each([
    ['answer: Take bus #7 to the harbour.', 'Take bus|#7 to the harbour.'],
    ['answer: We are at number # 5 in the street', 'We are at number|# 5 in the street'],
    ['answer: Call us any time. #1 in town!', 'Call us any time.|#1 in town!'],
    ['answer: Room #5', 'Room|#5'],
    ['list:\n  - what is in room #5', 'what is in room|#5'],
    ['prompt: You work for the hotel #1 in town', 'You work for the hotel|#1 in town'],
    ['answer:\n  a text of\n  two lines #7 and\nother: 1', 'a text of two lines|#7 and'],
    ['forms: [{answer: press the key #one\n }]', 'press the key|#one'],
    ['answer: Use the tag\t#hotel', 'Use the tag|#hotel'],
  ])('%j is told', (yaml, expected) => expect(cut(yaml)).toEqual([expected]));

  it.each([
    'answer: "Take bus #7 to the harbour."',
    "answer: 'Take bus' # 7 is the harbour's",
    'answer: Take the bus. # the 7',
    'answer: Ready? # shorten',
    'answer: |\n  Take bus #7\n  today.',
    'answer: >\n  Take bus #7\n',
    'answer: Take bus#7 to the harbour.',
    'port: 5060 # the usual',
    'port: 5060 #usual',
    'enabled: true # so far',
    'voice: af_heart # the best',
    'mode: chat #later',
    'timeZone: Europe/Berlin # ours',
    'list:\n  - what time is breakfast # most asked',
    'speedRatio: 1.1 # a bit faster',
    'answer: # comes later',
    'path: /srv/calls #1.sqlite',
    '# answer: Take bus #7 to',
    'answer: Hello.\n# A comment of its own',
    'none: ~ # nothing',
    'a key # x: 1',
  ])('%j is not', (yaml) => expect(cut(yaml)).toEqual([]));
});

it('a persona warns with its file, line and what to do, and works', () => {
  const yaml = 'name: x\nmode: chat # talks\ngreeting: Hi, this is the hotel #1 in town.\nstopped: Okay. # short\n';
  const { persona, faults, warnings } = readPersona(yaml, 'x.yaml');
  expect([persona?.greeting, faults]).toEqual(['Hi, this is the hotel', []]);
  expect(warnings).toEqual([
    'x.yaml:3: greeting = "Hi, this is the hotel": YAML reads "#1 in town." as a comment and drops it; put the whole text in quotes. If it is a comment, end the text before it with a full stop',
  ]);
});

it('what a form says is spoken too, and wordings of callers are not', () => {
  const form = (text: string) =>
    readPersona(`name: x\nmode: knowledge\ngreeting: Hi.\nforms:\n  - id: a\n${text}`, 'x.yaml').warnings.length;
  expect([
    form('    refused:\n      taken: It is taken # by others\n'),
    form('    slots:\n      - {name: n, type: count, invalid: {few: Too few # people\n        }}\n'),
    form('    asked:\n      - book a table # most asked\n'),
  ]).toEqual([1, 1, 0]);
});

it('so does the configuration', () => {
  const { warnings } = readYaml(
    'clients:\n  llm:\n    systemPrompt: You are number #1 at the desk\n    temperature: 0.2 # cool\nlog:\n  level: info # enough\n',
    'my.yaml',
  );
  expect(warnings).toEqual([
    expect.stringMatching(/^my\.yaml:3: systemPrompt = "You are number": YAML reads "#1 at the desk" as a comment/),
  ]);
});
