import type { ToolCall } from '../../ports.ts';
import type { SlotValue } from '../slots/slot-type.ts';
import type { ActionArguments } from './action.ts';
import { argumentsFault, isSecret, type DeclaredAction } from './declared-action.ts';
import { isTool } from './tools.ts';

/** What becomes of an action that an LLM asks for. Authority is not the LLM's: it can only propose. */
export type Proposal =
  /** Declared as not needing a confirmation, and every argument is in order. */
  | { readonly kind: 'run'; readonly callId: string; readonly name: string; readonly args: ActionArguments }
  /** The form goes on from here, with these values filled in: asks for what is missing, reads back, and only the caller's yes lets it run. */
  | { readonly kind: 'confirm'; readonly callId: string; readonly name: string; readonly args: ActionArguments }
  /** `why` is for the LLM. */
  | { readonly kind: 'refuse'; readonly callId: string; readonly code: string; readonly why: string };

export function decide(actions: readonly DeclaredAction[], hasForm: (actionName: string) => boolean, call: ToolCall): Proposal {
  const refuse = (code: string, why: string): Proposal => ({ kind: 'refuse', callId: call.id, code, why });
  const action = actions.find(({ declaration }) => declaration.name === call.name);
  if (action === undefined || !isTool(action, hasForm)) return refuse('unknown-action', 'there is no such tool');
  const args = readArguments(call.argumentsText, action.declaration.confirm || action.arguments.size === 0);
  if (args === undefined) return refuse('bad-arguments', 'the arguments are not a JSON object');
  const secret = Object.keys(args).find((name) => isSecret(action, name));
  if (secret !== undefined) return refuse('bad-arguments', `"${secret}" is asked for without you`);
  const { name, confirm } = action.declaration;
  const fault = argumentsFault(confirm ? allOptional(action) : action, args);
  if (fault !== undefined) return refuse('bad-arguments', fault);
  return { kind: confirm ? 'confirm' : 'run', callId: call.id, name, args: args as Readonly<Record<string, SlotValue>> };
}

/** What is missing the form will ask for. */
function allOptional(action: DeclaredAction): DeclaredAction {
  return { ...action, arguments: new Map([...action.arguments].map(([name, argument]) => [name, { ...argument, optional: true }])) };
}

/**
 * `null` for what is not known is how many models leave an argument out. No text at all is an empty object only where
 * nothing can be lost by it: there are no arguments, or the caller is asked for them.
 */
function readArguments(text: string, mayBeEmpty: boolean): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === '') return mayBeEmpty ? {} : undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
  } catch {
    return undefined;
  }
}
