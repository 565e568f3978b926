export { createKnowledge, type KnowledgeOptions, type VectorStore } from './create-knowledge.ts';
export { Matcher, type MatcherEntry, type MatcherOptions } from './matcher.ts';
