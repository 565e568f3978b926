import type { CallFacts, CallId, LegKind } from '#domain/call';
import type { CallEventBody } from '#domain/call-event';
import type { CallIntake, CallLeg, RefusalReason } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { EndReason } from '#domain/end-reason';
import { addressOfPeer } from '#kit/ip/ip-address';
import { ms, type Ms } from '#domain/units';
import type { Persona } from '#pipeline';
import type { Caller, Places } from './places.ts';

/** The conversation of one call, as far as the supervisor needs it. */
export interface LiveConversation {
  /** Speaks, waits until it was heard (bounded) and ends the leg. */
  sayGoodbye(text: string, reason: EndReason): Promise<void>;
}

export interface SupervisorDependencies {
  readonly clock: Clock;
  /** The persona that answers a user part, or that an account or trunk names. */
  readonly personaFor: (toUser: string) => Persona | undefined;
  readonly converse: (leg: CallLeg, persona: Persona, emit: (event: CallEventBody) => void) => LiveConversation;
  readonly warm: (persona: Persona, signal: AbortSignal) => void;
  readonly publish: (callId: CallId, event: CallEventBody) => void;
  /** Whether a call that is answered now would be understood; otherwise it gets 503. */
  readonly ready: () => boolean;
  readonly refused: (facts: CallFacts, reason: RefusalReason) => void;
  readonly places: Places;
}

/** All live calls: who answers them, that each is recorded from start to end, and how they end when the process does. */
export class CallSupervisor implements CallIntake {
  readonly #deps: SupervisorDependencies;
  readonly #live = new Map<
    CallId,
    { readonly leg: CallLeg; readonly persona: Persona; readonly conversation: LiveConversation; readonly gone: Promise<void> }
  >();
  /** Accepted and not yet answered. */
  readonly #ringing = new Map<CallId, { readonly kind: LegKind; readonly end: (reason: EndReason) => unknown }>();
  #draining = false;

  constructor(deps: SupervisorDependencies) {
    this.#deps = deps;
  }

  /** Calls that ring or run. */
  get count(): number {
    return this.#ringing.size + this.#live.size;
  }

  /** The same by kind of leg. */
  get countByKind(): Readonly<Record<LegKind, number>> {
    const counts: Record<LegKind, number> = { sip: 0, webrtc: 0, websocket: 0 };
    for (const { kind } of this.#ringing.values()) counts[kind] += 1;
    for (const { leg } of this.#live.values()) counts[leg.facts.kind] += 1;
    return counts;
  }

  get draining(): boolean {
    return this.#draining;
  }

  admit(facts: CallFacts): ReturnType<CallIntake['admit']> {
    const code = this.#refusal(facts);
    if (code === undefined) return { kind: 'accept' };
    const reason: RefusalReason = { by: 'refused', code };
    this.#deps.refused(facts, reason);
    return { kind: 'refuse', reason };
  }

  ringing(facts: CallFacts, signal: AbortSignal, end: (reason: EndReason) => unknown): void {
    const persona = this.#persona(facts);
    this.#ringing.set(facts.callId, { kind: facts.kind, end });
    const mustGo = this.#deps.places.enter(this.#deps.clock.nowMs(), facts.callId, callerOf(facts));
    this.#deps.publish(facts.callId, { kind: 'call-started', facts, persona: persona.name });
    this.#deps.warm(persona, signal);
    if (mustGo !== undefined) this.#sendAway(mustGo);
  }

  established(callId: CallId): void {
    if (this.#ringing.has(callId) || this.#live.has(callId)) {
      if (!this.#deps.places.connect(callId)) this.#sendAway(callId);
    }
  }

  answered(leg: CallLeg): void {
    const { facts } = leg;
    const { callId } = facts;
    const persona = this.#persona(facts);
    this.#ringing.delete(callId);
    this.#deps.publish(callId, { kind: 'call-answered', setupMs: ms(leg.answeredAtMs - leg.arrivedAtMs) });
    // First, so that a call whose conversation cannot begin has an end in its record too.
    const gone = leg.ended.then(({ reason, stats }) => {
      this.#live.delete(callId);
      this.#deps.places.leave(callId);
      this.#deps.publish(callId, { kind: 'call-ended', reason, ...(stats === undefined ? {} : { stats }) });
    });
    const conversation = this.#deps.converse(leg, persona, (event) => this.#deps.publish(callId, event));
    this.#live.set(callId, { leg, persona, conversation, gone });
  }

  abandoned(facts: CallFacts, reason: EndReason): void {
    this.#ringing.delete(facts.callId);
    this.#deps.places.leave(facts.callId);
    this.#deps.publish(facts.callId, { kind: 'call-ended', reason });
  }

  /** Ends one call at once; false if it does not run. */
  end(callId: CallId, reason: EndReason): boolean {
    const call = this.#live.get(callId);
    if (call === undefined) return false;
    void call.leg.end(reason);
    return true;
  }

  /** Takes no more calls, lets every bot say goodbye, and resolves when all calls are gone or `graceMs` has passed. */
  async drain(graceMs: Ms, sleep: (delayMs: number) => Promise<void>): Promise<void> {
    this.#draining = true;
    const reason: EndReason = { by: 'operator', code: 'shutdown' };
    const calls = [...this.#live.values()];
    const goodbyes = Promise.allSettled(calls.map(({ conversation, persona }) => conversation.sayGoodbye(persona.shutdown, reason)));
    await Promise.race([goodbyes, sleep(graceMs)]);
    await Promise.race([Promise.allSettled(calls.map(async ({ leg, gone }) => (await leg.end(reason), gone))), sleep(HANG_UP_MS)]);
  }

  #refusal(facts: CallFacts): RefusalReason['code'] | undefined {
    if (this.#draining) return 'shutting-down';
    if (this.#deps.personaFor(facts.persona ?? facts.toUser) === undefined) return 'no-such-address';
    if (!this.#deps.ready()) return 'not-ready';
    return this.#deps.places.refusal(this.#deps.clock.nowMs(), callerOf(facts));
  }

  /** Has no place among the calls (any more). */
  #sendAway(callId: CallId): void {
    const reason: EndReason = { by: 'refused', code: 'too-many-calls' };
    const live = this.#live.get(callId);
    void (live === undefined ? this.#ringing.get(callId)?.end(reason) : live.leg.end(reason));
  }

  #persona(facts: CallFacts): Persona {
    const persona = this.#deps.personaFor(facts.persona ?? facts.toUser);
    if (persona === undefined) throw new Error('a call was answered that had not been admitted');
    return persona;
  }
}

function callerOf({ kind, peer }: CallFacts): Caller {
  return { kind, address: addressOfPeer(peer) };
}

/** Enough for a BYE to be sent three times and answered. */
const HANG_UP_MS = 2_000;
