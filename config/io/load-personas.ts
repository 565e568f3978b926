import { readPersona, type PersonaRead } from '../read-persona.ts';
import type { Persona } from '#pipeline/persona-options';
import { listFiles } from './list-files.ts';
import { readTextFrom } from './read-text.ts';

export interface LoadedPersonas {
  /** By name. */
  readonly personas: ReadonlyMap<string, Persona>;
  /** One line each: file, line, key, value, and what would be right. */
  readonly faults: readonly string[];
  /** What is probably not meant, in the same form. */
  readonly warnings: readonly string[];
  /** What of each file can be understood, for checks that go beyond it; `at` names a place in it by file, line and key. */
  readonly drafts: readonly PersonaDraft[];
}

export interface PersonaDraft {
  readonly persona: Persona;
  readonly at: PersonaRead['at'];
}

/** Every `NAME.yaml` of a folder. All faults together; a persona with a fault is left out. Never throws. */
export function loadPersonas(directory: string): LoadedPersonas {
  const listed = listFiles(directory, ['.yaml', '.yml']);
  if ('error' in listed)
    return { personas: new Map(), drafts: [], warnings: [], faults: [`${directory}: cannot be read: ${listed.error}`] };
  const personas = new Map<string, Persona>();
  const faults: string[] = [];
  const warnings: string[] = [];
  const drafts: PersonaDraft[] = [];
  const addresses = new Map<string, string>();
  for (const file of listed.names) {
    const read = readTextFrom(directory)(file);
    if ('error' in read) {
      faults.push(`${file}: cannot be read: ${read.error}`);
      continue;
    }
    const loaded = readPersona(read.text, file);
    faults.push(...loaded.faults);
    warnings.push(...loaded.warnings);
    if (loaded.draft !== undefined) drafts.push({ persona: loaded.draft, at: loaded.at });
    if (loaded.persona === undefined) continue;
    const clash = claim(addresses, loaded.persona, file, loaded.at);
    if (clash.length === 0) personas.set(loaded.persona.name, loaded.persona);
    faults.push(...clash);
  }
  return { personas, faults, warnings, drafts };
}

/** Each user part is answered by one persona. */
function claim(addresses: Map<string, string>, persona: Persona, file: string, at: PersonaRead['at']): readonly string[] {
  const faults: string[] = [];
  const wanted = [persona.name, ...persona.aliases].map((user) => user.toLowerCase());
  for (const [index, user] of wanted.entries()) {
    const owner = addresses.get(user) ?? (wanted.indexOf(user) < index ? file : undefined);
    if (owner !== undefined)
      faults.push(
        `${at(index === 0 ? ['name'] : ['aliases', index - 1])} = ${JSON.stringify(user)}: ${owner} answers this already; each address needs one persona`,
      );
  }
  if (faults.length === 0) for (const user of wanted) addresses.set(user, file);
  return faults;
}
