export { createKnowledge } from './create-knowledge.ts';
