import * as z from 'zod';
import { actionDeclaration } from './dialogue/actions/declaration.ts';
import { formDeclaration } from './dialogue/forms/declaration.ts';
import { languageFault, timeZoneFault } from './dialogue/known-codes.ts';
import { languageOrDefault } from './language/language-of.ts';
import { personaVariants, toneVariant } from './tone/variant-schema.ts';

/** One thing the bot knows: how people ask for it, and the words it answers with. */
const knowledgeEntry = z.strictObject({
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

const otherWords = z.array(z.string().min(1).max(500)).max(5).optional();

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
    /** Header fields of the call that texts may have places for: `{header.X-Customer|}`. */
    callerHeaders: z
      .array(z.string().regex(/^x-[\w.-]{1,62}$/i, 'a header field that begins with X-'))
      .max(20)
      .default([]),
    prompt: z.string().max(8000).default(''),
    /** Words that recognition should expect: names, places, products. */
    hotwords: z.array(z.string().min(1).max(60)).max(100).default([]),
    // Lines that are left out are the language's own.
    unsure: z.string().min(1).max(500).optional(),
    /** Said the second time in a row that nothing is known; `{topics}` is what is nearest to what was asked. */
    unsureNear: z
      .string()
      .min(1)
      .max(500)
      .refine((text) => text.includes('{topics}'), { error: 'must have {topics} in it, which stands for what can be told instead' })
      .optional(),
    /** Said the third time, where an entry takes messages; a yes means one. */
    offerMessage: z.string().min(1).max(300).optional(),
    /** Said when nothing was understood. */
    notHeard: z.string().min(1).max(500).optional(),
    /** Said to "hold on" and to "stop"; then the bot listens. */
    holding: z.string().min(1).max(300).optional(),
    stopped: z.string().min(1).max(300).optional(),
    /** Other words for these lines: the same one is not said in two turns in a row. */
    otherWords: z
      .strictObject({ unsure: otherWords, notHeard: otherWords, holding: otherWords, stopped: otherWords, fault: otherWords })
      .prefault({}),
    /** Said to a silent caller, one after the other; then `silentGoodbye`. */
    stillThere: z.array(z.string().min(1).max(300)).length(2).optional(),
    silentGoodbye: z.string().min(1).max(300).optional(),
    goodbye: z.string().min(1).max(300).optional(),
    /** Said when a service fails; its audio is always ready. */
    fault: z.string().min(1).max(300).optional(),
    shutdown: z.string().min(1).max(300).optional(),
    takeMessage: z
      .strictObject({
        ask: z.string().min(1).max(300).optional(),
        thanks: z.string().min(1).max(300).optional(),
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
  .transform((persona) => {
    const { lines } = languageOrDefault(persona.language);
    return {
      ...persona,
      title: persona.title ?? inWords(persona.name),
      unsure: persona.unsure ?? lines.unsure,
      unsureNear: persona.unsureNear ?? lines.unsureNear,
      offerMessage: persona.offerMessage ?? lines.offerMessage,
      notHeard: persona.notHeard ?? lines.notHeard,
      holding: persona.holding ?? lines.holding,
      stopped: persona.stopped ?? lines.stopped,
      otherWords: {
        unsure: persona.otherWords.unsure ?? lines.otherWords.unsure,
        notHeard: persona.otherWords.notHeard ?? lines.otherWords.notHeard,
        holding: persona.otherWords.holding ?? lines.otherWords.holding,
        stopped: persona.otherWords.stopped ?? lines.otherWords.stopped,
        fault: persona.otherWords.fault ?? lines.otherWords.fault,
      },
      stillThere: persona.stillThere ?? [...lines.stillThere],
      silentGoodbye: persona.silentGoodbye ?? lines.silentGoodbye,
      goodbye: persona.goodbye ?? lines.goodbye,
      fault: persona.fault ?? lines.fault,
      shutdown: persona.shutdown ?? lines.shutdown,
      takeMessage: {
        ask: persona.takeMessage.ask ?? lines.takeMessage.ask,
        thanks: persona.takeMessage.thanks ?? lines.takeMessage.thanks,
      },
    };
  });

/** `front-desk` as "Front desk". */
function inWords(name: string): string {
  const words = name.replaceAll('-', ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

export type Persona = z.infer<typeof personaSchema>;
export type KnowledgeEntry = z.infer<typeof knowledgeEntry>;
