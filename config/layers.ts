import { isMap, isScalar, LineCounter, parse, parseDocument, type YAMLMap } from 'yaml';
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

/** The assignments of a YAML file, each with its line. Lists count as one value. */
export function readYaml(
  text: string,
  name: string,
): { readonly assignments: readonly Assignment[]; readonly faults: readonly Fault[]; readonly warnings: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number | undefined): string => `${name}:${lines.linePos(offset ?? 0).line}`;
  const faults: Fault[] = document.errors.map((error) => ({ source: lineOf(error.pos[0]), message: `this is not YAML: ${error.message}` }));
  if (faults.length > 0) return { assignments: [], faults, warnings: [] };
  const warnings = cutTexts(document, text, () => false).map((cut) => `${lineOf(cut.offset)}: ${cutTextWarning(cut)}`);
  const assignments: Assignment[] = [];
  const root = document.contents;
  if (root !== null && !isMap(root)) {
    if (!(isScalar(root) && root.value === null))
      faults.push({ source: `${name}:1`, message: 'must be keys and values, such as `sip:` with `port: 5070` below it' });
    return { assignments, faults, warnings };
  }
  const visit = (map: YAMLMap, path: readonly string[]): void => {
    for (const { key, value } of map.items) {
      const offset = (key as { range?: readonly number[] }).range?.[0];
      const keyText = isScalar(key) ? String(key.value) : String(key);
      const here = [...path, keyText];
      if (isMap(value)) visit(value, here);
      // `section:` with nothing below it is an empty section, as when all of it is commented out.
      else if (!(path.length === 0 && isScalar(value) && value.value === null)) {
        assignments.push({ path: here, value: value === null ? null : plain(value, document), source: lineOf(offset) });
      }
    }
  };
  if (root !== null) visit(root, []);
  return { assignments, faults, warnings };
}

function plain(node: unknown, document: ReturnType<typeof parseDocument>): unknown {
  return isScalar(node) ? node.value : (node as { toJS(document: unknown): unknown }).toJS(document);
}
