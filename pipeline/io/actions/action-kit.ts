import type { CallId } from '#domain/call';
import type { ActionRequest, ActionResult, ActionRunner } from '../../dialogue/actions/action.ts';
import type { ActionDeclaration, HttpAction, ModuleAction } from '../../dialogue/actions/declaration.ts';
import type { ActionArgument, DeclaredAction } from '../../dialogue/actions/declared-action.ts';
import { declareActions } from '../../dialogue/actions/declare-actions.ts';
import { moduleResult } from '../../dialogue/actions/module-result.ts';
import type { FormDeclaration } from '../../dialogue/forms/declaration.ts';
import { civilTime } from '../../dialogue/forms/civil-time.ts';
import { languageOrDefault } from '../../language/language-of.ts';
import { createSlotType } from '../../dialogue/slots/index.ts';
import { createActionRunner, type ActionRunnerDeps, type Performer } from './action-runner.ts';
import { loadActionModule } from './load-module.ts';
import type { ActionModule } from './module-types.ts';
import { HttpCaller } from './run-http.ts';

/** What of a persona its actions are made from. */
export interface ActingPersona {
  readonly language: string;
  readonly name: string;
  readonly actions: readonly ActionDeclaration[];
  readonly forms: readonly FormDeclaration[];
  readonly timeZone?: string | undefined;
}

export interface ActionKitParts {
  /** The personas' folder, from which modules are loaded. */
  readonly directory: string;
  /** Where modules keep what they have to remember. */
  readonly dataDir: string;
  readonly allowHosts: readonly string[];
  readonly secretOf: (name: string) => string | undefined;
  readonly wallMs: () => number;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** The actions of all personas, ready to be performed. */
export interface ActionKit {
  actionsOf(persona: { readonly name: string }): readonly DeclaredAction[];
  runnerFor(persona: { readonly name: string }, call: Omit<ActionRunnerDeps, 'performerOf' | 'onRunning' | 'log'>): ActionRunner;
  /** Waits, bounded, until what was begun is finished. */
  close(): Promise<void>;
}

/** What keeps an action from working. */
export interface ActionFault {
  readonly persona: string;
  /** Name of the action, and its place in the persona's list. */
  readonly action: string;
  readonly index: number;
  readonly message: string;
}

/** Loads modules and makes ready what actions need; `faults` tells what cannot work. */
export async function openActionKit(
  personas: readonly ActingPersona[],
  parts: ActionKitParts,
): Promise<{ readonly kit: ActionKit; readonly faults: readonly ActionFault[] }> {
  const faults: ActionFault[] = [];
  const declared = new Map<string, readonly DeclaredAction[]>();
  const performers = new Map<DeclaredAction, Performer>();
  for (const persona of personas) {
    const actions = declareActions(
      persona.actions,
      (spec) => createSlotType(spec, languageOrDefault(persona.language).slots),
      (declaration) => formSlots(persona, declaration),
    );
    declared.set(persona.name, actions);
    for (const [index, action] of actions.entries()) {
      const made = await performerOf(action, persona, parts);
      faults.push(...made.faults.map((message) => ({ persona: persona.name, action: action.declaration.name, index, message })));
      if (made.performer !== undefined) performers.set(action, made.performer);
    }
  }
  const running = new Set<Promise<void>>();
  const actionsOf = ({ name }: { readonly name: string }): readonly DeclaredAction[] => declared.get(name) ?? [];
  const kit: ActionKit = {
    actionsOf,
    runnerFor: (persona, call) =>
      createActionRunner(actionsOf(persona), {
        ...call,
        log: parts.log,
        performerOf: (action) => performers.get(action),
        onRunning: (work) => {
          running.add(work);
          void work.finally(() => running.delete(work));
        },
      }),
    close: async () => {
      await Promise.race([Promise.allSettled(running), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref())]);
      await Promise.all([...performers.values()].flatMap((performer) => (performer.kind === 'http' ? [performer.caller.close()] : [])));
    },
  };
  return { kit, faults };
}

/** The slots of the form that ends in an action, under the names of its arguments. */
function formSlots(
  { forms, language }: ActingPersona,
  { name, arguments: declared }: ActionDeclaration,
): ReadonlyMap<string, ActionArgument> | undefined {
  const form = forms.find(({ complete }) => complete.action === name);
  if (form === undefined) return undefined;
  const slots = new Map(
    form.slots.map((slot) => [
      slot.name,
      {
        type: createSlotType(slot.spec, languageOrDefault(language).slots),
        secret: slot.secret,
        optional: slot.optional && slot.default === undefined,
      },
    ]),
  );
  const names = declared === undefined ? [...slots.keys()] : Object.keys(declared);
  return new Map(
    names.flatMap((argument) => {
      const found = slots.get(form.complete.arguments[argument] ?? argument);
      return found === undefined ? [] : [[argument, found] as const];
    }),
  );
}

async function performerOf(
  action: DeclaredAction,
  persona: ActingPersona,
  parts: ActionKitParts,
): Promise<{ readonly performer?: Performer; readonly faults: readonly string[] }> {
  const { declaration } = action;
  if (declaration.kind === 'http') return httpPerformer(declaration, parts);
  if (declaration.kind !== 'module') return { faults: [] };
  const loaded = await loadActionModule(parts.directory, action as DeclaredAction & { readonly declaration: ModuleAction });
  if ('faults' in loaded) return loaded;
  return { performer: modulePerformer(declaration, loaded.module, persona, parts), faults: [] };
}

function httpPerformer(
  declaration: HttpAction,
  { allowHosts, secretOf }: ActionKitParts,
): { readonly performer: Performer; readonly faults: readonly string[] } {
  const caller = new HttpCaller(declaration, { allowHosts, secretOf });
  return { performer: { kind: 'http', caller }, faults: caller.faults };
}

function modulePerformer(
  { name, settings }: ModuleAction,
  module: ActionModule,
  { timeZone }: ActingPersona,
  { dataDir, log, wallMs }: ActionKitParts,
): Performer {
  const perform = async (request: ActionRequest, callId: CallId, signal: AbortSignal): Promise<ActionResult> => {
    try {
      return moduleResult(
        await module.run(
          request.args,
          {
            now: civilTime(wallMs(), timeZone),
            callId,
            idempotencyKey: request.idempotencyKey,
            settings,
            dataDir,
            log: (note, fields) => log.info({ note, fields, action: name, callId }, 'action note'),
          },
          signal,
        ),
      );
    } catch (error) {
      log.error({ action: name, callId, err: error }, 'a module action threw an error');
      return {
        kind: 'failed',
        code: 'module-threw',
        detail: error instanceof Error ? error.name : 'something was thrown',
        mayHaveHappened: true,
      };
    }
  };
  return { kind: 'module', perform };
}

const CLOSE_WITHIN_MS = 5000;
