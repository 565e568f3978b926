import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPersona } from '../read-persona.ts';

/** A form that is right; each case changes something. Lines count from 1. */
const RIGHT = `name: x
mode: knowledge
greeting: Hi.
forms:
  - id: table
    asked: [book a table]
    slots:
      - name: date
        type: date
        prompt: When?
      - name: time
        type: time
        date: date
        prompt: At what time?
      - {name: people, type: count, prompt: How many?}
    readBack: '{date} at {time} for {people}. Right?'
    complete: book
    done: Booked.
actions:
  - name: book
    kind: http
    url: https://example.com/tables
    result: {number: /id}
`;

const faultsOf = (text: string): readonly string[] => readPersona(text, 'x.yaml').faults;
const changed = (from: string, to: string): string => {
  if (!RIGHT.includes(from)) throw new Error(`nothing to change: ${from}`);
  return RIGHT.replace(from, () => to);
};

it('a form that is right has no faults, and needs no knowledge beside it', () => expect(faultsOf(RIGHT)).toEqual([]));

it('the form that the README writes down is right', () => {
  const readme = readFileSync(new URL('../personas/README.md', import.meta.url), 'utf8');
  const block = /^ {3}```yaml\n( {3}forms:[^]*?)^ {3}```/m.exec(readme)?.[1]?.replaceAll(/^ {3}/gm, '') ?? '';
  expect(block).toContain('complete: book-table');
  expect(faultsOf(`name: x\nmode: knowledge\ngreeting: Hi.\n${block}`)).toEqual([]);
});

