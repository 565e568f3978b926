import { unreachable } from '#domain/assert';
import type { TurnOutcome } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { ActionResult } from '../dialogue/actions/action.ts';
import { isKeysName } from '../dialogue/actions/key-tones.ts';
import type { ToolStep } from '../dialogue/actions/tool-turn.ts';
import { type Dialogue } from '../dialogue/dialogue.ts';
import { say, type ActPlan, type ReplyPlan } from '../dialogue/reply-plan.ts';
import type { ChatMessage, ToolCall, ToolSpec } from '../ports.ts';
import type { BotTurn } from './bot-turn.ts';
import type { ConversationAction } from './messages.ts';
import type { ActionInput } from './speaking-messages.ts';
import { GIVEN_UP, RunningActions, type RunningAction } from './running-actions.ts';
import type { ToolRun, ToolUse } from './tool-use.ts';

/** What doing something needs of the speaking half. */
export interface Speaker {
  readonly dialogue: Dialogue;
  /** Said where the bot hangs up without other words. */
  readonly goodbye: string;
  /** The turn that is being said. */
  readonly turn: () => BotTurn | undefined;
  readonly follow: (nowMs: Ms, turn: BotTurn, plan: ReplyPlan) => void;
  /** Hands on what can go on. */
  readonly go: (nowMs: Ms, turn: BotTurn) => void;
  /** No more words will come. */
  readonly endWords: (nowMs: Ms, turn: BotTurn) => void;
  /** Words have to come from here on. */
  readonly expectWords: (nowMs: Ms, turn: BotTurn) => void;
  readonly act: (action: ConversationAction) => void;
}

/** What the bot does for the caller, by a form or as an LLM's tool, and what is told of it: in its turn, or later where that is over. */
export class Acting {
  readonly #speaker: Speaker;
  readonly #tools: ToolUse;
  readonly #actions: RunningActions;
  /** Results that came when their turn was over already. */
  readonly #untold: ReplyPlan[] = [];

  constructor(callId: string, tools: ToolUse, speaker: Speaker) {
    this.#speaker = speaker;
    this.#tools = tools;
    this.#actions = new RunningActions(callId);
  }

  get wakeAtMs(): Ms | undefined {
    return this.#actions.wakeAtMs;
  }

  /** Runs what the plan says; its words depend on the result. */
  begin(nowMs: Ms, turn: BotTurn, plan: ActPlan): number {
    turn.actionBegun();
    const request = this.#actions.begin(nowMs, turn.turnId, plan);
    this.#speaker.act({ kind: 'run-action', request });
    return request.actionId;
  }

  handle(nowMs: Ms, input: ActionInput): void {
    if (input.kind === 'action-result') this.#ended(nowMs, input.actionId, input.result);
    else this.#press(nowMs, input.name);
  }

