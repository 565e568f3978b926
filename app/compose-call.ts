import type { CallEventBody } from '#domain/call-event';
import type { CallLeg } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import {
  runConversation,
  warmConversation,
  type ActionKit,
  type Knowledge,
  type Persona,
  type PipelineOptions,
  type ServiceClients,
  type ToneReader,
} from '#pipeline';
import type { Logger } from 'pino';
import type { LiveConversation } from './call-supervisor.ts';
import type { Phrases } from './phrases.ts';

export interface CallParts {
  readonly clock: Clock;
  readonly options: PipelineOptions;
  readonly clients: ServiceClients;
  readonly knowledgeOf: (persona: Persona) => Knowledge;
  /** Guesses at the tone in callers' words; undefined where nobody knows their language. */
  readonly toneOf: (persona: Persona) => ToneReader | undefined;
  readonly phrases: Phrases;
  readonly actions: ActionKit;
  readonly log: Logger;
}

/** Joins one leg with its conversation. */
export function converse(parts: CallParts, leg: CallLeg, persona: Persona, emit: (event: CallEventBody) => void): LiveConversation {
  const { clients, clock } = parts;
  const sendDigits = async (digits: string): Promise<void> => conversation.pressKeys(digits);
  const tone = parts.toneOf(persona);
  const conversation = runConversation({
    leg,
    persona,
    options: parts.options,
    stt: clients.stt,
    llm: clients.llm,
    tts: clients.tts,
    knowledge: parts.knowledgeOf(persona),
    ...(tone !== undefined && { tone }),
    phrases: parts.phrases,
    actions: parts.actions.runnerFor(persona, { callId: leg.facts.callId, clock, schedule, emit, sendDigits }),
    tools: parts.actions.actionsOf(persona),
    clock,
    schedule,
    emit,
    log: parts.log.child({ callId: leg.facts.callId, legId: leg.facts.legId }),
  });
  return conversation;
}

/** While it rings: the LLM reads its prompt. */
export function warm(parts: CallParts, persona: Persona, signal: AbortSignal): void {
  void warmConversation({ persona, llm: parts.clients.llm }, signal);
}

function schedule(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.max(0, delayMs));
  return () => {
    clearTimeout(timer);
  };
}
