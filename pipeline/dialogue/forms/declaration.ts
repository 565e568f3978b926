import * as z from 'zod';
import { slotSpec, type SlotSpec } from '../slots/slot-spec.ts';
import type { SlotValue } from '../slots/slot-type.ts';
import { formVariants, slotVariants } from '../../tone/variant-schema.ts';

const words = z.string().trim().min(1).max(300);
/** What a template calls `{name}`: letters of either case, so that the action's arguments can be called the same. */
const slotName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,39}$/, 'letters and digits that begin with a letter, such as people');
const formId = z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens');
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a code of lower-case letters, digits and hyphens, such as taken');
const slotValue = z.union([z.string().max(1000), z.number(), z.boolean(), z.strictObject({ amount: z.number(), currency: z.string() })], {
  error: 'a text, a number, true or false',
});

/** Compares the slot with another one, or with a fixed value; what fails is answered with `says`. */
const constraint = z
  .strictObject({
    after: slotName.optional().describe('Later, or more, than the slot of this name'),
    before: slotName.optional().describe('Earlier, or less, than the slot of this name'),
    not: z
      .union([slotName, z.array(slotValue).max(50)])
      .optional()
      .describe('Not the same as the slot of this name, nor one of these values'),
    says: words,
  })
  .refine(({ after, before, not }) => [after, before, not].some((each) => each !== undefined), 'needs one of after, before, not');

/** Keys of a slot that are the form's; all others are settings of its type. */
const slotKeys = z.looseObject({
  name: slotName,
  /** As it is called in speech: "the number of people". Default: its name. */
  label: words.optional(),
  /** Asks for it. */
  prompt: words,
  /** Asks in other words, after it was not understood twice. */
  again: words.optional(),
  /** Answers "what do you mean?", "help" and "I do not know". */
  help: words.optional(),
  /** What is said to values that cannot be, by code (`past`, `closed`, ...); `otherwise` for all others. */
  invalid: z.record(z.union([code, z.literal('otherwise')]), words).default({}),
  constraints: z.array(constraint).max(10).default([]),
  /** Times of today that are over: refused, or taken for the next day, which `invalid.past` then says. */
  past: z.enum(['refuse', 'next-day']).default('refuse'),
  /** Taken where nothing else was said; it is not asked for. */
  default: slotValue.optional(),
  /** Asked for once, and left empty if the caller wants that. */
  optional: z.boolean().default(false),
  /** Never said, and masked in records and logs. */
  secret: z.boolean().default(false),
  /** Whether it is read back before the action. */
  confirm: z.boolean().optional(),
  /** Its lines in other words, for callers who seem upset or unsure. */
  whenUpset: slotVariants.optional(),
  whenUnsure: slotVariants.optional(),
});

type OwnKeys = keyof typeof slotKeys.shape;
const OWN_KEYS = Object.keys(slotKeys.shape) as readonly OwnKeys[];

const slotDeclaration = slotKeys.transform((slot, context) => {
  const settings = Object.fromEntries(Object.entries(slot).filter(([key]) => !(OWN_KEYS as readonly string[]).includes(key)));
  const spec = slotSpec.safeParse(settings);
  if (!spec.success) {
    for (const issue of spec.error.issues)
      context.issues.push({ ...issue, path: [...issue.path], input: settings } as (typeof context.issues)[number]);
    return z.NEVER;
  }
  const { name, prompt, again, help, invalid, constraints, past, optional, secret, whenUpset, whenUnsure } = slot;
  return {
    name,
    prompt,
    again,
    help,
    invalid,
    constraints,
    past,
    optional,
    secret,
    whenUpset,
    whenUnsure,
    label: slot.label ?? inWords(name),
    default: slot.default as SlotValue | undefined,
    confirm: slot.confirm ?? !secret,
    spec: spec.data as SlotSpec,
  };
});

/** All keys that a slot of this type may have. */
export function keysOfSlot(type: string): readonly string[] {
  const settings = slotSpec.options.find(({ shape }) => shape.type.value === type);
  return [...OWN_KEYS, ...Object.keys(settings?.shape ?? {})];
}

/** Something the caller gets done: what has to be known for it, and the action that does it. */
export const formDeclaration = z.strictObject({
  id: formId,
  /** Names it in an ask-back: "Do you mean <label> or <label>?" */
  label: z.string().min(1).max(80).optional(),
  /** Example wordings that start it, as callers would say them. */
  asked: z.array(z.string().min(2).max(200)).min(1).max(60),
  /** Said when it starts, before the first question. */
  intro: words.optional(),
  slots: z.array(slotDeclaration).min(1).max(20),
  /** One natural sentence that ends in a question; `{slot}` is said as people say it. Made from the slots if absent. */
  readBack: z.string().min(1).max(500).optional(),
  /** The action, and where its arguments are called otherwise than the slots: `arguments: {argument: slot}`. */
  complete: z.union(
    [
      z.string().transform((action) => ({ action, arguments: {} as Record<string, string> })),
      z.strictObject({ action: z.string(), arguments: z.record(slotName, slotName).default({}) }),
    ],
    { error: 'the name of an action, or {action: NAME, arguments: {argument: slot}}' },
  ),
  /** Said after the action; those of the action where absent. `{slot}` and the values of its result can stand in them. */
  done: z.string().min(1).max(500).optional(),
  refused: z.record(z.union([code, z.literal('otherwise')]), z.string().min(1).max(500)).default({}),
  failed: z.string().min(1).max(500).optional(),
  /** Said to "never mind". */
  cancelled: words.optional(),
  /** Said when it could not be filled in; then a message is taken. */
  givesUp: words.optional(),
  /** Its lines in other words, for callers who seem upset or unsure. */
  whenUpset: formVariants.optional(),
  whenUnsure: formVariants.optional(),
});

export type FormDeclaration = z.infer<typeof formDeclaration>;
export type SlotDeclaration = FormDeclaration['slots'][number];

/** `startDate` and `start_date` as "start date". */
function inWords(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
