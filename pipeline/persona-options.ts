/** What `config` may see of a persona: its schema. */
export { personaSchema, type Persona } from './persona.ts';
export { keysOfSlot } from './dialogue/forms/declaration.ts';
export { placeFaults } from './dialogue/place-faults.ts';
export { formFaults } from './dialogue/forms/form-faults.ts';
export { variantFaults } from './tone/variant-faults.ts';
