import { describe, expect, it } from 'vitest';
import { personaSchema } from '../persona.ts';
import { Wordings } from './wordings.ts';

const persona = personaSchema.parse({
  name: 'bot',
  mode: 'chat',
  greeting: 'Hello.',
  unsure: 'A',
  notHeard: 'N',
  fault: 'F',
  holding: 'H',
  stopped: 'S',
  otherWords: { unsure: ['B', 'C'], notHeard: ['M'], fault: [], holding: ['H'], stopped: ['T'] },
});

describe('a line with other words', () => {
  it.each<{ readonly what: string; readonly said: readonly string[]; readonly heard: readonly string[] }>([
    { what: 'goes through all of them', said: ['A', 'A', 'A', 'A', 'A'], heard: ['A', 'B', 'C', 'A', 'B'] },
    { what: 'is itself again once something else was said', said: ['A', 'X', 'A'], heard: ['A', 'X', 'A'] },
    { what: 'of which there are two takes turns', said: ['N', 'N', 'N'], heard: ['N', 'M', 'N'] },
    { what: 'does not care for other lines', said: ['N', 'S', 'N', 'S', 'S'], heard: ['N', 'S', 'N', 'S', 'T'] },
    { what: 'is said twice where there are none', said: ['F', 'F'], heard: ['F', 'F'] },
    { what: 'or only the same', said: ['H', 'H'], heard: ['H', 'H'] },
    { what: 'that nobody chose is left alone', said: ['X', 'X'], heard: ['X', 'X'] },
  ])('$what', ({ said, heard }) => {
    const wordings = new Wordings(persona, () => true);
    const words = said.map((line) => {
      const chosen = wordings.line(line);
      wordings.opened([chosen]);
      return chosen;
    });
    expect(words).toEqual(heard);
  });

  it('is not said in words that would be heard later', () => {
    const wordings = new Wordings(persona, (text) => text === 'A' || text === 'C');
    wordings.opened(['A']);
    expect(wordings.line('A')).toBe('C');
    expect(new Wordings(persona, () => false).line('A')).toBe('A');
  });

  it('of which nothing was heard may be said again, and one that was added counts', () => {
    const wordings = new Wordings(persona, () => true);
    wordings.opened(['A']);
    wordings.unheard();
    expect(wordings.line('A')).toBe('A');
    wordings.added('A');
    expect(wordings.line('A')).toBe('B');
  });
});
