import type { ToneShares } from '#domain/tone';
import { ms, type Ms, type Ratio } from '#domain/units';
import { Dialogue } from '../dialogue/dialogue.ts';
import { say } from '../dialogue/reply-plan.ts';
import { Forms } from '../dialogue/forms/active-form.ts';
import { createForms } from '../dialogue/forms/form.ts';
import { History } from '../dialogue/history.ts';
import { Acting } from './acting.ts';
import { Answering } from './answering.ts';
import type { BotTurn } from './bot-turn.ts';
import { isWorthGuessing, stillFits } from './guessing.ts';
import type { CallerTurn } from './listening.ts';
import { Memory } from './memory.ts';
import type { ActionInput, PlayoutEvent, Saying, SpeakingContext, SpeakingOutput, WorkInput } from './speaking-messages.ts';
import { ToolUse } from './tool-use.ts';
import { Toning } from './toning.ts';
import { TurnCourse } from './turn-course.ts';
import { addEvidence, heardAs } from './turn-record.ts';
import { TurnsAtHand } from './turns-at-hand.ts';

/**
 * The speaking half of a conversation: turns of the caller in, the bot's turns out. At most one turn is being said,
 * and at most one is prepared on speculation, with its audio held back, while the caller may still go on.
 */
export class Speaking {
  readonly memory: Memory;
  readonly toning: Toning;
  readonly #context: SpeakingContext;
  readonly #turns: TurnsAtHand;
  readonly #course: TurnCourse;
  readonly #acting: Acting;
  readonly #answering: Answering;

