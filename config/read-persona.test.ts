import { describe, expect, it } from 'vitest';
import { readPersona } from './read-persona.ts';

const LINES = [
  'name: bot',
  'mode: chat',
  'callerHeaders: [X-Customer]',
  'greeting: Hello {caller.name|there}.',
  'goodbye: Bye {header.x-customer|you}.',
];

describe('places for what is known of a caller', () => {
  it('are taken where they can be filled in', () => {
    expect(readPersona(LINES.join('\n'), 'bot.yaml').faults).toEqual([]);
  });

  it('are named with file, line and key where they cannot', () => {
    const text = [...LINES, 'unsure: I do not know, {caller.age|you}.', 'prompt: You talk to {caller.name|somebody}.'].join('\n');
    expect(readPersona(text, 'bot.yaml').faults).toEqual([
      expect.stringMatching(/^bot\.yaml:7: prompt = "You talk to .*": \{caller\.name\|somebody\} may not stand here; /),
      expect.stringMatching(/^bot\.yaml:6: unsure = "I do not know, .*": \{caller\.age\|you\} is unknown; there are /),
    ]);
  });
});
