import type { SlotValue } from '../slots/slot-type.ts';

export interface Placeholder {
  /** `{name}`, or `{env:NAME}` for a secret from the environment. */
  readonly kind: 'value' | 'env';
  readonly name: string;
}

/** What a text leaves open. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, env, name]) => ({ kind: env === undefined ? 'value' : 'env', name: name ?? '' }));
}

/** `text` with its places filled in; one without a value becomes empty. Filled-in text is not looked at again. */
export function fillTemplate(text: string, valueOf: (placeholder: Placeholder) => string | undefined): string {
  return text.replace(
    PLACEHOLDER,
    (_whole, env: string | undefined, name: string) => valueOf({ kind: env === undefined ? 'value' : 'env', name }) ?? '',
  );
}

/** JSON with its places filled in. A text that is nothing but `{name}` becomes the value as it is; without a value its key is left out. */
export function fillJson(json: unknown, valueOf: (placeholder: Placeholder) => SlotValue | undefined): unknown {
  if (typeof json === 'string') {
    const only = ONLY_PLACEHOLDER.exec(json);
    if (only !== null) return valueOf({ kind: only[1] === undefined ? 'value' : 'env', name: only[2] ?? '' });
    return fillTemplate(json, (placeholder) => plainText(valueOf(placeholder)));
  }
  if (Array.isArray(json)) return json.map((item) => fillJson(item, valueOf)).filter((item) => item !== undefined);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .map(([key, value]) => [key, fillJson(value, valueOf)])
      .filter(([, value]) => value !== undefined),
  );
}

/** A value as machines read it; what callers hear is made by its slot type. */
export function plainText(value: SlotValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? `${value.amount} ${value.currency}` : String(value);
}

const PLACEHOLDER = /\{(env:)?([a-zA-Z_]\w{0,59})\}/g;
const ONLY_PLACEHOLDER = /^\{(env:)?([a-zA-Z_]\w{0,59})\}$/;
