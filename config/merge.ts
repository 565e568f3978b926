import * as z from 'zod';
import { configSchema, type Config } from './schema.ts';
import type { Assignment, Fault } from './layers.ts';
import { findNode, leafKeys, nearestKey, type SchemaNode } from './schema-tree.ts';
import { isSecretKey, secretAdvice, secretInside } from './secrets.ts';
import { whatIsRight } from './what-is-right.ts';

export interface Merged {
  /** Undefined when there are faults. */
  readonly config: Config | undefined;
  /** Who had the last word on each key that anybody set, by dotted key. */
  readonly sources: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/** Lays the assignments over the defaults, the last one of a key winning, and checks the whole. Finds every fault. */
export function merge(assignments: readonly Assignment[], tree: SchemaNode): Merged {
  const faults: Fault[] = [];
  const winners = new Map<string, Assignment>();
  const known = leafKeys(tree);
  for (const assignment of assignments) {
    const key = assignment.path.join('.');
    const { node, depth } = findNode(tree, assignment.path);
    const inside = secretInside(assignment.value);
    if (inside !== undefined) faults.push({ source: assignment.source, key: `${key} ${inside}`, message: secretAdvice });
    else if (isSecretKey(assignment.path) && (depth < assignment.path.length || node.kind === 'group')) {
      faults.push({ source: assignment.source, key, message: secretAdvice });
    } else if (depth < assignment.path.length) faults.push(unknownKey(assignment, key, node, depth, known));
    else if (node.kind === 'group') {
      if (assignment.value !== null)
        faults.push({
          source: assignment.source,
          key,
          value: assignment.value,
          message: `is a section; set one of its keys: ${[...node.children.keys()].join(', ')}`,
        });
    } else {
      // The newest place in the map, so that a report lists keys in the order in which they were written last.
      winners.delete(key);
      winners.set(key, assignment);
    }
  }

  const object: Record<string, unknown> = {};
  const sources = new Map<string, string>();
  for (const [key, assignment] of winners) {
    const { node } = findNode(tree, assignment.path);
    if (node.kind === 'group') continue;
    if (assignment.value === null && node.isOptional) continue;
    const checked = checkLeaf(node, assignment);
    sources.set(key, assignment.source);
    if (checked.fault === undefined) setAt(object, assignment.path, checked.value);
    else faults.push({ source: assignment.source, key, value: assignment.text ?? assignment.value, message: checked.fault });
  }

  const result = configSchema.safeParse(object);
  if (!result.success) faults.push(...result.error.issues.map((issue) => wholeFault(issue, sources, object)));
  return { config: result.success && faults.length === 0 ? result.data : undefined, sources, faults };
}

function checkLeaf(
  node: SchemaNode & { kind: 'value' },
  { value, text }: Assignment,
): { readonly value?: unknown; readonly fault?: string } {
  const asRead = z.safeParse(node.schema, value ?? undefined);
  if (value !== null && value !== undefined && asRead.success) return { value };
  if (text !== undefined && z.safeParse(node.schema, text).success) return { value: text };
  const described = node.description === '' ? '' : ` (${node.description})`;
  if (value === null || value === undefined) return { fault: `has no value; set one or delete the key${described}` };
  return { fault: `${asRead.success ? 'is not right' : whatIsRight(asRead.error.issues)}${described}` };
}

/** A fault between keys: each of them is right by itself. */
function wholeFault(issue: z.core.$ZodIssue, sources: ReadonlyMap<string, string>, object: unknown): Fault {
  const key = issue.path.join('.');
  const value = issue.path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], object);
  const source = sources.get(key) ?? [...sources].find(([other]) => other.startsWith(parentOf(key)))?.[1] ?? 'configuration';
  return { source, key, ...(value === undefined ? {} : { value }), message: whatIsRight([issue]) };
}

function parentOf(key: string): string {
  return key.slice(0, key.lastIndexOf('.') + 1);
}

function unknownKey(assignment: Assignment, key: string, node: SchemaNode, depth: number, known: readonly string[]): Fault {
  const nearest = node.kind === 'value' ? undefined : nearestKey(key, known);
  const here = assignment.path.slice(0, depth).join('.');
  const inside =
    node.kind === 'group'
      ? `; ${here === '' ? 'the sections are' : `the keys of ${here} are`} ${[...node.children.keys()].join(', ')}`
      : `; ${here} is a single value and has no keys below it`;
  return { source: assignment.source, key, message: `is not known${nearest === undefined ? inside : `; did you mean ${nearest}?`}` };
}

function setAt(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = object;
  for (const key of path.slice(0, -1)) {
    const next = (at[key] ?? {}) as Record<string, unknown>;
    at[key] = next;
    at = next;
  }
  at[path.at(-1) ?? ''] = value;
}