  #press(nowMs: Ms, name: string): void {
    const turn = this.#speaker.turn();
    if (turn === undefined || !turn.awaitsAction) {
      this.#untold.push(say([name], 'dialogue'));
      return;
    }
    turn.speech.sayMeanwhile(name);
    this.#speaker.go(nowMs, turn);
  }

  #ended(nowMs: Ms, actionId: number, result: ActionResult): void {
    const running = this.#actions.take(actionId);
    if (running === undefined) return;
    const tool = this.#tools.take(actionId);
    if (tool !== undefined) return this.#toolEnded(nowMs, tool, result);
    const plan = this.#speaker.dialogue.planResult(running.plan.form.state, result);
    const turn = this.#speaker.turn();
    if (turn?.turnId !== running.turnId || !turn.awaitsAction) {
      this.#untold.push(plan);
      return;
    }
    turn.tellResult();
    this.#speaker.follow(nowMs, turn, plan);
    this.#speaker.expectWords(nowMs, turn);
    this.#speaker.go(nowMs, turn);
  }

  /** A turn is over: a result of which hardly anything was heard is told again. */
  closed(turn: BotTurn, outcome: TurnOutcome): void {
    const { plan } = turn;
    const isUnheard = turn.tellsResult && outcome !== 'completed' && turn.speech.heardMs < MIN_HEARD_MS;
    // An offer that was cut short is answered already; the end of it all has to be heard.
    if (isUnheard && plan?.kind === 'say' && plan.form?.state === undefined && !plan.texts.some(isKeysName)) this.#untold.push(plan);
  }

  takeUntold(): ReplyPlan | undefined {
    return this.#untold.shift();
  }

  /** Says something while an action takes long, and gives up on those that do not come to an end. */
  wake(nowMs: Ms): void {
    const { slow, late } = this.#actions.wake(nowMs);
    for (const running of slow) this.#fill(nowMs, running);
    for (const { actionId } of late) this.#ended(nowMs, actionId, GIVEN_UP);
  }

  /** The LLM is asked for the words of this turn, with its tools where it has any. */
  ask(turn: BotTurn, messages: readonly ChatMessage[]): void {
    turn.useTools(this.#tools.turn(messages));
    this.#askLlm(turn, messages, this.#tools.tools);
  }

  /** Its words have ended with calls: what they lead to is decided without it. */
  called(nowMs: Ms, turn: BotTurn, calls: readonly ToolCall[]): void {
    turn.speech.endSentence();
    this.#take(nowMs, turn, turn.tools?.calls(turn.speech.writtenText, calls) ?? [{ kind: 'end' }]);
  }

  /** What it called for while the turn was only prepared: now it is real. */
  calledBefore(nowMs: Ms, turn: BotTurn): void {
    const calls = turn.takeHeldCalls();
    if (calls.length === 0) return;
    this.called(nowMs, turn, calls);
    this.#speaker.go(nowMs, turn);
  }

  #take(nowMs: Ms, turn: BotTurn, steps: readonly ToolStep[]): void {
    for (const step of steps) {
      switch (step.kind) {
        case 'run': {
          const plan = this.#tools.plan(step);
          if (plan !== undefined) this.#tools.begun(this.begin(nowMs, turn, plan), turn.turnId, step);
          break;
        }
        case 'confirm': {
          turn.actionOver();
          const plan = this.#speaker.dialogue.planProposal(step.name, step.args, turn.callerText);
          if (plan === undefined) this.#speaker.endWords(nowMs, turn);
          else this.#speaker.follow(nowMs, turn, plan);
          break;
        }
        case 'ask':
          turn.actionOver();
          turn.speech.awaitWords();
          if (turn.speech.writtenText !== '') turn.speech.write(' ');
          this.#speaker.expectWords(nowMs, turn);
          this.#askLlm(turn, step.messages, step.tools);
          break;
        case 'end':
          this.#speaker.endWords(nowMs, turn);
          break;
        default:
          unreachable(step);
      }
    }
  }

  #toolEnded(nowMs: Ms, tool: ToolRun, result: ActionResult): void {
    const turn = this.#speaker.turn();
    if (turn?.turnId !== tool.turnId || turn.failure !== undefined) {
      const words = this.#tools.lateWords(tool, result);
      if (words !== undefined) this.#untold.push(say([words], 'dialogue'));
      return;
    }
    if (tool.action.declaration.kind === 'end-call' && result.kind === 'done') {
      turn.actionOver();
      turn.endCallAfter({ by: 'bot', code: 'goodbye' });
      if (turn.speech.isAnswered) turn.speech.endText();
      else turn.speech.say([this.#speaker.goodbye]);
    } else this.#take(nowMs, turn, turn.tools?.result(tool.callId, result) ?? []);
    this.#speaker.go(nowMs, turn);
  }

  /** The caller hears that it is being done, once; not while they are still being told so in other words. */
  #fill(nowMs: Ms, { turnId, plan: { filler } }: RunningAction): void {
    const turn = this.#speaker.turn();
    if (turn?.turnId !== turnId || !turn.awaitsAction || turn.speech.unplayedMs > 0 || turn.speech.writtenText.endsWith(filler)) return;
    turn.speech.sayMeanwhile(filler);
    this.#speaker.expectWords(nowMs, turn);
    this.#speaker.go(nowMs, turn);
  }

  #askLlm({ turnId }: BotTurn, messages: readonly ChatMessage[], tools: readonly ToolSpec[]): void {
    this.#speaker.act({ kind: 'ask-llm', turnId, messages, tools });
  }
}

/** A guess: half a sentence. */
const MIN_HEARD_MS = 1_000;
