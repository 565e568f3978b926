import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorText } from '#domain/errors';
import type { ModuleAction } from '../../dialogue/actions/declaration.ts';
import type { DeclaredAction } from '../../dialogue/actions/declared-action.ts';
import type { ActionModule } from './module-types.ts';

export type LoadedModule = { readonly module: ActionModule } | { readonly faults: readonly string[] };

/** Loads the function of a `module` action from the persona's folder. Never throws: what is wrong is told by file and export. */
export async function loadActionModule(
  directory: string,
  action: DeclaredAction & { readonly declaration: ModuleAction },
): Promise<LoadedModule> {
  const { file, export: name } = action.declaration;
  const path = join(directory, file);
  if (!existsSync(path)) return { faults: [`${file}: there is no such file in ${directory}`] };
  let exported: unknown;
  try {
    const loaded = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    if (!(name in loaded)) return { faults: [`${file}: exports no "${name}"; it exports ${Object.keys(loaded).join(', ') || 'nothing'}`] };
    exported = loaded[name];
  } catch (error) {
    return { faults: [`${file}: cannot be loaded: ${errorText(error).split('\n')[0]}`] };
  }
  const shape = shapeFault(exported);
  if (shape !== undefined) return { faults: [`${file}: "${name}" ${shape}`] };
  const module = exported as ActionModule;
  const faults = argumentFaults(module, action).map((fault) => `${file}: "${name}" ${fault}`);
  return faults.length === 0 ? { module } : { faults };
}

function shapeFault(exported: unknown): string | undefined {
  const wanted = 'must be an object { arguments: { name: type }, run(args, context, signal) }';
  if (typeof exported !== 'object' || exported === null) return `${wanted}, and is a ${typeof exported}`;
  const { arguments: types, run, optional } = exported as Readonly<Record<string, unknown>>;
  if (typeof run !== 'function') return `${wanted}: it has no function "run"`;
  if (typeof types !== 'object' || types === null) return `${wanted}: it does not tell its arguments`;
  if (optional !== undefined && !Array.isArray(optional)) return '"optional" must be a list of names';
  return undefined;
}

/** The function's own arguments against those that the declaration will give it. */
function argumentFaults(module: ActionModule, action: DeclaredAction): readonly string[] {
  const faults: string[] = [];
  for (const [name, type] of Object.entries(module.arguments)) {
    const given = action.arguments.get(name);
    const mayMiss = module.optional?.includes(name) === true;
    if (given === undefined) {
      if (!mayMiss) faults.push(`needs the argument "${name}" (${type}), which action "${action.declaration.name}" does not have`);
    } else if (given.type.type !== type)
      faults.push(`takes "${name}" as ${type}, but action "${action.declaration.name}" has it as ${given.type.type}`);
    else if (given.optional && !mayMiss)
      faults.push(`needs the argument "${name}", which is optional in action "${action.declaration.name}"`);
  }
  for (const name of action.arguments.keys()) {
    if (!Object.hasOwn(module.arguments, name)) faults.push(`does not take "${name}", which action "${action.declaration.name}" gives it`);
  }
  return faults;
}
