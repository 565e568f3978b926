import * as z from 'zod';
import { slotSpec } from '../slots/slot-spec.ts';
import { placeholdersIn } from './template.ts';

/** One name for slots, arguments and values: what stands in `{braces}`. */
const valueName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,39}$/, 'a name of letters and digits that begins with a letter, such as date');
const actionName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, such as book-room');
const template = z.string().min(1).max(500);
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a code of lower-case letters, digits and hyphens, such as taken');
const pointer = z
  .string()
  .max(200)
  .regex(/^(\/[^/]*)*$/, 'a JSON pointer (RFC 6901), such as /room/name');
/** RFC 9110 section 5.1. Those that decide how the request is framed or where it goes are ours. */
const headerName = z
  .string()
  .max(60)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name')
  .refine((name) => !OUR_HEADERS.has(name.toLowerCase()), 'this header is set by the request itself');

/** What is said around an action, where the language's own lines will not do. `{name}` is filled in from its arguments and from the values of its result. */
const says = z
  .strictObject({
    /** When it takes more than 700 ms. */
    running: template.optional(),
    done: template.optional(),
    /** By the code of the refusal. */
    refused: z.record(code, template).default({}),
    refusedOtherwise: template.optional(),
    failed: template.optional(),
    /** The request had left, and no answer came: it may have happened. */
    uncertain: template.optional(),
  })
  .prefault({});

/** What each kind of action has. */
const common = {
  name: actionName,
  /** What it does, in a sentence, for LLMs: when to use it. */
  description: z.string().max(500).default(''),
  /** Runs only after the caller's own yes to a read-back. Default: true for everything that changes something. */
  confirm: z.boolean().optional(),
  timeoutMs: z.int().min(100).max(60_000).default(8000),
  /** Slot types by name. Left out: the slots of the form that ends in this action. */
  arguments: z.record(valueName, slotSpec).optional(),
  /** Arguments that need not be given. */
  optional: z.array(valueName).max(50).default([]),
  /** Arguments that no record and no log line may show. */
  secret: z.array(valueName).max(50).default([]),
  /** Whether a capable LLM may use it as a tool. */
  tool: z.boolean().default(true),
  says,
  /** What the persona does when it failed, after the apology. */
  otherwise: z.enum(['go-on', 'take-message', 'hang-up']).default('go-on'),
};

const retry = z
  .strictObject({
    /** Attempts after the first. */
    times: z.int().min(0).max(3).default(0),
    waitMs: z.int().min(0).max(5000).default(300),
    /** Header by which the server recognises a repetition. Only with it, or for GET, is anything sent twice. */
    idempotencyHeader: headerName.optional(),
  })
  .prefault({});

/** An answer that means no, in a way that the caller can do something about. The first that fits is taken. */
const refusal = z
  .strictObject({
    status: z.int().min(200).max(599).optional(),
    /** The answer has this value there. */
    where: z.strictObject({ at: pointer, is: z.union([z.string(), z.number(), z.boolean()]) }).optional(),
    code,
    values: z.record(valueName, pointer).default({}),
    /** The slot to ask for again. */
    slot: valueName.optional(),
    /** List of values that would do. */
    offers: pointer.optional(),
  })
  .refine(({ status, where }) => status !== undefined || where !== undefined, 'needs a "status" or a "where" by which it is recognised');

const http = z.strictObject({
  ...common,
  kind: z.literal('http'),
  /** `{name}` is filled in, percent-encoded; never in the part that names the server. */
  url: z.string().max(1000).superRefine(checkUrl),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  /** `{name}` is an argument, `{env:NAME}` a secret from that environment variable. */
  headers: z.record(headerName, z.string().max(1000)).default({}),
  /** JSON. A text that is nothing but `{name}` becomes the value itself, a number stays a number. */
  body: z.json().optional(),
  retry,
  /** Addresses that are not public but are meant: `127.0.0.1`, `10.1.0.0/16`, `fd00::/8`. */
  allowAddresses: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'an address or a network, such as 10.1.0.0/16' }))
    .max(20)
    .default([]),
  maxAnswerBytes: z.int().min(1).max(1_048_576).default(65_536),
  /** Values taken from the JSON of the answer. */
  result: z.record(valueName, pointer).default({}),
  refusals: z.array(refusal).max(20).default([]),
});

const moduleKind = z.strictObject({
  ...common,
  kind: z.literal('module'),
  /** A TypeScript or JavaScript file, seen from the persona's folder. */
  file: z
    .string()
    .max(200)
    .regex(/\.(ts|mts|js|mjs)$/, 'a file that ends in .ts or .js, such as actions/meeting-room.ts')
    .refine(
      (file) => !file.startsWith('/') && !file.includes('\\') && !file.split('/').includes('..'),
      "a file in the persona's folder or below",
    ),
  /** Name of the function that it exports. */
  export: z
    .string()
    .regex(/^[A-Za-z_$][\w$]{0,59}$/, 'the name of an exported function')
    .default('default'),
  /** Settings for the function, such as opening hours. */
  settings: z.record(z.string().max(60), z.json()).default({}),
});

