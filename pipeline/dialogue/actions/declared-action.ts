import type { SlotType, SlotValue } from '../slots/slot-type.ts';
import type { ActionArguments, Authority } from './action.ts';
import type { ActionDeclaration } from './declaration.ts';

export interface ActionArgument {
  readonly type: SlotType;
  /** Never in a record, a log line or an LLM's prompt. */
  readonly secret: boolean;
  readonly optional: boolean;
}

/** An action with the types of its arguments: what its form or its own declaration says they are. */
export interface DeclaredAction {
  readonly declaration: ActionDeclaration;
  readonly arguments: ReadonlyMap<string, ActionArgument>;
}

/**
 * What is wrong with `args`, for logs and for an LLM that made them up; the values themselves are not in it.
 * Undefined: all of them are of their types, none is missing and none is left over.
 */
export function argumentsFault(action: DeclaredAction, args: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of Object.keys(args))
    if (!action.arguments.has(name))
      return `"${name.slice(0, 40)}" is no argument: it has ${[...action.arguments.keys()].join(', ') || 'none'}`;
  for (const [name, { type, optional }] of action.arguments) {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined) {
      if (!optional) return `"${name}" is missing`;
    } else if (!type.accepts(value)) return `"${name}" is not a ${type.type} as the schema wants it`;
  }
  return undefined;
}

/** Why `authority` does not suffice; undefined where it does. The law that no other part can bend. */
export function authorityFault({ declaration }: DeclaredAction, authority: Authority): string | undefined {
  if (authority.by === 'caller')
    return authority.readBack.trim() === '' || authority.answer.trim() === ''
      ? 'a confirmation has the words that were read back and those of the answer'
      : undefined;
  return declaration.confirm ? 'needs the yes of the caller to a read-back' : undefined;
}

/** Values as records may show them. */
export function masked(action: DeclaredAction, values: Readonly<Record<string, SlotValue>>): ActionArguments {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isSecret(action, name) ? MASK : value]));
}

export function isSecret(action: DeclaredAction, name: string): boolean {
  return action.arguments.get(name)?.secret === true || action.declaration.secret.includes(name);
}

/** Whether doing it leaves the world as it was, so that it may be broken off and done again. */
export function changesNothing({ declaration }: DeclaredAction): boolean {
  return declaration.kind === 'http' && declaration.method === 'GET';
}

export const MASK = '[masked]';
/** For one key of the keypad. */
export const MASKED_DIGIT = '•';
