import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT_DIR } from '#bench/call/bench';
import { createForms, personaSchema } from '#pipeline';
import { DURATION_MINUTES, wordingsOf } from './wordings.ts';

const FORMS = createForms(personaSchema.parse(parse(readFileSync(join(ROOT_DIR, 'config', 'personas', 'bot.yaml'), 'utf8'))));
const SLOTS = FORMS.flatMap(({ slots }) => slots);
const NOW = { year: 2026, month: 11, day: 22, hour: 9, minute: 0, weekday: 0 };

const VALUES: Readonly<Record<string, readonly (string | number)[]>> = {
  time: ['08:00', '09:15', '10:30', '11:45', '12:15', '13:45', '14:30', '16:45'],
  date: ['2026-12-31', '2027-01-01', '2027-02-28', '2027-03-03', '2027-05-21', '2027-08-12', '2027-10-30'],
  duration: DURATION_MINUTES,
  count: Array.from({ length: 20 }, (_, i) => i + 1),
  phone: ['+14155550123', '+14155550100'],
  choice: ['Mountain View', 'Harbor View', 'Library'],
};

describe('what callers of the bench say', () => {
  it.each(Object.entries(VALUES).flatMap(([type, values]) => values.flatMap((value) => wordingsOf(type, value).map((wording) => [wording, type, value] as const))))('"%s" means the %s %s', (wording, type, value) => {
    const slot = SLOTS.find((each) => each.type.type === type);
    expect(slot?.type.read(wording, { now: NOW, asked: true, known: {} })).toMatchObject({ kind: 'value', value });
  });
});
