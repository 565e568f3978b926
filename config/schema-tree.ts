import type * as z from 'zod';
import { editDistance } from '#kit/edit-distance';

/** A schema as the tree of keys that a person writes. */
export type SchemaNode =
  | { readonly kind: 'group'; readonly description: string; readonly children: ReadonlyMap<string, SchemaNode> }
  | { readonly kind: 'value'; readonly description: string; readonly schema: z.core.$ZodType; readonly isOptional: boolean };

interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
}

/** Reads the keys of a zod schema through its defaults and descriptions; a strict object is a group, all else a value. */
export function schemaTree(schema: z.core.$ZodType): SchemaNode {
  let description = '';
  let isOptional = false;
  let inner = schema;
  for (;;) {
    const said = (inner as z.ZodType).description;
    if (description === '' && said !== undefined) description = said;
    const definition = inner._zod.def as unknown as Definition;
    isOptional ||= definition.type === 'optional';
    const next = definition.innerType ?? (definition.type === 'pipe' ? definition.in : undefined);
    if (next === undefined) {
      if (definition.shape === undefined) return { kind: 'value', description, schema, isOptional };
      const children = Object.entries(definition.shape).map(([key, child]) => [key, schemaTree(child)] as const);
      return { kind: 'group', description, children: new Map(children) };
    }
    inner = next;
  }
}

/** What is at `path`, and how far the path is known. */
export function findNode(tree: SchemaNode, path: readonly string[]): { readonly node: SchemaNode; readonly depth: number } {
  let node = tree;
  let depth = 0;
  for (const key of path) {
    const child = node.kind === 'group' ? node.children.get(key) : undefined;
    if (child === undefined) break;
    node = child;
    depth += 1;
  }
  return { node, depth };
}

/** All keys with a value, dotted, in the order of the schema. */
export function leafKeys(tree: SchemaNode): readonly string[] {
  if (tree.kind === 'value') return [];
  return [...tree.children].flatMap(([key, child]) => (child.kind === 'value' ? [key] : leafKeys(child).map((rest) => `${key}.${rest}`)));
}

/** The known key that somebody who wrote `key` most likely meant, or undefined when none is near. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const last = lastPart(key);
  let best: string | undefined;
  let bestScore = Infinity;
  for (const candidate of known) {
    const whole = editDistance(key.toLowerCase(), candidate.toLowerCase());
    const tail = editDistance(last.toLowerCase(), lastPart(candidate).toLowerCase());
    // The right word in the wrong section is as likely as a slip of the pen in the right one.
    const elsewhere = tail <= Math.max(1, last.length / 4) ? tail + (sharesSection(key, candidate) ? 1 : 1.5) : Infinity;
    const score = Math.min(whole, elsewhere);
    if (score < bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return bestScore <= Math.max(2.5, last.length / 3) ? best : undefined;
}

function sharesSection(a: string, b: string): boolean {
  return a.split('.')[0] === b.split('.')[0];
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
