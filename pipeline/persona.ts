import * as z from 'zod';
import { actionDeclaration } from './dialogue/actions/declaration.ts';
import { formDeclaration } from './dialogue/forms/declaration.ts';
import { languageFault, timeZoneFault } from './dialogue/known-codes.ts';
import { personaVariants, toneVariant } from './tone/variant-schema.ts';

/** One thing the bot knows: how people ask for it, and the words it answers with. */
export const knowledgeEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
  /** Example wordings, as callers would say them. */
  asked: z.array(z.string().min(2).max(200)).min(1).max(60),
  answer: z.string().min(1).max(1000),
  /** Names the entry in an ask-back: "Do you mean <label> or <label>?" */
  label: z.string().min(1).max(80).optional(),
  action: z.enum(['hang-up', 'take-message', 'repeat']).optional(),
  /** Said instead to a caller who seems upset, or unsure. */
  whenUpset: toneVariant.optional(),
  whenUnsure: toneVariant.optional(),
});

/** What answers an address: `config/personas/NAME.yaml` answers `sip:NAME@...`. */
export const personaSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
    /** What pages call it, such as "Harbor Inn". Default: the name, in words. */
    title: z.string().trim().min(1).max(80).optional(),
    /** Further user parts that it answers. */
    aliases: z.array(z.string().min(1).max(64)).max(50).default([]),
    /** `knowledge`: answers from its entries, a capable LLM helps out. `chat`: the LLM answers. `echo`: plays the caller back. */
    mode: z.enum(['knowledge', 'chat', 'echo']),
    language: z
      .string()
      .refine((code) => languageFault(code) === undefined, { error: ({ input }) => languageFault(String(input)) })
      .default('en-us'),
    voice: z.string().min(1).max(200).default('af_heart'),
    /** A calmer mix of the same speaker for what is said besides to upset and unsure callers, such as `af_heart:0.8,af_nicole:0.2`. Default: `voice`. */
    calmVoice: z.string().min(1).max(200).optional(),
    speedRatio: z.number().min(0.5).max(2).default(1),
    greeting: z.string().min(1).max(500),
    prompt: z.string().max(8000).default(''),
    /** Words that recognition should expect: names, places, products. */
    hotwords: z.array(z.string().min(1).max(60)).max(100).default([]),
    unsure: z.string().min(1).max(500).default('I am not sure about that. Could you put it another way?'),
    /** Said when nothing was understood. */
    notHeard: z.string().min(1).max(500).default('Sorry, I did not catch that.'),
    /** Said to "hold on" and to "stop"; then the bot listens. */
    holding: z.string().min(1).max(300).default('Sure, take your time.'),
    stopped: z.string().min(1).max(300).default('Okay.'),
    /** Said to a silent caller, one after the other; then `silentGoodbye`. */
    stillThere: z
      .array(z.string().min(1).max(300))
      .length(2)
      .default(['Are you still there?', 'I cannot hear you. Is there anything I can do for you?']),
    silentGoodbye: z.string().min(1).max(300).default('I will let you go now. Please call again any time. Goodbye.'),
    goodbye: z.string().min(1).max(300).default('Thank you for calling. Goodbye.'),
    /** Said when a service fails; its audio is always ready. */
    fault: z.string().min(1).max(300).default('I am sorry, I am having some trouble right now. Could you say that again?'),
    shutdown: z.string().min(1).max(300).default('I am sorry, we have to end this call now. Please call again in a few minutes. Goodbye.'),
    takeMessage: z
      .strictObject({
        ask: z.string().min(1).max(300).default('I can take a message. Please tell me your name, your number and what it is about.'),
        thanks: z.string().min(1).max(300).default('Thank you, I have noted that. Is there anything else?'),
      })
      .prefault({}),
    /** Lines in other words for callers who seem upset, or unsure. */
    whenUpset: personaVariants.prefault({}),
    whenUnsure: personaVariants.prefault({}),
    knowledge: z.array(knowledgeEntry).max(500).default([]),
    /** What callers can get done, question by question. */
    forms: z.array(formDeclaration).max(50).default([]),
    /** What forms end in. */
    actions: z.array(actionDeclaration).max(100).default([]),
    /** Where "today" and "at three" are meant. Default: the machine's. */
    timeZone: z
      .string()
      .refine((name) => timeZoneFault(name) === undefined, { error: ({ input }) => timeZoneFault(String(input)) })
      .optional(),
  })
  .transform((persona) => ({ ...persona, title: persona.title ?? inWords(persona.name) }));

/** `front-desk` as "Front desk". */
function inWords(name: string): string {
  const words = name.replaceAll('-', ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

export type Persona = z.infer<typeof personaSchema>;
export type KnowledgeEntry = z.infer<typeof knowledgeEntry>;
