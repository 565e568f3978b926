import type { SlotType, SlotValue } from '../../slots/slot-type.ts';
import { actionDeclaration, type HttpAction, type ModuleAction } from '../declaration.ts';
import type { DeclaredAction } from '../declared-action.ts';

type Argument = 'text' | 'number' | 'secret' | 'optional';

/** A declared action whose arguments are texts and numbers, without the reading of speech. */
export function declared(declaration: Readonly<Record<string, unknown>>, args: Readonly<Record<string, Argument>> = {}): DeclaredAction {
  return {
    declaration: actionDeclaration.parse(declaration),
    arguments: new Map(
      Object.entries(args).map(([name, kind]) => [
        name,
        { type: plainType(kind === 'number' ? 'number' : 'text'), secret: kind === 'secret', optional: kind === 'optional' },
      ]),
    ),
  };
}

export function httpAction(declaration: Readonly<Record<string, unknown>>): HttpAction {
  const parsed = actionDeclaration.parse({ name: 'order', kind: 'http', ...declaration });
  if (parsed.kind !== 'http') throw new Error('not an http action');
  return parsed;
}

export function moduleAction(
  declaration: Readonly<Record<string, unknown>>,
  args: Readonly<Record<string, Argument>>,
): DeclaredAction & { readonly declaration: ModuleAction } {
  return declared({ kind: 'module', ...declaration }, args) as DeclaredAction & { readonly declaration: ModuleAction };
}

export function plainType(type: 'text' | 'number'): SlotType {
  return {
    type,
    read: () => ({ kind: 'none' }),
    say: String,
    schema: type === 'text' ? { type: 'string', maxLength: 100 } : { type: 'number', minimum: 1, maximum: 20 },
    accepts: (value): value is SlotValue =>
      type === 'text'
        ? typeof value === 'string' && value.length > 0 && value.length <= 100
        : typeof value === 'number' && value >= 1 && value <= 20,
    hotwords: [],
    expects: 'words',
    takesKeys: false,
  };
}
