import { invariant } from '#domain/assert';
import type { EndReason } from '#domain/end-reason';
import type { ToneReading } from '#domain/tone';
import type { AnswerSource, TurnId, TurnStages } from '#domain/turn';
import type { Ms, Ratio } from '#domain/units';
import type { ToolTurn } from '../dialogue/actions/tool-turn.ts';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import type { SpeechLanguage } from '../language/speech-language.ts';
import type { PipelineOptions } from '../options.ts';
import type { ToolCall } from '../ports.ts';
import type { Manner } from '../tone/manner.ts';
import type { ToneEvidence } from '../tone/tone-sense.ts';
import type { ConversationAction } from './messages.ts';
import { TurnSpeech } from './turn-speech.ts';
import { TurnTimes } from './turn-times.ts';

/**
 * `guessed`: prepared for a partial text. `prepared`: for a final one. `accepted`: it will be said, and its words may still be
 * chosen. `open`: it is being said. Only forwards, and nothing comes after `closed`.
 */
export type TurnState = 'guessed' | 'prepared' | 'accepted' | 'open' | 'closed';

/** How the words that it answers were heard. */
export interface HeardHow {
  readonly confidence: Ratio;
  readonly keys: boolean;
}

export interface BotTurnStart {
  readonly turnId: TurnId;
  readonly callerText: string;
  /** The caller's words as records and language models may have them. */
  readonly recordedText: string;
  readonly source: AnswerSource;
  readonly heard: HeardHow;
  readonly state: 'guessed' | 'prepared';
}

/** What is known once it is decided that it will be said. */
export interface Acceptance {
  /** The caller's last sound; absent where the bot speaks of its own accord. */
  readonly anchorMs?: Ms | undefined;
  /** Of the caller's turn that it answers. */
  readonly stages?: TurnStages | undefined;
  readonly endReason?: EndReason | undefined;
  /** It is said because this failed. */
  readonly failure?: string | undefined;
}

/** How the caller sounded, as far as was known when its words were chosen, and what follows from it. */
export interface Wording {
  readonly tone: ToneReading | undefined;
  readonly manner: Manner | undefined;
}

type Detail = Readonly<Record<string, string | number | boolean>>;

/**
 * Core: one turn of the bot, from its plan to its end. Each method that changes something is an input and belongs to certain
 * states; at another time it is a defect, and throws. What a service says too late is not an input: `TurnsAtHand.find` knows no closed turn.
 */
export class BotTurn {
  readonly turnId: TurnId;
  readonly callerText: string;
  readonly recordedText: string;
  readonly heard: HeardHow;
  readonly speech: TurnSpeech;
  readonly times = new TurnTimes();
  #state: TurnState;
  #source: AnswerSource;
  readonly #detail: Record<string, string | number | boolean> = {};
  #plan: ReplyPlan | undefined;
  #deferredPlan: ReplyPlan | undefined;
  #plainPlan: ReplyPlan | undefined;
  #wording: Wording = { tone: undefined, manner: undefined };
  #toneEvidence: ToneEvidence | undefined;
  #isToneTold = false;
  #action: 'none' | 'running' | 'over' = 'none';
  #tellsResult = false;
  #tools: ToolTurn | undefined;
  #heldCalls: readonly ToolCall[] = [];
  #endReason: EndReason | undefined;
  #failure: string | undefined;

  constructor(start: BotTurnStart, options: PipelineOptions, language: SpeechLanguage, hasPhrase: (text: string) => boolean) {
    this.turnId = start.turnId;
    this.callerText = start.callerText;
    this.recordedText = start.recordedText;
    this.heard = start.heard;
    this.#source = start.source;
    this.#state = start.state;
    this.speech = new TurnSpeech(start.turnId, options, language, hasPhrase);
  }

  /** The final text says the same as the partial one did. */
  confirm(): void {
    this.#in('confirm', 'guessed');
    this.#state = 'prepared';
  }

  /** It will be said. */
  accept({ anchorMs, stages, endReason, failure }: Acceptance): void {
    this.#in('accept', 'guessed', 'prepared');
    this.#state = 'accepted';
    this.times.answers(anchorMs, stages ?? {});
    this.#endReason ??= endReason;
    this.#failure ??= failure;
  }

  /** From now on it is being said: what is ready leaves. */
  open(nowMs: Ms): void {
    this.#in('open', 'accepted');
    this.#state = 'open';
    this.times.opened(nowMs);
    this.speech.release();
  }

  close(): void {
    this.#in('close', 'open');
    this.#state = 'closed';
  }

  /** This plan is too dear to follow before the turn is real. */
  defer(plan: ReplyPlan): void {
    this.#in('defer', 'guessed', 'prepared');
    this.#deferredPlan = plan;
  }

  takeDeferred(): ReplyPlan | undefined {
    const plan = this.#deferredPlan;
    this.#deferredPlan = undefined;
    return plan;
  }

  /** The plan is put into words for the tone; `plain`: as it was before. */
  word(plain: ReplyPlan, wording: Wording): void {
    this.#alive('word');
    this.#plainPlan = plain;
    this.#wording = wording;
  }

