import type { SlotValue } from '../slots/slot-type.ts';

/** The value behind a JSON pointer (RFC 6901); undefined where there is none. */
export function pointedAt(json: unknown, pointer: string): unknown {
  if (pointer === '') return json;
  let at: unknown = json;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

/** `json` as a value that may be said, cut to a size; undefined if it is none. What a server or a module sends is not trusted. */
export function asValue(json: unknown): SlotValue | undefined {
  if (typeof json === 'string') return shortened(json);
  if (typeof json === 'boolean') return json;
  if (typeof json === 'number') return Number.isFinite(json) ? json : undefined;
  if (typeof json !== 'object' || json === null) return undefined;
  const { amount, currency } = json as Readonly<Record<string, unknown>>;
  return typeof amount === 'number' && Number.isFinite(amount) && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
    ? { amount, currency }
    : undefined;
}

/** The values of an object, as far as they are some; the first so many. */
export function asValues(json: unknown): Readonly<Record<string, SlotValue>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  const values: [string, SlotValue][] = [];
  for (const [name, item] of Object.entries(json)) {
    const value = NAME.test(name) ? asValue(item) : undefined;
    if (value !== undefined) values.push([name, value]);
    if (values.length === MAX_VALUES) break;
  }
  return Object.fromEntries(values);
}

export function asOffers(json: unknown): readonly SlotValue[] | undefined {
  if (!Array.isArray(json)) return undefined;
  return json
    .slice(0, MAX_OFFERS)
    .map(asValue)
    .filter((value) => value !== undefined);
}

/** Without what no voice can say and no log line should hold; no longer than a long sentence. */
function shortened(text: string): string {
  const plain = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return plain.length <= MAX_CHARS ? plain : `${plain.slice(0, MAX_CHARS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,39}$/;
const MAX_CHARS = 300;
const MAX_VALUES = 30;
/** Nobody keeps more than a few in mind when they are spoken. */
const MAX_OFFERS = 5;
