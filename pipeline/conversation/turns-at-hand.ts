import { invariant } from '#domain/assert';
import type { CallEventBody } from '#domain/call-event';
import type { AnswerSource, TurnId } from '#domain/turn';
import { ratio } from '#domain/units';
import type { Memory } from './memory.ts';
import { BotTurn, type HeardHow } from './bot-turn.ts';
import type { ConversationAction } from './messages.ts';
import type { ClosedTurn, SpeakingContext, SpeakingOutput } from './speaking-messages.ts';

/** The turn that is being said, the one that is prepared, never more of either; and what the speaking half has to tell. */
export class TurnsAtHand {
  readonly #context: SpeakingContext;
  readonly #memory: Memory;
  #current: BotTurn | undefined;
  #prepared: BotTurn | undefined;
  #lastTurnId: TurnId = 0;
  #out: SpeakingOutput[] = [];

  constructor(context: SpeakingContext, memory: Memory) {
    this.#context = context;
    this.#memory = memory;
  }

  /** Accepted or open. */
  get current(): BotTurn | undefined {
    return this.#current;
  }

  /** Guessed or prepared, with its audio held back. */
  get prepared(): BotTurn | undefined {
    return this.#prepared;
  }

  find(turnId: TurnId): BotTurn | undefined {
    return [this.#current, this.#prepared].find((turn) => turn?.turnId === turnId);
  }

  /** In nobody's hands until it is prepared or taken. */
  make(callerText: string, source: AnswerSource, heard: HeardHow = HEARD_WELL, state: 'guessed' | 'prepared' = 'prepared'): BotTurn {
    this.#lastTurnId += 1;
    const recordedText = this.#memory.dialogue.masked(callerText);
    return new BotTurn(
      { turnId: this.#lastTurnId, callerText, recordedText, source, heard, state },
      this.#context.options,
      this.#memory.dialogue.language.speech,
      this.#context.hasPhrase,
    );
  }

  prepare(turn: BotTurn): void {
    invariant(this.#prepared === undefined && this.#current === undefined, 'one turn is prepared, while none is said');
    this.#prepared = turn;
  }

  /** The turn will be said. What else was prepared has to be dropped before. */
  take(turn: BotTurn): void {
    invariant(this.#current === undefined, 'one turn is said at a time');
    invariant(this.#prepared === undefined || this.#prepared === turn, 'nothing stays prepared beside a turn that is said');
    this.#prepared = undefined;
    this.#current = turn;
  }

  /** What was prepared is not needed. */
  drop(why: string): void {
    const turn = this.#prepared;
    if (turn === undefined) return;
    this.#prepared = undefined;
    this.act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.emit({ kind: 'speculation-dropped', why });
  }

  /** The turn that was said is over. */
  release(): void {
    this.#current = undefined;
  }

  act(action: ConversationAction): void {
    this.#out.push({ action });
  }

  emit(event: CallEventBody): void {
    this.act({ kind: 'emit', event });
  }

  tellClosed(closed: ClosedTurn): void {
    this.#out.push({ closed });
  }

  /** What has to be done and told since the last time. */
  takeOutputs(): readonly SpeakingOutput[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

const HEARD_WELL: HeardHow = { confidence: ratio(1), keys: false };
