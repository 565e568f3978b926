import { isMap, isScalar, LineCounter, parse, parseAllDocuments, parseDocument, type Document, type YAMLMap } from 'yaml';
import { cutTexts, cutTextWarning } from './cut-texts.ts';

/** One key given a value by one source. */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
  /** What was written, where a value came as text and its type is not known yet. */
  readonly text?: string;
  /** For people: `config/dev.yaml:12`, an environment variable, `--set`. */
  readonly source: string;
}

export interface Fault {
  readonly source: string;
  readonly key?: string;
  readonly value?: unknown;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A value that came as text: YAML decides its type, and the text itself is kept for keys that want text. */
export function fromText(text: string): { readonly value: unknown; readonly text: string } {
  try {
    const value = parse(text, { maxAliasCount: 0 }) as unknown;
    // Nobody writes comments there: what stands after ` #` belongs to the text.
    return { value: typeof value === 'string' && isPlainText(text) ? text.trim() : value, text };
  } catch {
    return { value: text, text };
  }
}

function isPlainText(text: string): boolean {
  const { contents } = parseDocument(text);
  return isScalar(contents) && contents.type === 'PLAIN';
}

/** The assignments of a YAML file, each with its line. Lists count as one value. Documents of one file (parted by `---`) are read as one. */
export function readYaml(
  text: string,
  name: string,
): { readonly assignments: readonly Assignment[]; readonly faults: readonly Fault[]; readonly warnings: readonly string[] } {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })];
  const lineOf = (offset: number | undefined): string => `${name}:${lines.linePos(offset ?? 0).line}`;
  const faults: Fault[] = documents
    .flatMap(({ errors }) => errors)
    .map((error) => ({ source: lineOf(error.pos[0]), message: `this is not YAML: ${error.message}` }));
  if (faults.length > 0) return { assignments: [], faults, warnings: [] };
  const warnings = documents
    .flatMap((document) => cutTexts(document, text, () => false))
    .map((cut) => `${lineOf(cut.offset)}: ${cutTextWarning(cut)}`);
  const assignments: Assignment[] = [];
  for (const document of documents) {
    const root = document.contents;
    if (isMap(root)) assignments.push(...assignmentsOf(root, [], document, lineOf));
    else if (root !== null && !(isScalar(root) && root.value === null))
      faults.push({
        source: lineOf((root as { range?: readonly number[] }).range?.[0]),
        message: 'must hold keys and values, such as `sip:` with `port: 5070` below it',
      });
  }
  return { assignments, faults: [...faults, ...repeated(assignments)], warnings };
}

function assignmentsOf(
  map: YAMLMap,
  path: readonly string[],
  document: Document,
  lineOf: (offset: number | undefined) => string,
): readonly Assignment[] {
  return map.items.flatMap(({ key, value }) => {
    const here = [...path, isScalar(key) ? String(key.value) : String(key)];
    if (isMap(value)) return assignmentsOf(value, here, document, lineOf);
    // `section:` with nothing below it is an empty section, as when all of it is commented out.
    if (path.length === 0 && isScalar(value) && value.value === null) return [];
    const source = lineOf((key as { range?: readonly number[] }).range?.[0]);
    return [{ path: here, value: value === null ? null : plain(value, document), source }];
  });
}

/** Within a document the parser itself refuses a key that comes twice. */
function repeated(assignments: readonly Assignment[]): readonly Fault[] {
  const first = new Map<string, string>();
  return assignments.flatMap(({ path, source }) => {
    const key = path.join('.');
    const before = first.get(key);
    if (before === undefined) first.set(key, source);
    return before === undefined ? [] : [{ source, key, message: `is set twice in this file: first at ${before}; delete one of the two` }];
  });
}

function plain(node: unknown, document: Document): unknown {
  return isScalar(node) ? node.value : (node as { toJS(document: unknown): unknown }).toJS(document);
}
