import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { readPersonas, withSystemPrompt } from './personas.ts';

const personas = [...readPersonas(join(import.meta.dirname, '..', 'config', 'personas')).values()];
const promptOf = (name: string, systemPrompt: string): string | undefined =>
  withSystemPrompt(personas, systemPrompt).find((persona) => persona.name === name)?.prompt;

/** LLM_SYSTEM_PROMPT was taken, shown by --check, and then reached nobody. */
describe('the system prompt of the configuration', () => {
  it('is what free talk is told to be', () => {
    expect(promptOf('chat', 'You are a patient listener.')).toBe('You are a patient listener.');
    expect(promptOf('chat', ' ')).toBe(personas.find(({ name }) => name === 'chat')?.prompt);
  });

  it('leaves a persona that knows things its own, and gives it to one that has none', () => {
    expect(promptOf('bot', 'You are a patient listener.')).toBe(personas.find(({ name }) => name === 'bot')?.prompt);
    expect(promptOf('bot', 'You are a patient listener.')).not.toBe('');
    const silent = personas.map((persona) => ({ ...persona, prompt: '' }));
    expect(withSystemPrompt(silent, 'Be brief.').map(({ name, prompt }) => [name, prompt])).toEqual(
      expect.arrayContaining([
        ['bot', 'Be brief.'],
        ['chat', 'Be brief.'],
        ['echo', ''],
      ]),
    );
  });
});