  constructor(context: SpeakingContext) {
    this.#context = context;
    const forms = new Forms(createForms(context.persona), context.civilTime);
    const dialogue = new Dialogue(context.persona, context.llmCapable, forms);
    const memory = new Memory(dialogue, new History(context.options.historyTurns));
    const turns = new TurnsAtHand(context, memory);
    const toning = new Toning(context, dialogue, (action) => turns.act(action));
    const tools = context.llmCapable ? (context.tools ?? []) : [];
    const toolUse = new ToolUse(tools, dialogue.language.lines.actions, (name) => forms.ofAction(name) !== undefined);
    const course = new TurnCourse({
      speaking: context,
      turns,
      memory,
      toning,
      closed: (turn, outcome) => this.#acting.closed(turn, outcome),
    });
    this.memory = memory;
    this.toning = toning;
    this.#turns = turns;
    this.#course = course;
    this.#acting = new Acting(context.callId, toolUse, {
      dialogue,
      goodbye: context.persona.goodbye,
      turn: () => turns.current,
      follow: (nowMs, turn, plan) => this.#answering.follow(nowMs, turn, plan),
      go: (nowMs, turn) => course.go(nowMs, turn),
      endWords: (nowMs, turn) => course.endWords(nowMs, turn),
      expectWords: (nowMs, turn) => course.expectWords(nowMs, turn),
      act: (action) => turns.act(action),
    });
    this.#answering = new Answering(context, { turns, memory, toning, course, toolUse, acting: this.#acting });
  }

  /** The turn that is being said. */
  get turn(): BotTurn | undefined {
    return this.#turns.current;
  }

  get wakeAtMs(): Ms | undefined {
    const due = [this.#course.wakeAtMs, this.#acting.wakeAtMs].filter((atMs) => atMs !== undefined);
    return due.length === 0 ? undefined : ms(Math.min(...due));
  }

  say(nowMs: Ms, texts: readonly string[], saying: Saying): readonly SpeakingOutput[] {
    this.#turns.drop('another answer');
    const turn = this.#turns.make(saying.callerText ?? '', saying.source);
    const { caller, endReason, failure } = saying;
    const plan = this.toning.word(turn, saying.plan ?? say(texts, saying.source));
    turn.accept({ anchorMs: saying.anchorMs ?? caller?.anchorMs, stages: caller?.stages, endReason, failure });
    this.#turns.take(turn);
    turn.follow(nowMs, plan);
    if (caller !== undefined) addEvidence(turn, caller);
    if (saying.plan !== undefined) this.#answering.apply(nowMs, turn);
    turn.speech.say(plan.texts, plan.pace);
    if (caller !== undefined) this.toning.taken(turn, caller.utterance.newText);
    this.#course.open(nowMs, turn);
    return this.#turns.takeOutputs();
  }

  /** The caller may have finished with these words: prepare the answer, and hold it back. */
  speculate(nowMs: Ms, text: string, isFinal: boolean, confidence: Ratio): readonly SpeakingOutput[] {
    if (this.#turns.current !== undefined) return [];
    const before = this.#turns.prepared;
    const heard = { confidence, keys: false };
    if (before !== undefined && stillFits(this.memory.dialogue, before, text, heard)) {
      if (isFinal && before.state === 'guessed') this.#answering.confirmGuess(nowMs, before);
      return this.#turns.takeOutputs();
    }
    this.#turns.drop('other words');
    const plan = this.memory.dialogue.plan(text, heard);
    this.toning.ask(text, plan);
    if (isWorthGuessing(plan, text, isFinal, this.#context.options.speculation, this.memory.dialogue.language.turns)) {
      const turn = this.#turns.make(text, 'knowledge', heard, isFinal ? 'prepared' : 'guessed');
      this.#turns.prepare(turn);
      this.#answering.follow(nowMs, turn, plan);
    }
    return this.#turns.takeOutputs();
  }

  dropSpeculation(why: string): readonly SpeakingOutput[] {
    this.#turns.drop(why);
    return this.#turns.takeOutputs();
  }

  /** The caller has finished: answer, with what was prepared if it fits. */
  answer(nowMs: Ms, caller: CallerTurn): readonly SpeakingOutput[] {
    const prepared = this.#turns.prepared;
    const heard = heardAs(caller);
    const fits = prepared !== undefined && stillFits(this.memory.dialogue, prepared, caller.text, heard);
    const better = fits ? this.toning.better(prepared) : undefined;
    const isReady = fits && better === undefined;
    if (!isReady) this.#turns.drop('other words');
    const turn = isReady
      ? prepared
      : this.#turns.make(caller.text, this.#context.persona.mode === 'knowledge' ? 'knowledge' : 'llm', heard);
    turn.accept({ anchorMs: caller.anchorMs, stages: caller.stages });
    this.#turns.take(turn);
    turn.note({ speculated: fits });
    if (isReady) {
      this.#answering.apply(nowMs, turn);
      this.#answering.followDeferred(nowMs, turn);
    } else {
      const plan = better ?? this.memory.dialogue.plan(caller.text, heard);
      if (!heard.keys) this.toning.ask(caller.text, plan);
      this.#answering.follow(nowMs, turn, plan);
    }
    addEvidence(turn, caller);
    this.toning.taken(turn, caller.utterance.newText);
    this.#course.open(nowMs, turn);
    this.#acting.calledBefore(nowMs, turn);
    return this.#turns.takeOutputs();
  }

  /** What a service has answered; answers about turns that are gone are ignored. */
  work(nowMs: Ms, input: WorkInput): readonly SpeakingOutput[] {
    const turn = this.#turns.find(input.turnId);
    if (turn === undefined) return [];
    this.#answering.worked(nowMs, turn, input);
    this.#course.go(nowMs, turn);
    return this.#turns.takeOutputs();
  }

  /** The tone in a text by its meaning. */
  toneRead(text: string, shares: ToneShares): readonly SpeakingOutput[] {
    this.toning.read(this.#turns.current, text, shares);
    return this.#turns.takeOutputs();
  }

  playout(nowMs: Ms, event: PlayoutEvent): readonly SpeakingOutput[] {
    const turn = this.#turns.current;
    if (turn === undefined || event.turnId !== turn.turnId) return [];
    this.#course.playout(nowMs, turn, event);
    return this.#turns.takeOutputs();
  }

  /** The far end listens no more, or again. */
  held(nowMs: Ms, on: boolean): void {
    this.#course.held(nowMs, on);
  }

  /** Nothing more of the current turn is said. */
  abort(outcome: 'interrupted' | 'abandoned'): readonly SpeakingOutput[] {
    const turn = this.#turns.current;
    if (turn === undefined) return [];
    this.#turns.act({ kind: 'media', command: { kind: 'abort-turn', turnId: turn.turnId } });
    this.#turns.act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.#course.close(turn, outcome);
    return this.#turns.takeOutputs();
  }

  /** What came of an action, or keys that it presses: told in its own turn, or as soon as there is a place for it (`tellUntold`). */
  acted(nowMs: Ms, input: ActionInput): readonly SpeakingOutput[] {
    this.#acting.handle(nowMs, input);
    return this.#turns.takeOutputs();
  }

  /** Nobody is speaking: what could not be told before is told now. */
  tellUntold(nowMs: Ms): readonly SpeakingOutput[] {
    const plan = this.#turns.current !== undefined || this.memory.dialogue.takesMessage ? undefined : this.#acting.takeUntold();
    if (plan === undefined) return [];
    this.#turns.drop('a result');
    const turn = this.#turns.make('', 'dialogue');
    turn.accept({});
    turn.tellResult();
    this.#turns.take(turn);
    this.#answering.follow(nowMs, turn, plan);
    this.#course.open(nowMs, turn);
    return this.#turns.takeOutputs();
  }

  wake(nowMs: Ms): readonly SpeakingOutput[] {
    this.#acting.wake(nowMs);
    this.#course.wake(nowMs);
    return this.#turns.takeOutputs();
  }
}
