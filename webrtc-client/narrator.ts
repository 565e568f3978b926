import { unreachable } from '#domain/assert';
import type { CallId } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import { endReasonLabel, type EndReason } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import type { TurnId, TurnStages } from '#domain/turn';
import type { Ms } from '#domain/units';
import type { BotState, ServerMessage } from './signalling.ts';

export interface NarratorSetup {
  readonly callId: CallId;
  /** Name and title of who answers. */
  readonly persona: string;
  readonly title: string;
}

/**
 * Core: tells one caller's page what happens in the call. Call events and, where the leg has them, events of its media go in; messages
 * for the page come out, every one within the limits of `signalling.ts`: texts are cut, times count from the answer (0 before it).
 */
export class Narrator {
  readonly #setup: NarratorSetup;
  #zeroMs: Ms | undefined;
  #state: BotState = 'connecting';
  #sinceMs: Ms = 0;
  /** The turn that was opened and is not yet closed. */
  #turnId: TurnId | undefined;
  /** Audio of a turn leaves now. */
  #audible = false;
  /** The caller's voice is there now. */
  #voice = false;

  constructor(setup: NarratorSetup) {
    this.#setup = setup;
  }

  get state(): BotState {
    return this.#state;
  }

  /** Must be the first that the page gets. */
  hello(): ServerMessage {
    const { callId, persona, title } = this.#setup;
    return { kind: 'hello', protocol: 1, callId, persona: cut(persona, MAX_NAME), title: cut(title, MAX_NAME) };
  }

