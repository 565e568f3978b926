import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import { ms, type Ms } from '#domain/units';
import type { KnowledgeAction } from '#pipeline';
import {
  personaSchema,
  pipelineOptions,
  runConversation,
  type ConversationDeps,
  type Persona,
  type PipelineOptions,
  type RunningConversation,
} from '#pipeline';
import { AudibleWords, type Recognised } from './audible-words.ts';
import { RealLeg, type LegConditions } from './real-leg.ts';
import { ScriptedActions, ScriptedKnowledge, ScriptedLlm, ScriptedStt, ScriptedTone, ScriptedTts, speechOf } from './scripted-models.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface CallScript {
  readonly persona?: Record<string, unknown>;
  readonly options?: Record<string, unknown>;
  /** Texts whose audio is ready; default: the fault phrase. */
  readonly phrases?: (persona: Persona) => readonly string[];
  /** Network, threads and media; default: a perfect line. */
  readonly leg?: LegConditions;
}

export interface Saying extends Partial<Recognised> {
  readonly atMs: Ms;
  /** Default: 60 ms a character. */
  readonly forMs?: Ms;
}

export type TimedEvent = CallEventBody & { readonly atMs: Ms };
type EventOf<Kind extends CallEventBody['kind']> = Extract<CallEventBody, { kind: Kind }> & { readonly atMs: Ms };

/** A whole call in virtual time: the real conversation on the real media, between a scripted phone behind a modelled network and scripted models. */
export class CallHarness {
  readonly clock = new VirtualClock();
  readonly air = new AudibleWords();
  readonly leg: RealLeg;
  readonly stt = new ScriptedStt(this.clock, this.air);
  readonly llm = new ScriptedLlm(this.clock);
  readonly tts = new ScriptedTts(this.clock, this.air);
  readonly knowledge = new ScriptedKnowledge(this.clock);
  readonly tone = new ScriptedTone();
  readonly actions = new ScriptedActions(this.clock);
  readonly persona: Persona;
  readonly options: PipelineOptions;
  readonly events: TimedEvent[] = [];
  readonly errors: object[] = [];
  readonly #phrases: Set<string>;
  #call: RunningConversation | undefined;

  constructor(script: CallScript = {}) {
    this.persona = personaSchema.parse({ name: 'bot', mode: 'knowledge', greeting: 'Hello, how can I help you?', ...script.persona });
    this.leg = new RealLeg(this.clock, this.air, script.leg);
    this.options = pipelineOptions.parse(script.options ?? {});
    this.#phrases = new Set(script.phrases?.(this.persona) ?? [this.persona.fault]);
  }

  /** `more`: instead of, or besides, what is scripted. */
  start(more: Partial<ConversationDeps> = {}): this {
    const { leg, persona, options, stt, llm, tts, knowledge, tone, actions, clock } = this;
    this.#call = runConversation({
      leg,
      persona,
      options,
      stt,
      llm,
      tts,
      knowledge,
      tone,
      actions,
      clock,
      phrases: { get: (text) => (this.#phrases.has(text) ? speechOf(this.air, text) : undefined) },
      schedule: clock.schedule,
      emit: (event) => this.events.push({ ...event, atMs: clock.nowMs() }),
      log: { debug: () => undefined, error: (fields) => this.errors.push(fields) },
      ...more,
    });
    return this;
  }

  /** The caller says something at `atMs`; returns when the last sound of it falls. */
  callerSays(text: string, saying: Saying): Ms {
    const forMs = saying.forMs ?? ms(Math.max(300, text.length * 60));
    const { probability = 0.5, confidence = 0.9, rejected } = saying;
    const words = text === '' || rejected !== undefined ? [''] : text.split(/\s+/);
    const recognised = { probability, confidence, ...(rejected !== undefined && { rejected }) };
    this.#at(saying.atMs, () => {
      const { phone } = this.leg;
      this.leg.callerSays(this.air.say({ words, wordMs: forMs / words.length, recognised }, 8_000, phone.voice));
    });
    return ms(saying.atMs + forMs);
  }

  callerPresses(digits: string, atMs: Ms): void {
    [...digits].forEach((digit, index) => {
      this.#at(ms(atMs + index * 300), () => this.leg.phone.press(digit));
    });
  }

  callerTypes(text: string, atMs: Ms): void {
    this.#at(atMs, () => this.leg.event({ kind: 'caller-text', text, atMs: this.clock.nowMs() }));
  }

  callerMutes(muted: boolean, atMs: Ms): void {
    this.#at(atMs, () => this.leg.event({ kind: 'caller-muted', muted, atMs: this.clock.nowMs() }));
  }

  callerHangsUp(atMs: Ms): void {
    this.#at(atMs, () => void this.leg.end({ by: 'caller', code: 'hangup' }));
  }

  sayGoodbye(text: string, reason: EndReason): Promise<void> {
    return this.#call?.sayGoodbye(text, reason) ?? Promise.resolve();
  }

  pressKeys(digits: string): void {
    this.#call?.pressKeys(digits);
  }

  runUntil(atMs: Ms): Promise<void> {
    return this.clock.runUntil(atMs);
  }

  /** Lets the call end by the caller and waits for the conversation to settle. */
  async finish(): Promise<void> {
    await this.leg.end({ by: 'caller', code: 'hangup' });
    await this.clock.runUntil(this.clock.nowMs());
    await this.#call?.ended;
  }

  all<Kind extends CallEventBody['kind']>(kind: Kind): readonly EventOf<Kind>[] {
    return this.events.filter((event): event is TimedEvent & EventOf<Kind> => event.kind === kind);
  }

  #at(atMs: Ms, callback: () => void): void {
    this.clock.schedule(ms(atMs - this.clock.nowMs()), callback);
  }

  /** Closed turns that answered the caller. */
  get answers(): readonly EventOf<'turn-closed'>[] {
    return this.all('turn-closed').filter(({ callerText }) => callerText !== '');
  }
}

export const answer = (entryId: string, text: string, action?: KnowledgeAction) =>
  ({ kind: 'answer', entryId, answer: text, score: 0.8, ...(action !== undefined && { action }) }) as const;
