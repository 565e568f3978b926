import { loadPersonas } from '#config/personas';
import { AppError } from '#domain/errors';
import type { Persona } from '#pipeline';

/** All personas by name; an `AppError` that lists every mistake when one of them cannot be used. */
export function readPersonas(directory: string): ReadonlyMap<string, Persona> {
  const { personas, faults } = loadPersonas(directory);
  if (faults.length > 0) throw new AppError('PERSONAS_INVALID', personaReport(directory, faults));
  if (personas.size === 0)
    throw new AppError(
      'PERSONAS_INVALID',
      `PERSONAS_INVALID: there are no personas in ${directory}: add a NAME.yaml as config/personas/README.md shows`,
    );
  return personas;
}

/** The operator's word goes over what free talk came with; a persona that knows things keeps its own prompt. */
export function withSystemPrompt(personas: readonly Persona[], systemPrompt: string): readonly Persona[] {
  if (systemPrompt.trim() === '') return personas;
  return personas.map((persona) =>
    persona.mode === 'chat' || (persona.mode === 'knowledge' && persona.prompt === '') ? { ...persona, prompt: systemPrompt } : persona,
  );
}

/** What to tell the person who wrote them. */
export function personaReport(directory: string, faults: readonly string[]): string {
  return `PERSONAS_INVALID: in ${directory}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
}

/** Who answers `sip:USER@...`: by name or alias, without regard to case. */
export function personaFor(personas: readonly Persona[], user: string): Persona | undefined {
  const wanted = user.toLowerCase();
  return personas.find(({ name, aliases }) => name === wanted || aliases.some((alias) => alias.toLowerCase() === wanted));
}
