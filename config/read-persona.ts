import type * as z from 'zod';
import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { formFaults, keysOfSlot, personaSchema, placeFaults, variantFaults, type Persona } from '#pipeline/persona-options';
import { cutTexts, cutTextWarning } from './cut-texts.ts';
import { whatIsRight } from './what-is-right.ts';
import { withoutFaults } from './without-faults.ts';

export interface PersonaRead {
  /** Undefined when it has faults. */
  readonly persona?: Persona;
  /** What of it can be understood, for checks that go beyond its file; without the parts that have faults. */
  readonly draft?: Persona;
  readonly faults: readonly string[];
  /** What is probably not meant, and yet can be. */
  readonly warnings: readonly string[];
  /** `file:line: key` of a place in `persona` or `draft`. */
  readonly at: (path: readonly PropertyKey[]) => string;
}

/** One persona from the text of its file; all of its faults at once. */
export function readPersona(text: string, file: string): PersonaRead {
  const nowhere = (path: readonly PropertyKey[]): string => `${file}:1: ${keyText(path)}`;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      at: nowhere,
      warnings: [],
      faults: document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: this is not YAML: ${error.message}`),
    };
  }
  if (!isMap(document.contents))
    return {
      at: nowhere,
      warnings: [],
      faults: [`${file}:1: must be keys and values, such as "name: bot"; README.md in this folder shows how`],
    };
  const content = plain(document);
  if (content === undefined)
    return { at: nowhere, warnings: [], faults: [`${file}:1: has too many aliases (*name): write the values out`] };
  const warnings = cutTexts(document, text, isSpoken).map((cut) => `${file}:${lines.linePos(cut.offset).line}: ${cutTextWarning(cut)}`);
  const at = (path: readonly PropertyKey[]): string => `${file}:${lineOf(document, lines, path)}: ${keyText(path)}`;
  const parsed = personaSchema.safeParse(content);
  if (parsed.success) {
    const faults = [...nameFaults(parsed.data, file, at), ...crossFaults(parsed.data).map(({ path, message }) => `${at(path)}${message}`)];
    return { ...(faults.length === 0 ? { persona: parsed.data } : {}), draft: parsed.data, faults, warnings, at };
  }
  const { issues } = parsed.error;
  const faults = issues.flatMap((issue) => describe(issue, document).map(({ path, message }) => `${at(path)}${message}`));
  const rest = withoutFaults(content as Record<string, unknown>, issues);
  if (rest === undefined) return { faults, warnings, at };
  const further = crossFaults(rest.persona).filter((fault) => !rest.explains(fault));
  const atOriginal = (path: readonly PropertyKey[]): string => at(rest.original(path));
  return {
    draft: rest.persona,
    faults: [...faults, ...nameFaults(rest.persona, file, at), ...further.map(({ path, message }) => `${atOriginal(path)}${message}`)],
    warnings,
    at: atOriginal,
  };
}

/** What the schema of one key cannot say. */
function crossFaults(persona: Persona): readonly PathFault[] {
  return [...knowledgeFaults(persona), ...formFaults(persona), ...variantFaults(persona), ...placeFaults(persona)];
}

function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

interface PathFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function describe(issue: z.core.$ZodIssue, document: Document): readonly PathFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: ` is not a key of ${whoseKeys(issue.path, document)}` }));
  }
  const value = document.getIn(issue.path, false);
  // What our own checks say of a key that is not there, they say with its default in mind.
  const missing = value === undefined && issue.code !== 'custom';
  const shown = value === undefined || isNode(value) ? '' : ` = ${JSON.stringify(value)?.slice(0, 60)}`;
  return [{ path: issue.path, message: missing ? ' is missing' : `${shown}: ${wish(issue, value)}` }];
}

/** What has other keys, and for slots which: each type has settings of its own. */
function whoseKeys(path: readonly PropertyKey[], document: Document): string {
  const [top, , part] = path;
  if (top === undefined) return 'a persona; is it misspelt?';
  if (top === 'forms' && part === 'slots' && path.length === 4) {
    const type = document.getIn([...path, 'type']);
    return `a slot of type ${String(type)}; it may have ${keysOfSlot(String(type)).join(', ')}`;
  }
  return `${top === 'forms' && path.length === 2 ? 'a form' : String(top)}; is it misspelt?`;
}

/** What would be right. YAML takes `007` and `yes` for something else than text, which surprises most. */
function wish(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_type') return whatIsRight([{ ...issue, path: [] }]);
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (issue.expected === 'string') return isPlain ? `must be text: put it in quotes` : 'must be text';
  if (issue.expected === 'array') return 'must be a list, such as [one, two]';
  return whatIsRight([{ ...issue, path: [] }]);
}

function nameFaults(persona: Persona, file: string, at: PersonaRead['at']): readonly string[] {
  const expected = file.replace(/\.ya?ml$/, '');
  return persona.name === expected
    ? []
    : [`${at(['name'])} = ${JSON.stringify(persona.name)}: must be ${JSON.stringify(expected)}, as the file is called`];
}

/** What a schema cannot say: ids and wordings that occur twice, knowledge without entries. */
function knowledgeFaults({ mode, knowledge, forms }: Persona): readonly PathFault[] {
  const faults: PathFault[] = [];
  if (mode === 'knowledge' && knowledge.length + forms.length === 0)
    faults.push({ path: ['mode'], message: ' = "knowledge": needs entries under "knowledge"' });
  const ids = new Set<string>();
  const wordings = new Map<string, string>();
  for (const [at, entry] of knowledge.entries()) {
    if (ids.has(entry.id))
      faults.push({ path: ['knowledge', at, 'id'], message: ` = "${entry.id}": this id is taken; each entry needs its own` });
    ids.add(entry.id);
    faults.push(...wordingFaults(entry, ['knowledge', at], wordings));
  }
  for (const [at, form] of forms.entries()) faults.push(...wordingFaults(form, ['forms', at], wordings));
  return faults;
}

/** `owners`: whose each wording is, so far. */
function wordingFaults(
  { id, asked }: { readonly id: string; readonly asked: readonly string[] },
  path: readonly PropertyKey[],
  owners: Map<string, string>,
): readonly PathFault[] {
  return asked.flatMap((wording, at) => {
    const key = wording
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const other = owners.get(key);
    owners.set(key, id);
    return other === undefined
      ? []
      : [
          {
            path: [...path, 'asked', at],
            message: ` = ${JSON.stringify(wording)}: entry "${other}" has this wording already; a wording leads to one answer`,
          },
        ];
  });
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function keyText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function isSpoken(keys: readonly string[]): boolean {
  return SPOKEN_KEYS.has(keys.at(-1) ?? '') || SPOKEN_BY_CODE.has(keys.at(-2) ?? '');
}

/** By the code of a refusal or fault. */
const SPOKEN_BY_CODE: ReadonlySet<string> = new Set(['refused', 'invalid']);
/** What the bot says, word by word. */
const SPOKEN_KEYS: ReadonlySet<string> = new Set([
  'greeting',
  'answer',
  'unsure',
  'notHeard',
  'holding',
  'stopped',
  'stillThere',
  'silentGoodbye',
  'goodbye',
  'fault',
  'shutdown',
  'ask',
  'thanks',
  'prompt',
  'reprompt',
  'readBack',
  'done',
  'failed',
  'says',
  'help',
  'running',
  'otherwise',
  'say',
  'answers',
  'whenUpset',
  'whenUnsure',
]);
