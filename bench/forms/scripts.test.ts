import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT_DIR } from '#bench/call/bench';
import { wordsOfPersona } from './io/words-of-persona.ts';
import { generateScripts } from './generate.ts';
import { readScript } from './read-script.ts';
import { loadScript, scriptNames } from './walk.ts';

describe('the scripts that come along', () => {
  it.each(scriptNames())('%s fits the forms of config/personas/bot.yaml', (name) => {
    const script = loadScript(name);
    const words = wordsOfPersona('sip:bot@127.0.0.1', ROOT_DIR)(script.form);
    const slots = new Set(words.prompts.map(({ slot }) => slot));
    for (const slot of Object.keys(script.expected)) expect(slots).toContain(slot);
    for (const { asked } of script.steps)
      if (asked !== undefined && !['start', 'which', 'read-back', 'wrong'].includes(asked)) expect(slots).toContain(asked);
  });

  it('and the callers of the bench do, too', () => {
    const words = wordsOfPersona('sip:bot@127.0.0.1', ROOT_DIR);
    for (const { form, expected } of generateScripts({ callers: 45, seed: 1, today: '2026-11-22', voices: ['v'] })) {
      const own = words(form);
      for (const [slot, value] of Object.entries(expected)) {
        expect(own.prompts.map((prompt) => prompt.slot)).toContain(slot);
        expect(own.botSays(slot, value)).toMatch(/\w/);
      }
    }
  });

  it('a fault is named', () => {
    const text = readFileSync(join(ROOT_DIR, 'bench', 'forms', 'scripts', 'booking.yaml'), 'utf8');
    expect(() => readScript(text.replace('outcome: done', 'outcome: perhaps'), 'x.yaml', 'v')).toThrow(/x\.yaml.*outcome/s);
    expect(() => readScript(text.replace('say: The first one.', 'says: The first one.'), 'x.yaml', 'v')).toThrow(/says/);
    expect(() => readScript(text.replace('say: The first one.', 'keys: 12x'), 'x.yaml', 'v')).toThrow(/keys of a telephone/);
    expect(() => loadScript('nothing')).toThrow(/booking, message, never-mind/);
  });

  it('a second answer is for when the first does not do', () => {
    expect(loadScript('booking').leastTurns).toBe(7);
  });
});