  /** This is how it is answered. An action's result, or what a tool proposes, brings another plan. */
  follow(nowMs: Ms, plan: ReplyPlan): void {
    this.#alive('follow');
    this.#plan = plan;
    this.#deferredPlan = undefined;
    if (plan.kind === 'match') return;
    this.note(plan.detail);
    this.#source = plan.kind === 'say' ? plan.source : plan.kind === 'act' ? 'dialogue' : 'llm';
    if (plan.kind !== 'say') return;
    this.times.answered(nowMs);
    if (plan.followUp === 'hang-up') this.endCallAfter({ by: 'bot', code: 'goodbye' });
  }

  /** What spoke for the tone besides the words, once the caller's turn was over. */
  toneSpokenFor(evidence: ToneEvidence | undefined): void {
    this.#alive('toneSpokenFor');
    this.#toneEvidence = evidence;
  }

  /** Its tone is told, and stays. */
  tellTone(): void {
    this.#in('tellTone', 'open');
    this.#isToneTold = true;
  }

  /** An action is begun in it: it cannot be taken back, and its words depend on the action. */
  actionBegun(): void {
    this.#in('actionBegun', 'accepted', 'open');
    this.#action = 'running';
  }

  /** Its words no longer depend on an action. */
  actionOver(): void {
    this.#in('actionOver', 'accepted', 'open');
    if (this.#action === 'running') this.#action = 'over';
  }

  /** It tells what came of an action: it cannot be taken back. */
  tellResult(): void {
    this.#in('tellResult', 'accepted', 'open');
    this.#action = 'over';
    this.#tellsResult = true;
  }

  useTools(tools: ToolTurn | undefined): void {
    this.#alive('useTools');
    this.#tools = tools;
  }

  /** What its words ask for while it is only prepared: nothing is done on speculation. */
  holdCalls(calls: readonly ToolCall[]): void {
    this.#in('holdCalls', 'guessed', 'prepared');
    this.#heldCalls = calls;
  }

  takeHeldCalls(): readonly ToolCall[] {
    this.#in('takeHeldCalls', 'accepted', 'open');
    const calls = this.#heldCalls;
    this.#heldCalls = [];
    return calls;
  }

  /** The call ends once this was said. */
  endCallAfter(reason: EndReason): void {
    this.#alive('endCallAfter');
    this.#endReason = reason;
  }

  /** A service failed: `phrase` is said unless the answer has begun already, or speech is what fails again. */
  fail(what: 'text' | 'speech', code: string, phrase: string): void {
    this.#in('fail', 'accepted', 'open');
    const isFirst = this.#failure === undefined;
    this.#failure ??= code;
    if (what === 'text') this.speech.cutText(phrase);
    else this.speech.cutSpeech(isFirst ? phrase : undefined);
    if (!this.speech.hasSound) this.#source = 'fault';
  }

  /** For the record. */
  note(detail: Detail): void {
    this.#alive('note');
    Object.assign(this.#detail, detail);
  }

  /** For the record; what failed first is the cause. */
  noteCause(code: string): void {
    this.#alive('noteCause');
    this.#detail['cause'] ??= code;
  }

  pump(): readonly ConversationAction[] {
    return this.speech.pump(this.#wording.manner);
  }

  get state(): TurnState {
    return this.#state;
  }

  /** What has to come before it can go on, while it still has to. */
  get waitsFor(): 'answer' | 'action' | 'llm' | 'tts' | 'playout' {
    const { waitsFor } = this.speech;
    if (waitsFor !== 'words') return waitsFor;
    if (this.awaitsAction) return 'action';
    return this.#plan === undefined ? 'answer' : 'llm';
  }

  get source(): AnswerSource {
    return this.#source;
  }

  get detail(): Detail {
    return this.#detail;
  }

  get plan(): ReplyPlan | undefined {
    return this.#plan;
  }

  /** The plan before it was put into words for the tone. */
  get plainPlan(): ReplyPlan | undefined {
    return this.#plainPlan;
  }

  get wording(): Wording {
    return this.#wording;
  }

  get tone(): ToneReading | undefined {
    return this.#wording.tone;
  }

  get isToneTold(): boolean {
    return this.#isToneTold;
  }

  get toneEvidence(): ToneEvidence | undefined {
    return this.#toneEvidence;
  }

  get hasActed(): boolean {
    return this.#action !== 'none';
  }

  get awaitsAction(): boolean {
    return this.#action === 'running';
  }

  get tellsResult(): boolean {
    return this.#tellsResult;
  }

  /** Where it may use tools. */
  get tools(): ToolTurn | undefined {
    return this.#tools;
  }

  /** What has to happen once it was said. */
  get endReason(): EndReason | undefined {
    return this.#endReason;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  #alive(input: string): void {
    invariant(this.#state !== 'closed', `turn ${this.turnId}: ${input} after it was closed`);
  }

  #in(input: string, ...states: readonly TurnState[]): void {
    invariant(states.includes(this.#state), `turn ${this.turnId}: ${input} while ${this.#state}`);
  }
}
