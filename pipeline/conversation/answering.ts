import type { Ms } from '#domain/units';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import type { Acting } from './acting.ts';
import type { BotTurn } from './bot-turn.ts';
import { isWorthGuessing } from './guessing.ts';
import type { Memory } from './memory.ts';
import type { SpeakingContext, WorkInput } from './speaking-messages.ts';
import type { ToolUse } from './tool-use.ts';
import type { Toning } from './toning.ts';
import type { TurnCourse } from './turn-course.ts';
import type { TurnsAtHand } from './turns-at-hand.ts';

export interface AnsweringParts {
  readonly turns: TurnsAtHand;
  readonly memory: Memory;
  readonly toning: Toning;
  readonly course: TurnCourse;
  readonly toolUse: ToolUse;
  readonly acting: Acting;
}

/** How a turn gets its words: from its plan, and from what services answer to what the plan asked of them. */
export class Answering {
  readonly #context: SpeakingContext;
  readonly #parts: AnsweringParts;

  constructor(context: SpeakingContext, parts: AnsweringParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Begins what the plan says; the answer to `match` brings another plan. */
  follow(nowMs: Ms, turn: BotTurn, plan: ReplyPlan): void {
    const { turns, toning, course } = this.#parts;
    if (plan.kind === 'match') return turns.act({ kind: 'match', turnId: turn.turnId, text: turn.callerText, expecting: plan.expecting });
    if (turn === turns.prepared && !this.#isWorthPreparing(turn, plan)) return turn.defer(plan);
    const worded = toning.word(turn, plan);
    turn.follow(nowMs, worded);
    toning.chosen(turn);
    if (turn === turns.current) this.apply(nowMs, turn);
    if (worded.kind === 'llm') return this.#askLlm(turn, worded.facts);
    if (worded.kind !== 'say') return;
    turn.speech.say(worded.texts, worded.pace);
    if (turn === turns.prepared) course.go(nowMs, turn);
  }

  /** The plan of a turn that is said for good has its effects. */
  apply(nowMs: Ms, turn: BotTurn): void {
    const { memory, acting, turns } = this.#parts;
    const { plan } = turn;
    if (plan === undefined) return;
    memory.dialogue.applied(plan);
    if (plan.kind === 'act') acting.begin(nowMs, turn, plan);
    if (plan.kind === 'say' && plan.message !== undefined) turns.emit({ kind: 'message-taken', text: turn.recordedText });
  }

  /** The final text says the same as the partial one did: what was too dear for a guess may begin. */
  confirmGuess(nowMs: Ms, turn: BotTurn): void {
    turn.confirm();
    this.followDeferred(nowMs, turn);
  }

  followDeferred(nowMs: Ms, turn: BotTurn): void {
    const plan = turn.takeDeferred();
    if (plan !== undefined) this.follow(nowMs, turn, plan);
  }

  /** What a service has answered. */
  worked(nowMs: Ms, turn: BotTurn, input: WorkInput): void {
    const { memory, toning, course } = this.#parts;
    switch (input.kind) {
      case 'matched':
        toning.matched(turn, input.tone);
        if (turn.plan === undefined && turn.failure === undefined)
          this.follow(nowMs, turn, memory.dialogue.planMatch(input.match, turn.callerText, turn.heard));
        return;
      case 'match-failed': {
        const plan = memory.dialogue.planWithoutMatch(turn.callerText, turn.heard);
        if (plan === undefined || turn.plan !== undefined) return course.fault(nowMs, turn, 'embedding', input.code);
        course.fault(nowMs, turn, 'embedding', input.code, false);
        return this.follow(nowMs, turn, plan);
      }
      case 'llm-text':
      case 'llm-done':
      case 'llm-calls':
        return turn.failure === undefined ? this.#replied(nowMs, turn, input) : undefined;
      case 'llm-failed':
        return course.fault(nowMs, turn, 'llm', input.code);
      case 'pcm':
        if (!turn.speech.isSpeaking(input.pieceId) || input.pcm.length === 0) return;
        turn.times.pcmCame(nowMs);
        if (turn === this.#parts.turns.current) course.soundCame();
        return turn.speech.pcm(input.pieceId, input.pcm);
      case 'piece-made':
        return turn.speech.pieceMade(input.pieceId);
      case 'piece-failed':
        return turn.speech.isSpeaking(input.pieceId) ? course.fault(nowMs, turn, 'tts', input.code) : undefined;
    }
  }

  #replied(nowMs: Ms, turn: BotTurn, input: Extract<WorkInput, { kind: 'llm-text' | 'llm-done' | 'llm-calls' }>): void {
    const { turns, course, acting } = this.#parts;
    switch (input.kind) {
      case 'llm-text':
        turn.times.answerCame(nowMs);
        if (turn.speech.write(input.delta)) return;
        turn.speech.endText();
        return turns.act({ kind: 'stop-llm', turnId: turn.turnId });
      case 'llm-done':
        return course.endWords(nowMs, turn);
      case 'llm-calls':
        return turn === turns.current ? acting.called(nowMs, turn, input.calls) : turn.holdCalls(input.calls);
    }
  }

  #askLlm(turn: BotTurn, facts: readonly string[]): void {
    const { memory, toning, toolUse, acting } = this.#parts;
    const prompt = toolUse.prompt(this.#context.persona.prompt);
    acting.ask(turn, memory.history.messages(prompt, turn.recordedText, facts, toning.note(turn)));
  }

  #isWorthPreparing(turn: BotTurn, plan: ReplyPlan): boolean {
    if (plan.kind !== 'act' && plan.kind !== 'llm') return true;
    const { turns } = this.#parts.memory.dialogue.language;
    return isWorthGuessing(plan, turn.callerText, turn.state !== 'guessed', this.#context.options.speculation, turns);
  }
}
