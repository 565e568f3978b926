import type * as z from 'zod';
import { personaSchema, type Persona } from '#pipeline/persona-options';

export interface Understood {
  readonly persona: Persona;
  /** Whether a fault only follows from what was left out: it names a part that is not there any more, or misses all of them. */
  readonly explains: (fault: { readonly path: readonly PropertyKey[]; readonly message: string }) => boolean;
  /** A path in `persona` as a path in the file. */
  readonly original: (path: readonly PropertyKey[]) => readonly PropertyKey[];
}

/**
 * The persona without the parts that have faults, so that what is wrong elsewhere comes in the same report. Undefined
 * when too little is left.
 */
export function withoutFaults(content: Readonly<Record<string, unknown>>, issues: readonly z.core.$ZodIssue[]): Understood | undefined {
  const faulty = issues.map(({ path }) => path);
  const leftOut: string[] = [];
  const kept = new Map<string, readonly number[]>();
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const at = faulty.filter(([top]) => top === key);
    if (at.length === 0) rest[key] = value;
    else if (isPartList(key) && Array.isArray(value) && at.every((path) => path.length > 1)) {
      const indices = value.map((_, index) => index).filter((index) => !at.some((path) => path[1] === index));
      kept.set(key, indices);
      rest[key] = indices.map((index) => value[index] as unknown);
      leftOut.push(...at.flatMap((path) => nameOf(value[Number(path[1])])));
    }
  }
  for (const issue of issues)
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) for (const key of issue.keys) delete rest[key];
  const parsed = personaSchema.safeParse({ ...STAND_INS, ...rest });
  if (!parsed.success) return undefined;
  const original = ([top, index, ...inside]: readonly PropertyKey[]): readonly PropertyKey[] => {
    const indices = kept.get(String(top));
    return [top, indices === undefined ? index : indices[Number(index)], ...inside].filter((part) => part !== undefined);
  };
  const explains = ({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): boolean =>
    path[0] === 'mode' ||
    (content['mode'] === undefined && path[0] === 'forms' && path.length === 1) ||
    leftOut.some((name) => message.includes(`"${name}"`));
  return { persona: parsed.data, explains, original };
}

/** Lists whose entries stand for themselves. */
function isPartList(key: string): boolean {
  return ['knowledge', 'forms', 'actions'].includes(key);
}

function nameOf(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { id, name } = part as { readonly id?: unknown; readonly name?: unknown };
  return [id, name].filter((value) => typeof value === 'string');
}

/** For keys that must be there; that they are missing has been told. */
const STAND_INS = { name: 'x', mode: 'chat', greeting: 'x' };
