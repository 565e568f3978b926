/** What `config` may see of a persona: its schema. */
export { personaSchema, type Persona } from './persona.ts';
