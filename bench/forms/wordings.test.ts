import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT_DIR } from '#bench/call/bench';
import { createForms, personaSchema } from '#pipeline';
import { VALUES, wordingsOf } from './wordings.ts';

const FORMS = createForms(personaSchema.parse(parse(readFileSync(join(ROOT_DIR, 'config', 'personas', 'bot.yaml'), 'utf8'))));
const SLOTS = FORMS.flatMap(({ slots }) => slots);
const NOW = { year: 2026, month: 11, day: 22, hour: 9, minute: 0, weekday: 0 };

const ALL = { ...VALUES, choice: ['Mountain View', 'Harbor View', 'Library'] };

describe('what callers of the bench say', () => {
  it.each(
    Object.entries(ALL).flatMap(([type, values]) =>
      values.flatMap((value) => wordingsOf(type, value).map((wording) => [wording, type, value] as const)),
    ),
  )('"%s" means the %s %s', (wording, type, value) => {
    const slot = SLOTS.find((each) => each.type.type === type);
    const reading = slot?.type.read(wording, { now: NOW, asked: true, known: {} });
    expect(reading).toMatchObject({ kind: 'value', value });
    // Less than this, and the form asks whether it heard right.
    expect(reading?.kind === 'value' && reading.confidence).toBeGreaterThan(0.55);
  });
});
