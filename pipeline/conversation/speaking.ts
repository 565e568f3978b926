import type { CallEventBody } from '#domain/call-event';
import { TimerTable } from '#domain/timer-table';
import type { ToneShares } from '#domain/tone';
import type { AnswerSource, TurnId, TurnOutcome } from '#domain/turn';
import { ms, type Ms, type Ratio } from '#domain/units';
import { Dialogue, say, type ReplyPlan } from '../dialogue/dialogue.ts';
import { Forms } from '../dialogue/forms/active-form.ts';
import { createForms } from '../dialogue/forms/form.ts';
import { History } from '../dialogue/history.ts';
import { Acting } from './acting.ts';
import { BotTurn } from './bot-turn.ts';
import { isWorthGuessing, stillFits } from './guessing.ts';
import type { CallerTurn } from './listening.ts';
import { Memory } from './memory.ts';
import type { ConversationAction } from './messages.ts';
import type { ActionInput, PlayoutEvent, Saying, Service, SpeakingContext, SpeakingOutput, WorkInput } from './speaking-messages.ts';
import { ToolUse } from './tool-use.ts';
import { Toning } from './toning.ts';
import { addEvidence, closedEvent, heardAs } from './turn-record.ts';

/**
 * The speaking half of a conversation: turns of the caller in, the bot's turns out. At most one turn is being said,
 * and at most one is prepared on speculation, with its audio held back, while the caller may still go on.
 */
export class Speaking {
  readonly memory: Memory;
  readonly toning: Toning;
  readonly #context: SpeakingContext;
  readonly #timers = new TimerTable<'answer-late' | 'stall'>();
  #turn: BotTurn | undefined;
  #speculation: BotTurn | undefined;
  #lastTurnId: TurnId = 0;
  readonly #toolUse: ToolUse;
  readonly #acting: Acting;
  #out: SpeakingOutput[] = [];

