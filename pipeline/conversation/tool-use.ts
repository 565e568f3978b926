import type { TurnId } from '#domain/turn';
import { ms } from '#domain/units';
import type { ActionResult } from '../dialogue/actions/action.ts';
import { changesNothing, type DeclaredAction } from '../dialogue/actions/declared-action.ts';
import { fillTemplate, plainText } from '../dialogue/actions/template.ts';
import { TOOL_RULES } from '../dialogue/actions/tools.ts';
import { ToolTurn, toolsOf, type ToolStep, type Toolbox } from '../dialogue/actions/tool-turn.ts';
import type { ActPlan } from '../dialogue/reply-plan.ts';
import type { SlotValue } from '../dialogue/slots/slot-type.ts';
import type { FallbackLines } from '../language/fallback-lines.ts';
import type { ChatMessage, ToolSpec } from '../ports.ts';

/** An action that an LLM's call has begun. */
export interface ToolRun {
  readonly turnId: TurnId;
  readonly callId: string;
  readonly action: DeclaredAction;
}

/** The actions that a capable LLM may use in a call, and which of its calls runs as which action. */
export class ToolUse {
  readonly #toolbox: Toolbox;
  readonly #lines: FallbackLines['actions'];
  readonly tools: readonly ToolSpec[];
  readonly #runs = new Map<number, ToolRun>();

  constructor(actions: readonly DeclaredAction[], lines: FallbackLines['actions'], hasForm: (actionName: string) => boolean) {
    this.#lines = lines;
    this.#toolbox = { actions, hasForm };
    this.tools = toolsOf(this.#toolbox);
  }

  /** The persona's prompt with what an LLM with tools has to know; always the same text. */
  prompt(ofPersona: string): string {
    return this.tools.length === 0 ? ofPersona : `${ofPersona}\n\n${TOOL_RULES}`.trim();
  }

  turn(messages: readonly ChatMessage[]): ToolTurn | undefined {
    return this.tools.length === 0 ? undefined : new ToolTurn(this.#toolbox, messages);
  }

  /** The plan by which a call is run. It belongs to no form. */
  plan({ name, args }: Extract<ToolStep, { kind: 'run' }>): ActPlan | undefined {
    const action = this.#action(name);
    if (action === undefined) return undefined;
    const { says, timeoutMs } = action.declaration;
    return {
      kind: 'act',
      run: { action: name, args },
      filler: says.running ?? this.#lines.running,
      timeoutMs: ms(timeoutMs),
      form: { state: undefined },
      detail: { tool: name },
    };
  }

  begun(actionId: number, turnId: TurnId, { callId, name }: Extract<ToolStep, { kind: 'run' }>): void {
    const action = this.#action(name);
    if (action !== undefined) this.#runs.set(actionId, { turnId, callId, action });
  }

  /** What the caller is told of an action whose turn was over before it ended; undefined where it only looked something up. */
  lateWords(run: ToolRun, result: ActionResult): string | undefined {
    return lateWords(run, result, this.#lines);
  }

  /** The call behind an action that has ended; undefined: a form began it. */
  take(actionId: number): ToolRun | undefined {
    const run = this.#runs.get(actionId);
    this.#runs.delete(actionId);
    return run;
  }

  #action(name: string): DeclaredAction | undefined {
    return this.#toolbox.actions.find(({ declaration }) => declaration.name === name);
  }
}

function lateWords({ action }: ToolRun, result: ActionResult, lines: FallbackLines['actions']): string | undefined {
  const { says } = action.declaration;
  if (changesNothing(action)) return undefined;
  const values: Readonly<Record<string, SlotValue>> = result.kind === 'failed' ? {} : result.values;
  const fill = (text: string): string => fillTemplate(text, ({ name }) => plainText(values[name]));
  switch (result.kind) {
    case 'done':
      return says.done === undefined ? undefined : fill(says.done);
    case 'refused':
      return fill(says.refused[result.code] ?? says.refusedOtherwise ?? lines.refusedOtherwise);
    case 'failed':
      return result.mayHaveHappened ? (says.uncertain ?? lines.uncertain) : (says.failed ?? lines.failed);
  }
}