describe('the faults of a form', () => {
  it.each<readonly [what: string, text: string, fault: string]>([
    [
      'a type that there is not',
      changed('type: date\n', 'type: datum\n'),
      'x.yaml:9: forms.0.slots.0.type = "datum": must be a type of slot: date, time, duration, number, count, money, yes-no, choice, phone, digits, name, email, text',
    ],
    ['no type at all', changed('        type: date\n', ''), 'x.yaml:8: forms.0.slots.0.type is missing'],
    ['no prompt', changed('        prompt: When?\n', ''), 'x.yaml:8: forms.0.slots.0.prompt is missing'],
    [
      'a misspelt key of a form',
      changed('complete: book', 'complete: book\n    readback: Right?'),
      'x.yaml:18: forms.0.readback is not a key of a form; is it misspelt?',
    ],
    [
      'a setting of another type',
      changed('        prompt: When?\n', '        prompt: When?\n        maxMinutes: 3\n'),
      expect.stringMatching(
        /^x\.yaml:11: forms\.0\.slots\.0\.maxMinutes is not a key of a slot of type date; it may have name, .*daysAhead, weekdays, order$/,
      ) as string,
    ],
    [
      'a setting out of range',
      changed('type: count,', 'type: count, max: 2.5,'),
      expect.stringMatching(/^x\.yaml:15: forms\.0\.slots\.2\.max = 2\.5: /) as string,
    ],
    [
      'a setting that contradicts another',
      changed('type: count,', 'type: count, min: 5, max: 2,'),
      'x.yaml:15: forms.0.slots.2.min = 5: must not be over max (2)',
    ],
    [
      'two slots of a name',
      changed('name: people,', 'name: date,').replace('{people}', '{date}'),
      'x.yaml:15: forms.0.slots.2.name = "date": this name is taken; each slot of a form needs its own',
    ],
    [
      'a slot that the read-back forgets',
      changed('for {people}', ''),
      'x.yaml:16: forms.0.readBack: does not say {people}, so the caller would agree to something unheard; add it, or set confirm: false on that slot',
    ],
    [
      'a place that no slot fills',
      changed('{people}. Right', '{peeple} {people}. Right'),
      'x.yaml:16: forms.0.readBack: {peeple}: no other slot has this name; there are: date, time, people',
    ],
    [
      'a read-back that asks nothing',
      changed('Right?', 'Right.'),
      'x.yaml:16: forms.0.readBack: must end in a question, such as "Is that right?"',
    ],
    [
      'a secret that is read back',
      changed('type: count,', 'type: count, secret: true,'),
      'x.yaml:16: forms.0.readBack: {people} is secret and never said; take it out',
    ],
    [
      'an action that there is not',
      changed('complete: book', 'complete: buy'),
      'x.yaml:17: forms.0.complete = "buy": no action has this name; there are: book',
    ],
    [
      'no actions',
      RIGHT.slice(0, RIGHT.indexOf('actions:')),
      'x.yaml:17: forms.0.complete = "book": no action has this name; there are none under "actions"',
    ],
    [
      'an argument without a slot',
      changed('    kind: http\n', '    kind: http\n    arguments: {date: {type: date}, name: {type: name}}\n'),
      'x.yaml:17: forms.0.complete: action "book" needs "name", and no slot is called so; add one, or name it under complete.arguments',
    ],
    [
      'a value that no result has',
      changed('Booked.', 'Booked as {nummer}.'),
      "x.yaml:18: forms.0.done: {nummer} is neither a slot nor a value of the action's result: date, time, people, number, offers",
    ],
    [
      'a value in a prompt',
      changed('prompt: When?', "prompt: 'When, {name}?'"),
      'x.yaml:10: forms.0.slots.0.prompt: {name} is not filled in here; values can stand in readBack, done, refused and failed',
    ],
    [
      'a time whose date is no date',
      changed('date: date\n', 'date: people\n'),
      'x.yaml:13: forms.0.slots.1.date = "people": must be a slot of type date: date',
    ],
    [
      'a default that cannot be',
      changed('type: count,', 'type: count, default: many,'),
      'x.yaml:15: forms.0.slots.2.default = "many": is no count with these settings',
    ],
    [
      'a reason that a type does not have',
      changed('type: count,', 'type: count, invalid: {past: Over.},'),
      'x.yaml:15: forms.0.slots.2.invalid.past is nothing that a count can be wrong with; there are: too-few, too-many, not-whole, otherwise',
    ],
    [
      'a constraint about nothing',
      changed('type: count,', 'type: count, constraints: [{says: No.}],'),
      'x.yaml:15: forms.0.slots.2.constraints.0: needs one of after, before, not',
    ],
    [
      'a constraint with an unknown slot',
      changed('type: count,', 'type: count, constraints: [{after: dat, says: No.}],'),
      'x.yaml:15: forms.0.slots.2.constraints.0.after = "dat": no other slot has this name; there are: date, time',
    ],
    [
      'a wording that is an answer already',
      changed('forms:', 'knowledge:\n  - {id: food, asked: [Book a table!], answer: No.}\nforms:'),
      'x.yaml:8: forms.0.asked.0 = "book a table": entry "food" has this wording already; a wording leads to one answer',
    ],
    [
      'an id that an entry has',
      changed('forms:', 'knowledge:\n  - {id: table, asked: [what], answer: No.}\nforms:'),
      'x.yaml:7: forms.0.id = "table": this id is taken; each form and each knowledge entry needs its own',
    ],
    [
      'two actions of a name',
      changed('    result: {number: /id}\n', '    result: {number: /id}\n  - {name: book, kind: end-call}\n'),
      'x.yaml:24: actions.1.name = "book": this name is taken; each action needs its own',
    ],
    [
      'a form where nobody starts it',
      changed('mode: knowledge', 'mode: chat'),
      'x.yaml:4: forms: forms need mode: knowledge; in mode "chat" nobody starts them',
    ],
    [
      'a kind of action that there is not',
      changed('kind: http', 'kind: htpp'),
      expect.stringMatching(/^x\.yaml:21: actions\.0\.kind = "htpp": /) as string,
    ],
    [
      'a time zone that there is not',
      changed('greeting: Hi.', 'greeting: Hi.\ntimeZone: Mars/Olympus'),
      'x.yaml:4: timeZone = "Mars/Olympus": must be a time zone by its IANA name, such as America/New_York',
    ],
  ])('%s is named with its line and with what is right', (_what, text, fault) => expect(faultsOf(text)).toEqual([fault]));
});