  constructor(context: SpeakingContext) {
    this.#context = context;
    const forms = new Forms(createForms(context.persona), context.civilTime);
    this.memory = new Memory(new Dialogue(context.persona, context.llmCapable, forms), new History(context.options.historyTurns));
    this.toning = new Toning(context, this.memory.dialogue, (action) => this.#act(action));
    this.#toolUse = new ToolUse(context.llmCapable ? (context.tools ?? []) : [], (name) => forms.ofAction(name) !== undefined);
    this.#acting = new Acting(context.callId, this.#toolUse, {
      dialogue: this.memory.dialogue,
      goodbye: context.persona.goodbye,
      turn: () => this.#turn,
      follow: (nowMs, turn, plan) => this.#follow(nowMs, turn, plan),
      go: (nowMs, turn) => this.#go(nowMs, turn),
      endWords: (nowMs, turn) => this.#endWords(nowMs, turn),
      expectWords: (nowMs, turn) => this.#expectWords(nowMs, turn),
      act: (action) => this.#act(action),
    });
  }

  get turn(): BotTurn | undefined {
    return this.#turn;
  }

  get wakeAtMs(): Ms | undefined {
    const due = [this.#timers.earliestMs, this.#acting.wakeAtMs].filter((atMs) => atMs !== undefined);
    return due.length === 0 ? undefined : ms(Math.min(...due));
  }

  say(nowMs: Ms, texts: readonly string[], saying: Saying): readonly SpeakingOutput[] {
    this.#drop('another answer');
    const turn = this.#newTurn(saying.callerText ?? '', saying.source);
    turn.anchorMs = saying.anchorMs ?? saying.caller?.anchorMs;
    turn.stages = saying.caller?.stages ?? {};
    turn.endReason = saying.endReason;
    turn.failure = saying.failure;
    const plan = this.toning.word(turn, saying.plan ?? say(texts, saying.source));
    turn.plan = plan;
    turn.marks.answerAtMs = nowMs;
    if (saying.caller !== undefined) addEvidence(turn, saying.caller);
    if (saying.plan !== undefined) this.#apply(nowMs, turn, plan);
    turn.say(plan.texts);
    if (saying.caller !== undefined) this.toning.taken(turn, saying.caller.utterance.newText);
    this.#open(nowMs, turn);
    return this.#take();
  }

  /** The caller may have finished with these words: prepare the answer, and hold it back. */
  speculate(nowMs: Ms, text: string, isFinal: boolean, confidence: Ratio): readonly SpeakingOutput[] {
    if (this.#turn !== undefined) return [];
    const before = this.#speculation;
    const heard = { confidence, keys: false };
    if (before !== undefined && stillFits(this.memory.dialogue, before, text, heard)) {
      if (isFinal && before.isGuess) this.#confirmGuess(nowMs, before);
      return this.#take();
    }
    this.#drop('other words');
    const plan = this.memory.dialogue.plan(text, heard);
    this.toning.ask(text, plan);
    if (isWorthGuessing(plan, text, isFinal, this.#context.options.speculation)) {
      this.#speculation = this.#newTurn(text, 'knowledge');
      this.#speculation.isGuess = !isFinal;
      this.#speculation.heard = heard;
      this.#follow(nowMs, this.#speculation, plan);
    }
    return this.#take();
  }

  dropSpeculation(why: string): readonly SpeakingOutput[] {
    this.#drop(why);
    return this.#take();
  }

  /** The caller has finished: answer, with what was prepared if it fits. */
  answer(nowMs: Ms, caller: CallerTurn): readonly SpeakingOutput[] {
    let turn = this.#speculation;
    const heard = heardAs(caller);
    const fits = turn !== undefined && stillFits(this.memory.dialogue, turn, caller.text, heard);
    const better = fits && turn !== undefined ? this.toning.better(turn) : undefined;
    if (turn === undefined || !fits || better !== undefined) {
      this.#drop('other words');
      turn = this.#newTurn(caller.text, this.#context.persona.mode === 'knowledge' ? 'knowledge' : 'llm');
      turn.heard = heard;
      const plan = better ?? this.memory.dialogue.plan(caller.text, heard);
      if (!heard.keys) this.toning.ask(caller.text, plan);
      this.#follow(nowMs, turn, plan);
    }
    this.#speculation = undefined;
    turn.anchorMs = caller.anchorMs;
    turn.stages = caller.stages;
    turn.detail['speculated'] = fits;
    addEvidence(turn, caller);
    this.#turn = turn;
    if (turn.plan !== undefined) this.#apply(nowMs, turn, turn.plan);
    if (turn.deferredPlan !== undefined) this.#follow(nowMs, turn, turn.deferredPlan);
    this.toning.taken(turn, caller.utterance.newText);
    this.#open(nowMs, turn);
    this.#acting.calledBefore(nowMs, turn);
    return this.#take();
  }

  /** What a service has answered; answers about turns that are gone are ignored. */
  work(nowMs: Ms, input: WorkInput): readonly SpeakingOutput[] {
    const turn = [this.#turn, this.#speculation].find((candidate) => candidate?.turnId === input.turnId);
    if (turn === undefined) return [];
    this.#worked(nowMs, turn, input);
    this.#go(nowMs, turn);
    return this.#take();
  }

  /** The tone in a text by its meaning. */
  toneRead(text: string, shares: ToneShares): readonly SpeakingOutput[] {
    this.toning.read(this.#turn, text, shares);
    return this.#take();
  }

  playout(nowMs: Ms, event: PlayoutEvent): readonly SpeakingOutput[] {
    const turn = this.#turn;
    if (turn === undefined || event.turnId !== turn.turnId) return [];
    switch (event.kind) {
      case 'playout-started':
        turn.marks.firstPacketAtMs ??= event.atMs;
        break;
      case 'playout-progress':
        turn.played(event.pieceId, event.playedSamples);
        this.#reportHeard(turn, false);
        break;
      case 'playout-queue':
        turn.queuedSamples = event.queuedSamples;
        break;
      case 'playout-finished':
        if (!turn.isMade) break;
        turn.ledger.allPlayed();
        this.#close(turn, turn.failure === undefined ? 'completed' : 'failed');
        return this.#take();
    }
    this.#go(nowMs, turn);
    return this.#take();
  }

  /** Nothing more of the current turn is said. */
  abort(outcome: 'interrupted' | 'abandoned'): readonly SpeakingOutput[] {
    const turn = this.#turn;
    if (turn === undefined) return [];
    this.#act({ kind: 'media', command: { kind: 'abort-turn', turnId: turn.turnId } });
    this.#act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.#close(turn, outcome);
    return this.#take();
  }

  /** What came of an action, or keys that it presses: told in its own turn, or as soon as there is a place for it (`tellUntold`). */
  acted(nowMs: Ms, input: ActionInput): readonly SpeakingOutput[] {
    this.#acting.handle(nowMs, input);
    return this.#take();
  }

  /** Nobody is speaking: what could not be told before is told now. */
  tellUntold(nowMs: Ms): readonly SpeakingOutput[] {
    const plan = this.#turn !== undefined || this.memory.dialogue.takesMessage ? undefined : this.#acting.takeUntold();
    if (plan === undefined) return [];
    this.#drop('a result');
    const turn = this.#newTurn('', 'dialogue');
    turn.tellsResult = true;
    turn.hasActed = true;
    this.#turn = turn;
    this.#follow(nowMs, turn, plan);
    this.#open(nowMs, turn);
    return this.#take();
  }

  wake(nowMs: Ms): readonly SpeakingOutput[] {
    this.#acting.wake(nowMs);
    for (const timer of this.#timers.takeDue(nowMs)) {
      const turn = this.#turn;
      if (turn === undefined) continue;
      if (timer === 'answer-late' && !turn.hasSound && !turn.awaitsAction) this.#failLate(nowMs, turn, 'TIMEOUT');
      if (timer === 'stall') this.#stalled(nowMs, turn);
    }
    return this.#take();
  }

  #worked(nowMs: Ms, turn: BotTurn, input: WorkInput): void {
    switch (input.kind) {
      case 'matched':
        this.toning.matched(turn, input.tone);
        if (turn.plan === undefined && turn.failure === undefined)
          this.#follow(nowMs, turn, this.memory.dialogue.planMatch(input.match, turn.callerText, turn.heard));
        return;
      case 'match-failed': {
        const plan = this.memory.dialogue.planWithoutMatch(turn.callerText, turn.heard);
        if (plan === undefined || turn.plan !== undefined) return this.#fault(nowMs, turn, 'embedding', input.code);
        this.#fault(nowMs, turn, 'embedding', input.code, false);
        return this.#follow(nowMs, turn, plan);
      }
      case 'llm-text':
        if (turn.failure !== undefined) return;
        turn.marks.answerAtMs ??= nowMs;
        if (turn.write(input.delta)) return;
        turn.endText();
        return this.#act({ kind: 'stop-llm', turnId: turn.turnId });
      case 'llm-done':
        if (turn.failure !== undefined) return;
        return this.#endWords(nowMs, turn);
      case 'llm-calls':
        if (turn.failure !== undefined) return;
        if (turn === this.#turn) return this.#acting.called(nowMs, turn, input.calls);
        turn.heldCalls = input.calls;
        return;
      case 'llm-failed':
        return this.#fault(nowMs, turn, 'llm', input.code);
      case 'pcm':
        if (!turn.isSpeaking(input.pieceId) || input.pcm.length === 0) return;
        turn.marks.firstPcmAtMs ??= nowMs;
        if (turn === this.#turn) this.#timers.cancel('answer-late');
        return turn.pcm(input.pieceId, input.pcm);
      case 'piece-made':
        return turn.pieceMade(input.pieceId);
      case 'piece-failed':
        return turn.isSpeaking(input.pieceId) ? this.#fault(nowMs, turn, 'tts', input.code) : undefined;
    }
  }

  /** Begins what the plan says; the answer to `match` brings another plan. */
  #follow(nowMs: Ms, turn: BotTurn, plan: ReplyPlan): void {
    if (plan.kind === 'match') return this.#act({ kind: 'match', turnId: turn.turnId, text: turn.callerText, expecting: plan.expecting });
    turn.deferredPlan = undefined;
    if (
      turn === this.#speculation &&
      (plan.kind === 'act' || plan.kind === 'llm') &&
      !isWorthGuessing(plan, turn.callerText, !turn.isGuess, this.#context.options.speculation)
    ) {
      turn.deferredPlan = plan;
      return;
    }
    turn.plan = plan = this.toning.word(turn, plan);
    Object.assign(turn.detail, plan.detail);
    this.toning.chosen(turn);
    if (turn === this.#turn) this.#apply(nowMs, turn, plan);
    if (plan.kind === 'act') return void (turn.source = 'dialogue');
    if (plan.kind === 'llm') {
      turn.source = 'llm';
      const messages = this.memory.history.messages(
        this.#toolUse.prompt(this.#context.persona.prompt),
        turn.recordedText,
        plan.facts,
        this.toning.note(turn),
      );
      return this.#acting.ask(turn, messages);
    }
    turn.source = plan.source;
    turn.marks.answerAtMs = nowMs;
    if (plan.followUp === 'hang-up') turn.endReason = { by: 'bot', code: 'goodbye' };
    turn.say(plan.texts);
    if (turn === this.#speculation) this.#go(nowMs, turn);
  }

  /** The final text says the same as the partial one did: what was too dear for a guess may begin. */
  #confirmGuess(nowMs: Ms, turn: BotTurn): void {
    turn.isGuess = false;
    if (turn.deferredPlan !== undefined) this.#follow(nowMs, turn, turn.deferredPlan);
  }

  #apply(nowMs: Ms, turn: BotTurn, plan: ReplyPlan): void {
    this.memory.dialogue.applied(plan);
    if (plan.kind === 'act') this.#acting.begin(nowMs, turn, plan);
    if (plan.kind === 'say' && plan.message !== undefined) this.#emit({ kind: 'message-taken', text: turn.recordedText });
  }

  /** The caller is not kept waiting for them longer than for any answer. */
  #expectWords(nowMs: Ms, turn: BotTurn): void {
    if (!turn.hasSound) this.#timers.arm('answer-late', ms(nowMs + this.#context.options.faults.answerAtLeastMs));
  }

  #endWords(nowMs: Ms, turn: BotTurn): void {
    turn.endText();
    if (!turn.isAnswered) this.#fault(nowMs, turn, 'llm', 'LLM_EMPTY');
  }

  #open(nowMs: Ms, turn: BotTurn): void {
    this.#turn = turn;
    turn.openedAtMs = nowMs;
    turn.release();
    this.#emit({ kind: 'turn-opened', turnId: turn.turnId, source: turn.source, callerText: turn.recordedText });
    this.toning.chosen(turn);
    const { answerWithinMs, answerAtLeastMs } = this.#context.options.faults;
    const lateAtMs = Math.max((turn.anchorMs ?? nowMs) + answerWithinMs, nowMs + answerAtLeastMs);
    if (!turn.hasSound) this.#timers.arm('answer-late', ms(lateAtMs));
    this.#go(nowMs, turn);
  }

  /** Hands on what can go on, and notices that a turn ended without a sound. */
  #go(nowMs: Ms, turn: BotTurn): void {
    if (turn !== this.#turn && turn !== this.#speculation) return;
    for (const action of turn.pump()) this.#act(action);
    if (turn !== this.#turn) return;
    this.#timers.arm('stall', ms(nowMs + this.#context.options.faults.stallMs));
    if (!turn.isMute) return;
    if (turn.failure !== undefined) return this.#close(turn, 'failed');
    this.#fault(nowMs, turn, 'tts', 'TTS_EMPTY');
    this.#go(nowMs, turn);
  }

  #stalled(nowMs: Ms, turn: BotTurn): void {
    if (turn.catchUp()) return this.#go(nowMs, turn);
    if (turn.unplayedMs > 0 || this.#timers.isArmed('answer-late') || turn.waitsFor === 'action') {
      this.#timers.arm('stall', ms(nowMs + this.#context.options.faults.stallMs));
    } else if (turn.waitsFor === 'playout') {
      this.#close(turn, turn.failure === undefined ? 'completed' : 'failed');
    } else {
      this.#failLate(nowMs, turn, 'STALLED');
    }
  }

  #failLate(nowMs: Ms, turn: BotTurn, what: 'TIMEOUT' | 'STALLED'): void {
    const { waitsFor } = turn;
    const service = waitsFor === 'answer' ? 'embedding' : waitsFor === 'llm' ? 'llm' : 'tts';
    this.#act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.#fault(nowMs, turn, service, `${service.toUpperCase()}_${what}`);
    this.#go(nowMs, turn);
  }

  /** A service failed this turn. On speculation that is nothing yet: it is tried again once the turn is real. */
  #fault(nowMs: Ms, turn: BotTurn, service: Service, code: string, isFatal = true): void {
    this.#emit({ kind: 'fault', service, code });
    turn.detail['cause'] ??= code;
    if (!isFatal) return;
    if (turn === this.#speculation) return this.#drop('failed');
    if (service === 'tts') this.#act({ kind: 'cancel-turn', turnId: turn.turnId });
    turn.cut(service === 'tts' ? 'speech' : 'text', code, this.toning.line(turn, this.#context.persona.fault));
    this.#expectWords(nowMs, turn);
  }

  #close(turn: BotTurn, outcome: TurnOutcome): void {
    this.#turn = undefined;
    this.#timers.cancelAll();
    this.#reportHeard(turn, true);
    this.#emit(closedEvent(turn, outcome));
    this.memory.closed(turn, outcome);
    this.toning.closed(turn);
    this.#acting.closed(turn, outcome);
    this.#out.push({ closed: { turn, outcome } });
  }

  #reportHeard(turn: BotTurn, atEnd: boolean): void {
    const text = turn.ledger.takeHeard(atEnd);
    if (text !== '') this.#emit({ kind: 'bot-heard', turnId: turn.turnId, text });
  }

  #drop(why: string): void {
    const turn = this.#speculation;
    if (turn === undefined) return;
    this.#speculation = undefined;
    this.#act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.#emit({ kind: 'speculation-dropped', why });
  }

  #newTurn(callerText: string, source: AnswerSource): BotTurn {
    this.#lastTurnId += 1;
    return new BotTurn(
      { turnId: this.#lastTurnId, callerText, recordedText: this.memory.dialogue.masked(callerText), source },
      this.#context.options,
      this.#context.hasPhrase,
    );
  }

  #act(action: ConversationAction): void {
    this.#out.push({ action });
  }

  #emit(event: CallEventBody): void {
    this.#act({ kind: 'emit', event });
  }

  #take(): readonly SpeakingOutput[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
