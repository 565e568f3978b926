import { TimerTable } from '#domain/timer-table';
import type { TurnOutcome } from '#domain/turn';
import { ms, type Ms } from '#domain/units';
import type { BotTurn } from './bot-turn.ts';
import type { Memory } from './memory.ts';
import type { PlayoutEvent, Service, SpeakingContext } from './speaking-messages.ts';
import type { Toning } from './toning.ts';
import { closedEvent } from './turn-record.ts';
import { TURN_STUCK } from './stuck.ts';
import type { TurnsAtHand } from './turns-at-hand.ts';

/** What the course of a turn needs of the rest of the speaking half. */
export interface CourseContext {
  readonly speaking: SpeakingContext;
  readonly turns: TurnsAtHand;
  readonly memory: Memory;
  readonly toning: Toning;
  /** A turn is over. */
  readonly closed: (turn: BotTurn, outcome: TurnOutcome) => void;
}

/** How a turn gets from its opening to its end: what can leave leaves, what is late or has failed is replaced by an apology. */
export class TurnCourse {
  readonly #context: CourseContext;
  readonly #turns: TurnsAtHand;
  readonly #timers = new TimerTable<'answer-late' | 'stall' | 'stuck'>();
  /** The far end has put the bot on hold: playout stands still on purpose. */
  #held = false;

