import type { PlaybackCommand } from './worklet/messages.ts';

/** Until the AudioWorklet is loaded; half a minute at 24 kHz. */
const MAX_WAITING_SAMPLES = 720_000;

/** Hands playback commands on, and keeps them in order while nobody is there yet to take them: an `end` that comes early still ends. */
export class PlaybackQueue {
  #post: ((command: PlaybackCommand) => void) | undefined;
  #waiting: PlaybackCommand[] = [];
  #waitingSamples = 0;

  push(command: PlaybackCommand): void {
    if (this.#post !== undefined) {
      this.#post(command);
      return;
    }
    if (command.kind === 'cancel') this.#forget();
    if (command.kind === 'audio') {
      if (this.#waitingSamples + command.pcm.length > MAX_WAITING_SAMPLES) return;
      this.#waitingSamples += command.pcm.length;
    }
    // Marks without sound between them say nothing twice.
    else if (this.#waiting.at(-1)?.kind === command.kind) return;
    this.#waiting.push(command);
  }

  attach(post: (command: PlaybackCommand) => void): void {
    this.#post = post;
    for (const command of this.#waiting) post(command);
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingSamples = 0;
  }
}
