/** Keys pressed closer together than this belong to one number; a guess at how long people pause between them. */
export const DIGITS_APART_MS = 4_000;