  constructor(context: CourseContext) {
    this.#context = context;
    this.#turns = context.turns;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  /** From now on the turn, which was accepted, is being said. */
  open(nowMs: Ms, turn: BotTurn): void {
    turn.open(nowMs);
    this.#turns.emit({ kind: 'turn-opened', turnId: turn.turnId, source: turn.source, callerText: turn.recordedText });
    this.#context.toning.chosen(turn);
    const { answerWithinMs, answerAtLeastMs } = this.#faults;
    const lateAtMs = Math.max((turn.times.anchorMs ?? nowMs) + answerWithinMs, nowMs + answerAtLeastMs);
    if (!turn.speech.hasSound) this.#timers.arm('answer-late', ms(lateAtMs));
    this.go(nowMs, turn);
  }

  /** Hands on what can go on, and notices that a turn ended without a sound. */
  go(nowMs: Ms, turn: BotTurn): void {
    if (this.#turns.find(turn.turnId) === undefined) return;
    for (const action of turn.pump()) this.#turns.act(action);
    if (turn !== this.#turns.current) return;
    this.#timers.arm('stall', ms(nowMs + this.#faults.stallMs));
    this.#timers.arm('stuck', ms(nowMs + this.#faults.stuckMs));
    if (!turn.speech.isMute) return;
    if (turn.failure !== undefined) return this.close(turn, 'failed');
    this.fault(nowMs, turn, 'tts', 'TTS_EMPTY');
    this.go(nowMs, turn);
  }

  playout(nowMs: Ms, turn: BotTurn, event: PlayoutEvent): void {
    switch (event.kind) {
      case 'playout-started':
        turn.times.packetLeft(event.atMs);
        break;
      case 'playout-progress':
        turn.speech.played(event.pieceId, event.playedSamples);
        this.#reportHeard(turn, false);
        break;
      case 'playout-queue':
        turn.speech.playoutHolds(event.queuedSamples);
        break;
      case 'playout-finished':
        if (!turn.speech.isMade) break;
        turn.speech.ledger.allPlayed();
        return this.close(turn, turn.failure === undefined ? 'completed' : 'failed');
    }
    this.go(nowMs, turn);
  }

  /** After a hold, what has to happen is waited for anew. */
  held(nowMs: Ms, on: boolean): void {
    this.#held = on;
    if (this.#timers.isArmed('stall')) this.#timers.arm('stall', ms(nowMs + this.#faults.stallMs));
    if (this.#timers.isArmed('stuck')) this.#timers.arm('stuck', ms(nowMs + this.#faults.stuckMs));
  }

  /** The first sound of the turn was made. */
  soundCame(): void {
    this.#timers.cancel('answer-late');
  }

  /** The caller is not kept waiting for words longer than for any answer. */
  expectWords(nowMs: Ms, turn: BotTurn): void {
    if (!turn.speech.hasSound) this.#timers.arm('answer-late', ms(nowMs + this.#faults.answerAtLeastMs));
  }

  /** No more words come; where there were none, the LLM has failed. */
  endWords(nowMs: Ms, turn: BotTurn): void {
    turn.speech.endText();
    if (!turn.speech.isAnswered) this.fault(nowMs, turn, 'llm', 'LLM_EMPTY');
  }

  /** A service failed this turn. On speculation that is nothing yet: it is tried again once the turn is real. */
  fault(nowMs: Ms, turn: BotTurn, service: Service, code: string, isFatal = true): void {
    this.#turns.emit({ kind: 'fault', service, code });
    turn.noteCause(code);
    if (!isFatal) return;
    if (turn === this.#turns.prepared) return this.#turns.drop('failed');
    if (service === 'tts') this.#turns.act({ kind: 'cancel-turn', turnId: turn.turnId });
    if (service === 'tts' && turn.speech.saysAtUsualPace()) return this.expectWords(nowMs, turn);
    const { toning, speaking } = this.#context;
    turn.fail(service === 'tts' ? 'speech' : 'text', code, toning.line(turn, speaking.persona.fault));
    this.expectWords(nowMs, turn);
  }

  close(turn: BotTurn, outcome: TurnOutcome): void {
    const { memory, toning, closed } = this.#context;
    turn.close();
    this.#turns.release();
    this.#timers.cancelAll();
    this.#reportHeard(turn, true);
    this.#turns.emit(closedEvent(turn, outcome));
    memory.closed(turn, outcome);
    toning.closed(turn);
    closed(turn, outcome);
    this.#turns.tellClosed({ turn, outcome });
  }

  wake(nowMs: Ms): void {
    for (const timer of this.#timers.takeDue(nowMs)) {
      const turn = this.#turns.current;
      if (turn === undefined) continue;
      if (timer === 'answer-late' && !turn.speech.hasSound && !turn.awaitsAction) this.#failLate(nowMs, turn, 'TIMEOUT');
      if (timer === 'stall') this.#stalled(nowMs, turn);
      if (timer === 'stuck') this.#stuck(nowMs, turn);
    }
  }

  #stalled(nowMs: Ms, turn: BotTurn): void {
    if (turn.speech.catchUp()) return this.go(nowMs, turn);
    if (turn.speech.unplayedMs > 0 || this.#timers.isArmed('answer-late') || turn.waitsFor === 'action') {
      this.#timers.arm('stall', ms(nowMs + this.#faults.stallMs));
    } else if (turn.waitsFor === 'playout') {
      this.close(turn, turn.failure === undefined ? 'completed' : 'failed');
    } else {
      this.#failLate(nowMs, turn, 'STALLED');
    }
  }

  /** Nothing at all has happened for so long, as when playout has died: the turn is ended, and the conversation goes on. An action and the first words have their own time limits, and a hold has none. */
  #stuck(nowMs: Ms, turn: BotTurn): void {
    if (turn.awaitsAction || this.#held || this.#timers.isArmed('answer-late')) {
      this.#timers.arm('stuck', ms(nowMs + this.#faults.stuckMs));
      return;
    }
    const { speaking } = this.#context;
    const { turnId, waitsFor } = turn;
    this.#turns.act({ kind: 'media', command: { kind: 'abort-turn', turnId } });
    this.#turns.act({ kind: 'cancel-turn', turnId });
    this.#turns.emit({ kind: 'fault', service: waitsFor === 'playout' ? 'media' : serviceOf(waitsFor), code: TURN_STUCK });
    turn.fail('speech', TURN_STUCK, speaking.persona.fault);
    this.close(turn, 'failed');
  }

  #failLate(nowMs: Ms, turn: BotTurn, what: 'TIMEOUT' | 'STALLED'): void {
    const service = serviceOf(turn.waitsFor);
    this.#turns.act({ kind: 'cancel-turn', turnId: turn.turnId });
    this.fault(nowMs, turn, service, `${service.toUpperCase()}_${what}`);
    this.go(nowMs, turn);
  }

  #reportHeard(turn: BotTurn, atEnd: boolean): void {
    const text = turn.speech.ledger.takeHeard(atEnd);
    if (text !== '') this.#turns.emit({ kind: 'bot-heard', turnId: turn.turnId, text });
  }

  get #faults(): SpeakingContext['options']['faults'] {
    return this.#context.speaking.options.faults;
  }
}

function serviceOf(waitsFor: BotTurn['waitsFor']): Service {
  return waitsFor === 'answer' ? 'embedding' : waitsFor === 'llm' ? 'llm' : 'tts';
}
