export { pipelineOptions, type PipelineOptions, type ToneOptions } from './options.ts';
export { personaSchema, knowledgeEntry, type Persona, type KnowledgeEntry } from './persona.ts';
export type * from './ports.ts';
export { speakingTo } from './dialogue/caller-words.ts';
export { fixedPhrases, moodPhrases, type PhraseCache } from './phrases.ts';
export { learnTone } from './tone/learn-tone.ts';
export { WordTone } from './tone/word-tone.ts';
export type { Language } from './language/language.ts';
export { languageOf, languageOrDefault, primarySubtag } from './language/language-of.ts';
export { looksUnfinished } from './language/turn-language.ts';
export { ToneSense } from './tone/tone-sense.ts';
export {
  runConversation,
  warmConversation,
  type ConversationDeps,
  type ConversationLog,
  type RunningConversation,
} from './io/run-conversation.ts';
export { serviceOptions, type ServiceOptions } from './service-options.ts';
export type { VoiceList } from './wire.ts';
export { createServiceClients, type ServiceClients, type ServiceClientParts } from './io/service-clients.ts';
export { createKnowledge, type KnowledgeOptions, type VectorStore } from './knowledge/index.ts';
export { openVectorFile, type VectorFile } from './io/vector-file.ts';
export { hotwordsText } from './text/hotwords.ts';
export { makeSpeakable } from './text/speakable.ts';
export type { OnServiceNote, ServiceNote } from './io/service-log.ts';
export { openActionKit, type ActingPersona, type ActionFault, type ActionKit, type ActionKitParts } from './io/actions/action-kit.ts';
export type { ActionRequest, ActionResult, ActionRunner, Authority } from './dialogue/actions/action.ts';
export { createActionRunner, type ActionRunnerDeps, type Performer } from './io/actions/action-runner.ts';
export type { DeclaredAction } from './dialogue/actions/declared-action.ts';
export type { ActionModule, ModuleContext, ModuleResult } from './io/actions/module-types.ts';
export { createForms, type Form } from './dialogue/forms/form.ts';
export { Forms } from './dialogue/forms/active-form.ts';
