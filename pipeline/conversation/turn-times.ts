import type { TurnStages } from '#domain/turn';
import { ms, type Ms } from '#domain/units';

/** When what happened in one turn of the bot; stages count from the caller's last sound. */
export class TurnTimes {
  #anchorMs: Ms | undefined;
  #ofCaller: TurnStages = {};
  #openedAtMs: Ms | undefined;
  #answerAtMs: Ms | undefined;
  #firstPcmAtMs: Ms | undefined;
  #firstPacketAtMs: Ms | undefined;

  /** `anchorMs`: the caller's last sound; absent where the bot speaks of its own accord. `stages`: of the caller's turn. */
  answers(anchorMs: Ms | undefined, stages: TurnStages): void {
    this.#anchorMs = anchorMs;
    this.#ofCaller = stages;
  }

  opened(atMs: Ms): void {
    this.#openedAtMs = atMs;
  }

  /** The whole answer is known. */
  answered(atMs: Ms): void {
    this.#answerAtMs = atMs;
  }

  /** A part of the answer is known. */
  answerCame(atMs: Ms): void {
    this.#answerAtMs ??= atMs;
  }

  pcmCame(atMs: Ms): void {
    this.#firstPcmAtMs ??= atMs;
  }

  packetLeft(atMs: Ms): void {
    this.#firstPacketAtMs ??= atMs;
  }

  get anchorMs(): Ms | undefined {
    return this.#anchorMs;
  }

  /** When it was decided that it is said. */
  get openedAtMs(): Ms | undefined {
    return this.#openedAtMs;
  }

  get firstPacketAtMs(): Ms | undefined {
    return this.#firstPacketAtMs;
  }

  /** The stages of the whole turn, so far as they happened. */
  get stages(): TurnStages {
    const anchorMs = this.#anchorMs;
    if (anchorMs === undefined) return {};
    return {
      ...this.#ofCaller,
      ...(this.#answerAtMs !== undefined && { answerMs: ms(this.#answerAtMs - anchorMs) }),
      ...(this.#firstPcmAtMs !== undefined && { firstPcmMs: ms(this.#firstPcmAtMs - anchorMs) }),
      ...(this.#firstPacketAtMs !== undefined && { firstPacketMs: ms(this.#firstPacketAtMs - anchorMs) }),
    };
  }
}