const endCall = z.strictObject({ ...common, kind: z.literal('end-call') });
/** Kept with the call's record, and told to whoever observes it. */
const takeMessage = z.strictObject({ ...common, kind: z.literal('take-message'), text: template });
/** Keys pressed by the bot, for systems that it speaks with. */
const sendDigits = z.strictObject({ ...common, kind: z.literal('send-digits'), digits: template });
/** Something known about the call from here on: `{name}` in later templates, and part of its record. */
const setFact = z.strictObject({ ...common, kind: z.literal('set-fact'), fact: valueName, value: template });
const transfer = z
  .looseObject({ kind: z.literal('transfer') })
  .refine(() => false, { message: 'calls cannot be transferred yet: use take-message, so that somebody calls back', path: ['kind'] });

/** One action of a persona, as its YAML has it. */
export const actionDeclaration = z
  .discriminatedUnion('kind', [http, moduleKind, endCall, takeMessage, sendDigits, setFact, transfer])
  .superRefine((action, context) => {
    if (action.kind === 'transfer') return;
    for (const { path, message } of faultsOf(action as DeclaredKinds)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .transform((action) => withConfirm(action as DeclaredKinds));

type DeclaredKinds =
  | z.infer<typeof http>
  | z.infer<typeof moduleKind>
  | z.infer<typeof endCall>
  | z.infer<typeof takeMessage>
  | z.infer<typeof sendDigits>
  | z.infer<typeof setFact>;
type Confirmed<Kind> = Omit<Kind, 'confirm'> & { confirm: boolean };

export type HttpAction = Confirmed<z.infer<typeof http>>;
export type ModuleAction = Confirmed<z.infer<typeof moduleKind>>;
export type BuiltInAction =
  | Confirmed<z.infer<typeof endCall>>
  | Confirmed<z.infer<typeof takeMessage>>
  | Confirmed<z.infer<typeof sendDigits>>
  | Confirmed<z.infer<typeof setFact>>;
export type ActionDeclaration = HttpAction | ModuleAction | BuiltInAction;

function withConfirm(action: DeclaredKinds): ActionDeclaration {
  const changesNothing = action.kind === 'end-call' || action.kind === 'set-fact' || (action.kind === 'http' && action.method === 'GET');
  return { ...action, confirm: action.confirm ?? !changesNothing } as ActionDeclaration;
}

interface DeclarationFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What single keys cannot say. */
function faultsOf(action: DeclaredKinds): readonly DeclarationFault[] {
  const faults: DeclarationFault[] = [];
  const known = action.arguments === undefined ? undefined : new Set(Object.keys(action.arguments));
  const check = (path: readonly (string | number)[], text: string): void => {
    for (const { kind, name } of placeholdersIn(text)) {
      if (kind === 'value' && known !== undefined && !known.has(name))
        faults.push({ path, message: `{${name}} is none of its arguments: ${[...known].join(', ') || 'it has none'}` });
      if (kind === 'env' && action.kind !== 'http')
        faults.push({ path, message: `{env:${name}} is possible only in headers and body of kind http` });
    }
  };
  if (known !== undefined) {
    for (const key of ['optional', 'secret'] as const) {
      for (const [at, name] of action[key].entries())
        if (!known.has(name)) faults.push({ path: [key, at], message: `"${name}" is none of its arguments` });
    }
  }
  if (action.kind === 'http') faults.push(...httpFaults(action, check));
  if (action.kind === 'take-message') check(['text'], action.text);
  if (action.kind === 'send-digits') check(['digits'], action.digits);
  if (action.kind === 'set-fact') check(['value'], action.value);
  return faults;
}

function httpFaults(
  action: z.infer<typeof http>,
  check: (path: readonly (string | number)[], text: string) => void,
): readonly DeclarationFault[] {
  const faults: DeclarationFault[] = [];
  check(['url'], action.url);
  for (const [name, value] of Object.entries(action.headers)) check(['headers', name], value);
  if (action.body !== undefined) check(['body'], textsIn(action.body).join(' '));
  if (action.url.startsWith('http:') && action.allowAddresses.length === 0) {
    faults.push({ path: ['url'], message: 'must begin with https://; http:// is possible only to addresses named under allowAddresses' });
  }
  if (action.method === 'GET' && action.body !== undefined)
    faults.push({ path: ['body'], message: 'GET has no body: put values into the url' });
  if (action.retry.times > 0 && action.method !== 'GET' && action.retry.idempotencyHeader === undefined) {
    faults.push({
      path: ['retry', 'times'],
      message: `${action.method} is sent again only when retry.idempotencyHeader names the header that stops it from happening twice`,
    });
  }
  return faults;
}

/** All texts inside some JSON. */
export function textsIn(json: unknown): readonly string[] {
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.flatMap(textsIn);
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsIn) : [];
}

function checkUrl(url: string, context: z.RefinementCtx): void {
  const wrong = urlFault(url);
  if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
}

function urlFault(url: string): string | undefined {
  if (!/^https?:\/\//.test(url)) return 'must begin with https://';
  const authority = /^https?:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  if (/[{}]/.test(authority)) return 'the server is fixed: {values} are possible only after its name';
  if (authority.includes('@')) return 'no user or password in it: use a header with {env:NAME}';
  if (placeholdersIn(url).some(({ kind }) => kind === 'env'))
    return 'no secrets in it, because addresses get logged: use a header with {env:NAME}';
  if (!URL.canParse(url.replaceAll(/\{[^}]*\}/g, 'x'))) return 'is not a URL';
  return undefined;
}

const OUR_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'content-type',
  'accept-encoding',
  'proxy-authorization',
]);
