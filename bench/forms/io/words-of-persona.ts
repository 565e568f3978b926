import { join } from 'node:path';
import { loadPersonas } from '#config/personas';
import { formWords, type FormWords } from '../persona-words.ts';

/** The forms as this folder's persona declares them, by the user part of the address. */
export function wordsOfPersona(to: string, rootDir: string): (form: string) => FormWords {
  const user = /^(?:sips?|webrtc):([^@;]+)/.exec(to)?.[1] ?? 'bot';
  const { personas, faults } = loadPersonas(join(rootDir, 'config', 'personas'));
  const found = [...personas.values()].find(({ name, aliases }) => name === user || aliases.includes(user));
  if (found === undefined)
    throw new Error(`no persona of config/personas answers ${user}${faults.length === 0 ? '' : `: ${faults.join('; ')}`}`);
  return (form) => formWords(found, form, new Date());
}
