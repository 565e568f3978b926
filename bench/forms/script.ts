import * as z from 'zod';

/**
 * One thing that the caller does. `asked`: what the bot must have asked for it to be said: `start` (nothing yet), the name of
 * a slot, `which` (one of several values), `read-back` (one that is right), `wrong` (one that is not); without it, it is said
 * in its turn, whatever was asked.
 */
const step = z
  .strictObject({
    asked: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'start, which, read-back, wrong or the name of a slot')
      .optional(),
    say: z.string().min(1).max(300).optional(),
    wav: z
      .string()
      .regex(/^[\w.-]+\.wav$/, 'the name of a WAV file, without folder')
      .optional(),
    keys: z
      .string()
      .regex(/^[0-9*#A-D]{1,32}$/, 'keys of a telephone')
      .optional(),
    mumbled: z.boolean().optional(),
  })
  .refine(({ say, wav, keys }) => say !== undefined || wav !== undefined || keys !== undefined, 'must be say TEXT, wav FILE or keys DIGITS')
  .refine(
    ({ say, wav, keys }) => keys === undefined || (say === undefined && wav === undefined),
    'keys are pressed, nothing is said with them',
  );

export const scriptSchema = z.strictObject({
  title: z.string().min(1).max(200),
  /** The form of the persona that it walks. */
  form: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Kokoro's, for what is not recorded. */
  voice: z.string().optional(),
  steps: z.array(step).min(1).max(40),
  /** What the caller means, slot by slot; one that depends on the day is left out. */
  expected: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  outcome: z.enum(['done', 'cancelled']).default('done'),
});

export type ScriptStep = Readonly<z.infer<typeof step>>;
export type ScriptOutcome = 'done' | 'cancelled';
export type Expected = Readonly<Record<string, string | number | boolean>>;

/** What one caller says and means. */
export interface CallerScript {
  readonly name: string;
  /** How this caller talks: in order, all at once, ... */
  readonly kind: string;
  readonly form: string;
  readonly voice: string;
  readonly steps: readonly ScriptStep[];
  readonly expected: Expected;
  readonly outcome: ScriptOutcome;
  /** Turns of the caller's when everything is understood at once. */
  readonly leastTurns: number;
}
