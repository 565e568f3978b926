import type { ActionArguments, ActionResult } from './action.ts';
import type { HttpAction } from './declaration.ts';
import { fillJson, fillTemplate, plainText, placeholdersIn } from './template.ts';
import { textsIn } from './declaration.ts';
import { asOffers, asValue, asValues, pointedAt } from './values.ts';
import type { SlotValue } from '../slots/slot-type.ts';

export interface HttpActionRequest {
  readonly url: URL;
  readonly method: HttpAction['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a server answered, its body read and found to be JSON. */
export interface HttpActionAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** Environment variables that its headers and body name. */
export function secretNamesOf(action: HttpAction): readonly string[] {
  const texts = [...Object.values(action.headers), ...textsIn(action.body)];
  return [
    ...new Set(
      texts
        .flatMap(placeholdersIn)
        .filter(({ kind }) => kind === 'env')
        .map(({ name }) => name),
    ),
  ];
}

/** The request with its places filled in. A value can neither leave its part of the address nor end its header. */
export function httpRequest(
  action: HttpAction,
  args: ActionArguments,
  idempotencyKey: string,
  secretOf: (name: string) => string | undefined,
): HttpActionRequest {
  const valueOf = ({ kind, name }: { readonly kind: 'value' | 'env'; readonly name: string }): SlotValue | undefined =>
    kind === 'env' ? secretOf(name) : Object.hasOwn(args, name) ? args[name] : undefined;
  const url = new URL(fillTemplate(action.url, (placeholder) => pathSafe(plainText(valueOf(placeholder)))));
  const headers = Object.fromEntries(
    Object.entries(action.headers).map(([name, text]) => [
      name.toLowerCase(),
      fillTemplate(text, (placeholder) => headerSafe(plainText(valueOf(placeholder)))),
    ]),
  );
  const { idempotencyHeader } = action.retry;
  const body = action.body === undefined ? undefined : JSON.stringify(fillJson(action.body, valueOf));
  return {
    url,
    method: action.method,
    headers: {
      accept: 'application/json',
      ...headers,
      ...(idempotencyHeader === undefined ? {} : { [idempotencyHeader.toLowerCase()]: idempotencyKey }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  };
}

/** What an answer means for the caller. */
export function httpResult(action: HttpAction, { status, json }: HttpActionAnswer): ActionResult {
  const refusal = action.refusals.find(
    ({ status: wanted, where }) =>
      (wanted === undefined || wanted === status) && (where === undefined || pointedAt(json, where.at) === where.is),
  );
  if (refusal !== undefined) {
    const offers = refusal.offers === undefined ? undefined : asOffers(pointedAt(json, refusal.offers));
    return {
      kind: 'refused',
      code: refusal.code,
      values: valuesAt(json, refusal.values),
      ...(refusal.slot === undefined ? {} : { slot: refusal.slot }),
      ...(offers === undefined ? {} : { offers }),
    };
  }
  // Whether a server that fails has done it before it failed cannot be known; one that refuses has not.
  if (status < 200 || status > 299)
    return { kind: 'failed', code: `http-${status}`, detail: `HTTP ${status}`, mayHaveHappened: action.method !== 'GET' && status >= 500 };
  const values = valuesAt(json, action.result);
  const missing = Object.keys(action.result).find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined)
    return {
      kind: 'failed',
      code: 'bad-answer',
      detail: `the answer has no value at ${action.result[missing]}`,
      mayHaveHappened: action.method !== 'GET',
    };
  return { kind: 'done', values };
}

function valuesAt(json: unknown, pointers: Readonly<Record<string, string>>): Readonly<Record<string, SlotValue>> {
  return asValues(Object.fromEntries(Object.entries(pointers).map(([name, pointer]) => [name, asValue(pointedAt(json, pointer))])));
}

/** Percent-encoded, dots too: a value of `..` would climb out of its folder (WHATWG URL, section 4.4). */
function pathSafe(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return /^\.{1,2}$/.test(text) ? '-' : encoded;
}

/** RFC 9110 section 5.5: visible characters and spaces; so that no value begins a header of its own. */
function headerSafe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
}
