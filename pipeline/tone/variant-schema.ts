import * as z from 'zod';

/** `{line}` stands for the line that it is a variant of, which is then said word for word. */
const words = z.string().trim().min(1).max(1000);

/** What is said instead of a line to a caller in a certain mood. */
export const toneVariant = z.union(
  [
    words.transform((say) => ({ say, offers: undefined as string | undefined })),
    z.strictObject({ say: words, offers: z.string().optional().describe('Entry that a "yes" to it is answered with') }),
  ],
  { error: 'a text, or {say: TEXT, offers: ENTRY}' },
);
export type ToneVariant = z.infer<typeof toneVariant>;

/** Variants of a persona's own lines. */
export const personaVariants = z.strictObject({
  /** Of every knowledge answer that has none of its own; must have `{line}` in it, so that no answer is lost. */
  answers: toneVariant.optional(),
  unsure: toneVariant.optional(),
  notHeard: toneVariant.optional(),
  holding: toneVariant.optional(),
  stopped: toneVariant.optional(),
  goodbye: toneVariant.optional(),
  fault: toneVariant.optional(),
  takeMessage: z.strictObject({ ask: toneVariant.optional(), thanks: toneVariant.optional() }).optional(),
});

/** Variants of what a form says. */
export const formVariants = z.strictObject({
  intro: toneVariant.optional(),
  failed: toneVariant.optional(),
  cancelled: toneVariant.optional(),
  givesUp: toneVariant.optional(),
});
export const slotVariants = z.strictObject({ prompt: toneVariant.optional(), again: toneVariant.optional(), help: toneVariant.optional() });
