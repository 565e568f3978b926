import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import type { Ms } from '#domain/units';

/** What of the bot's audio is still to be heard, told by what was commanded and what left (core): kept beside the media, and without asking them. */
export class BotAudioLedger {
  readonly #left = new Map<string, { readonly turnId: TurnId; given: number; played: number }>();
  #abortedTurn = 0;
  #newestTurn = 0;
  #abortArrived = 0;
  /** Since then the media have nothing that they may say. */
  #quietSinceMs: Ms = Number.POSITIVE_INFINITY;
  #isEcho = false;
  mostQueuedSamples = 0;
  /** Sound that left although everything that had been given was aborted. */
  soundsAfterAbort = 0;

  /** The conversation has sent it. */
  commanded(command: LegMediaCommand): void {
    if (command.kind === 'play') {
      if (command.turnId <= this.#abortedTurn) return;
      const key = `${command.turnId}/${command.pieceId}`;
      const piece = this.#left.get(key) ?? { turnId: command.turnId, given: 0, played: 0 };
      piece.given += command.pcm.length;
      this.#left.set(key, piece);
      this.mostQueuedSamples = Math.max(this.mostQueuedSamples, this.queuedSamples);
    } else if (command.kind === 'abort-turn') {
      this.#abortedTurn = Math.max(this.#abortedTurn, command.turnId);
      for (const [key, { turnId }] of this.#left) if (turnId <= command.turnId) this.#left.delete(key);
    }
  }

  /** The media have it. */
  arrived(nowMs: Ms, command: LegMediaCommand): void {
    if (command.kind === 'set-echo') this.#isEcho = command.on;
    else if (command.kind === 'play') {
      this.#newestTurn = Math.max(this.#newestTurn, command.turnId);
      if (command.turnId > this.#abortArrived) this.#quietSinceMs = Number.POSITIVE_INFINITY;
    } else if (command.kind === 'abort-turn') {
      this.#abortArrived = Math.max(this.#abortArrived, command.turnId);
      if (this.#abortArrived >= this.#newestTurn) this.#quietSinceMs = Math.min(this.#quietSinceMs, nowMs);
    }
  }

  told(event: LegMediaEvent): void {
    if (event.kind === 'playout-finished') {
      for (const [key, { turnId }] of this.#left) if (turnId <= event.turnId) this.#left.delete(key);
    } else if (event.kind === 'playout-progress') {
      const piece = this.#left.get(`${event.turnId}/${event.pieceId}`);
      if (piece !== undefined) piece.played = event.playedSamples;
    }
  }

  /** A packet left. */
  left(nowMs: Ms, levelDbov: number): void {
    if (levelDbov < AUDIBLE_DBOV || this.#isEcho) return;
    // The first packet after an abort ends the sound without a click.
    if (nowMs > this.#quietSinceMs + FRAME_MS) this.soundsAfterAbort += 1;
  }

  get queuedSamples(): number {
    let sum = 0;
    for (const { given, played } of this.#left.values()) sum += given - played;
    return sum;
  }
}

const AUDIBLE_DBOV = -50;
const FRAME_MS = 20;
