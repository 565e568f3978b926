import type { ChatMessage, ToolCall, ToolSpec } from '../../ports.ts';
import type { ActionArguments, ActionResult } from './action.ts';
import type { DeclaredAction } from './declared-action.ts';
import { decide } from './proposals.ts';
import { isTool, toolRefusalText, toolResultText, toolSpec } from './tools.ts';

/** What a reply's calls lead to. */
export type ToolStep =
  /** Run it by the persona's own declaration, and tell `result` what came of it. */
  | { readonly kind: 'run'; readonly callId: string; readonly name: string; readonly args: ActionArguments }
  /** The form of this action goes on; the LLM is not asked again in this turn. */
  | { readonly kind: 'confirm'; readonly name: string; readonly args: ActionArguments }
  | { readonly kind: 'ask'; readonly messages: readonly ChatMessage[]; readonly tools: readonly ToolSpec[] }
  /** Nothing more is to be said than what was. */
  | { readonly kind: 'end' };

/** The persona's actions, as far as an LLM may use them. */
export interface Toolbox {
  readonly actions: readonly DeclaredAction[];
  readonly hasForm: (actionName: string) => boolean;
}

export function toolsOf({ actions, hasForm }: Toolbox): readonly ToolSpec[] {
  return actions.filter((action) => isTool(action, hasForm)).map(toolSpec);
}

/** Core: one turn in which an LLM uses tools: its calls, their results, and asking it again, so many times and no more. */
export class ToolTurn {
  readonly #toolbox: Toolbox;
  #messages: readonly ChatMessage[];
  #rounds = 0;
  /** Of what was said in this turn, so much is in the messages. */
  #toldChars = 0;
  /** Calls of this round in their order, with what they are answered by; undefined while one runs. */
  #answers = new Map<string, string | undefined>();
  #isHandedOn = false;

  constructor(toolbox: Toolbox, messages: readonly ChatMessage[]) {
    this.#toolbox = toolbox;
    this.#messages = messages;
  }

  /** The reply has ended with these calls; `text` is all that was said in the turn so far. */
  calls(text: string, calls: readonly ToolCall[]): readonly ToolStep[] {
    if (this.#isHandedOn || this.#rounds >= MAX_ROUNDS || calls.length === 0) return [{ kind: 'end' }];
    this.#rounds += 1;
    const unique = withUniqueIds(calls);
    this.#messages = [...this.#messages, { role: 'assistant', content: text.slice(this.#toldChars).trim(), toolCalls: unique }];
    this.#toldChars = text.length;
    this.#answers = new Map();
    const steps: ToolStep[] = [];
    for (const call of unique) {
      const proposal = decide(this.#toolbox.actions, this.#toolbox.hasForm, call);
      this.#answers.set(call.id, undefined);
      if (proposal.kind === 'run') steps.push(proposal);
      else if (proposal.kind === 'refuse') this.#answers.set(call.id, toolRefusalText(proposal.code, proposal.why));
      else if (this.#isHandedOn)
        this.#answers.set(call.id, toolRefusalText('one-at-a-time', 'the caller is asked about one thing at a time'));
      else {
        this.#isHandedOn = true;
        steps.push({ kind: 'confirm', name: proposal.name, args: proposal.args });
      }
    }
    return [...steps, ...this.#whenAnswered()];
  }

  /** What came of a call; of one that is not waited for, nothing follows. */
  result(callId: string, result: ActionResult): readonly ToolStep[] {
    if (!this.#answers.has(callId) || this.#answers.get(callId) !== undefined) return [];
    this.#answers.set(callId, toolResultText(result));
    return this.#whenAnswered();
  }

  #whenAnswered(): readonly ToolStep[] {
    if (this.#isHandedOn || [...this.#answers.values()].includes(undefined)) return [];
    const answers = [...this.#answers].map(([toolCallId, content]): ChatMessage => ({ role: 'tool', toolCallId, content: content ?? '' }));
    this.#messages = [...this.#messages, ...answers];
    // After the last round it has to answer in words.
    return [{ kind: 'ask', messages: this.#messages, tools: this.#rounds < MAX_ROUNDS ? toolsOf(this.#toolbox) : [] }];
  }
}

/** Ids are the model's own: two of the same would answer each other. */
function withUniqueIds(calls: readonly ToolCall[]): readonly ToolCall[] {
  const seen = new Set<string>();
  return calls.map((call, at) => {
    let { id } = call;
    while (seen.has(id)) id = `${id}-${at + 1}`;
    seen.add(id);
    return { ...call, id };
  });
}

/** Each costs the caller a second or two of silence. */
const MAX_ROUNDS = 3;