  /** What the application published about this call. */
  observe(event: CallEvent): readonly ServerMessage[] {
    if (this.#state === 'ended') return [];
    const { atMs } = event;
    switch (event.kind) {
      case 'call-answered':
        this.#zeroMs = atMs;
        return this.#enter(atMs, 'listening');
      case 'call-ended':
        return this.end(atMs, event.reason);
      case 'media-stats':
        return [...this.#network(event), ...this.#giveUpThinking(atMs)];
      case 'caller-partial':
        return [{ kind: 'caller-partial', atMs: this.#at(atMs), text: cut(event.text) }, ...this.#enterFrom('listening', atMs, 'hearing')];
      case 'caller-final':
        return [
          { kind: 'caller-final', atMs: this.#at(atMs), text: cut(event.text), confidence: finite(event.confidence) },
          ...this.#heardCaller(event),
        ];
      case 'turn-opened':
        this.#turnId = event.turnId;
        return [
          { kind: 'turn-opened', atMs: this.#at(atMs), turnId: event.turnId, source: event.source, callerText: cut(event.callerText) },
          ...(this.#audible ? [] : this.#enter(atMs, 'thinking')),
        ];
      case 'caller-tone': {
        const { turnId, tone, confidence, voice } = event;
        return [
          { kind: 'caller-tone', atMs: this.#at(atMs), turnId, tone, confidence: finite(confidence), raisedVoice: voice?.raised === true },
        ];
      }
      case 'bot-heard':
        return [{ kind: 'bot-heard', atMs: this.#at(atMs), turnId: event.turnId, text: cut(event.text) }, ...this.#botHeard(event)];
      case 'turn-closed':
        return [this.#closedTurn(event), ...this.#turnClosed(event)];
      case 'barge-in':
        return [{ kind: 'barge-in', atMs: this.#at(atMs), turnId: event.turnId, decision: event.decision }, ...this.#bargedIn(event)];
      case 'dtmf':
        return [{ kind: 'dtmf', atMs: this.#at(atMs), digit: event.digit.slice(0, 1) }];
      case 'fault':
        return [{ kind: 'notice', atMs: this.#at(atMs), code: cut(event.code, MAX_NAME), text: FAULTS[event.service] }];
      case 'call-started':
      case 'speech-without-words':
      case 'speculation-dropped':
      case 'queue-wait':
      case 'dropped':
      case 'message-taken':
      case 'action-started':
      case 'action-ended':
        return [];
      default:
        return unreachable(event);
    }
  }

  /** What the media of the leg tell; makes `state` exact to the sound. */
  media(event: LegMediaEvent): readonly ServerMessage[] {
    if (this.#state === 'ended' || this.#zeroMs === undefined) return [];
    switch (event.kind) {
      case 'voice-started':
        this.#voice = true;
        return this.#audible ? [] : this.#enter(event.atMs, 'hearing');
      case 'voice-stopped':
        this.#voice = false;
        return this.#enterFrom('hearing', event.atMs, 'thinking');
      case 'playout-paused':
        this.#audible = false;
        return this.#enter(event.atMs, 'hearing');
      case 'playout-started':
      case 'playout-resumed':
        this.#audible = true;
        return this.#enter(event.atMs, 'speaking');
      case 'playout-finished':
        this.#audible = false;
        return this.#enter(event.atMs, this.#voice ? 'hearing' : 'listening');
      case 'caller-audio':
      case 'caller-text':
      case 'caller-muted':
      case 'held':
      case 'dtmf':
      case 'playout-ducked':
      case 'playout-progress':
      case 'playout-queue':
      case 'media-timeout':
      case 'media-stats':
      case 'media-lost':
      case 'uplink-dropped':
        return [];
      default:
        return unreachable(event);
    }
  }

  /** A command of the page could not be carried out, or something that people should know. */
  notice(nowMs: Ms, code: string, text: string): ServerMessage {
    return { kind: 'notice', atMs: this.#at(nowMs), code: cut(code, MAX_NAME), text: cut(text) };
  }

  /** The call is over: the last messages. Nothing follows them. */
  end(nowMs: Ms, reason: EndReason): readonly ServerMessage[] {
    if (this.#state === 'ended') return [];
    return [...this.#enter(nowMs, 'ended'), { kind: 'ended', atMs: this.#at(nowMs), reason: endReasonLabel(reason) }];
  }

  #heardCaller(event: Extract<CallEvent, { kind: 'caller-final' }>): readonly ServerMessage[] {
    if (this.#voice || this.#turnId !== undefined) return [];
    if (event.text.trim() !== '') return this.#enterFrom('hearing', event.atMs, 'thinking');
    return this.#state === 'thinking' || this.#state === 'hearing' ? this.#enter(event.atMs, 'listening') : [];
  }

  #botHeard(event: Extract<CallEvent, { kind: 'bot-heard' }>): readonly ServerMessage[] {
    return event.turnId === this.#turnId ? this.#enterFrom('thinking', event.atMs, 'speaking') : [];
  }

  #bargedIn(event: Extract<CallEvent, { kind: 'barge-in' }>): readonly ServerMessage[] {
    this.#audible = event.decision === 'resume';
    if (this.#audible) return this.#enter(event.atMs, 'speaking');
    return this.#enter(event.atMs, this.#voice ? 'hearing' : 'thinking');
  }

  #turnClosed(event: Extract<CallEvent, { kind: 'turn-closed' }>): readonly ServerMessage[] {
    if (this.#turnId !== undefined && event.turnId < this.#turnId) return [];
    this.#turnId = undefined;
    this.#audible = false;
    const cutShort = event.outcome === 'interrupted' || event.outcome === 'abandoned';
    if (cutShort && this.#state !== 'speaking') return [];
    return this.#enter(event.atMs, this.#voice ? 'hearing' : 'listening');
  }

  #closedTurn(event: Extract<CallEvent, { kind: 'turn-closed' }>): ServerMessage {
    const { turnId, source, outcome } = event;
    return {
      kind: 'turn-closed',
      atMs: this.#at(event.atMs),
      turnId,
      source,
      outcome,
      callerText: cut(event.callerText),
      botText: cut(event.botText),
      heardText: cut(event.heardText),
      stages: finiteStages(event.stages),
    };
  }

  #network({ atMs, stats }: Extract<CallEvent, { kind: 'media-stats' }>): readonly ServerMessage[] {
    const roundTrip = stats.roundTripMs === undefined ? {} : { roundTripMs: finite(stats.roundTripMs) };
    return [{ kind: 'network', atMs: this.#at(atMs), lossRatio: finite(stats.lossRatio), jitterMs: finite(stats.jitterMs), ...roundTrip }];
  }

  /** What sounded like the caller held no words, and nobody says so: asked whenever statistics come. */
  #giveUpThinking(nowMs: Ms): readonly ServerMessage[] {
    const isOver = this.#turnId === undefined && !this.#voice && nowMs - this.#sinceMs > MAX_THINKING_MS;
    return isOver ? this.#enterFrom('thinking', nowMs, 'listening') : [];
  }

  #enterFrom(from: BotState, nowMs: Ms, state: BotState): readonly ServerMessage[] {
    return this.#state === from ? this.#enter(nowMs, state) : [];
  }

  #enter(nowMs: Ms, state: BotState): readonly ServerMessage[] {
    if (this.#state === state || this.#state === 'ended') return [];
    this.#state = state;
    this.#sinceMs = nowMs;
    return [{ kind: 'state', atMs: this.#at(nowMs), state }];
  }

  #at(atMs: Ms): number {
    return this.#zeroMs === undefined ? 0 : finite(Math.round(atMs - this.#zeroMs));
  }
}

function finiteStages(stages: TurnStages): TurnStages {
  const known = STAGES.flatMap((name) => {
    const value = stages[name];
    return value !== undefined && Number.isFinite(value) ? [[name, finite(value)] as const] : [];
  });
  return Object.fromEntries(known);
}

/** JSON knows no NaN, no infinity and no -0. */
function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : 0;
}

/** Without control characters and halves of characters, so that JSON makes no more than 3 bytes of a UTF-16 unit. */
function cut(text: string, limit = MAX_TEXT): string {
  return text.slice(0, limit).toWellFormed().replace(CONTROLS, ' ');
}

const FAULTS: Readonly<Record<Extract<CallEvent, { kind: 'fault' }>['service'], string>> = {
  stt: 'Recognition of speech is in trouble; the bot may not understand you for a while.',
  llm: 'The language model is in trouble; the bot cannot answer freely for a while.',
  tts: 'The voice is in trouble; the bot may stay silent for a while.',
  embedding: 'The search for answers is in trouble; the bot may know less for a while.',
  media: 'The audio of this call is in trouble.',
};
const STAGES = ['vadStopMs', 'transcriptMs', 'turnProbabilityMs', 'turnEndMs', 'answerMs', 'firstPcmMs', 'firstPacketMs'] as const;
/** Three texts of a closed turn, at 3 bytes a unit, stay below the 32,768 bytes of a message. */
const MAX_TEXT = 3_000;
const MAX_NAME = 200;
/** Guess: longer than any recognition; after it silence is no sign of work. */
const MAX_THINKING_MS = 5_000;
const CONTROLS = /\p{Cc}/gu;
