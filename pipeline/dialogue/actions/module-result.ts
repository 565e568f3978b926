import type { ActionResult } from './action.ts';
import { asOffers, asValues } from './values.ts';

/** What a module's function gave, read as the answer of somebody who may be mistaken. */
export function moduleResult(given: unknown): ActionResult {
  const { kind, code, values, slot, offers } = (typeof given === 'object' && given !== null ? given : {}) as Readonly<
    Record<string, unknown>
  >;
  if (kind === 'done') return { kind, values: asValues(values ?? {}) };
  if (kind !== 'refused')
    return {
      kind: 'failed',
      code: 'bad-answer',
      detail: 'the function gave neither { kind: "done" } nor { kind: "refused" }',
      mayHaveHappened: true,
    };
  if (typeof code !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(code))
    return {
      kind: 'failed',
      code: 'bad-answer',
      detail: 'a refusal has a code of lower-case letters, digits and hyphens',
      mayHaveHappened: false,
    };
  const offered = asOffers(offers);
  return {
    kind,
    code,
    values: asValues(values ?? {}),
    ...(typeof slot === 'string' ? { slot } : {}),
    ...(offered === undefined ? {} : { offers: offered }),
  };
}
