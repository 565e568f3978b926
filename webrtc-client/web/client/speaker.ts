import { CallError } from './call-error.ts';
import { onNextGesture } from './on-gesture.ts';

/** Plays the bot. An audio element rather than an AudioContext: it follows the chosen speaker in every browser, and echo cancellation knows its sound. */
export class Speaker {
  readonly #element = new Audio();
  readonly #onTrouble: (error: CallError) => void;
  readonly #stop = new AbortController();

  constructor(onTrouble: (error: CallError) => void) {
    this.#element.autoplay = true;
    this.#onTrouble = onTrouble;
  }

  /** Rejects with a `CallError`; the speaker before stays in use then. */
  async use(id: string): Promise<void> {
    const element = this.#element as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
    if (element.setSinkId === undefined) {
      if (id === '') return;
      throw new CallError(
        'SPEAKER_FAILED',
        'This browser plays on the usual speaker only.',
        'Choose the speaker in the settings of the device.',
      );
    }
    try {
      await element.setSinkId(id);
    } catch (cause) {
      throw new CallError('SPEAKER_FAILED', 'This speaker cannot be used.', 'Choose another one, or the usual one.', { cause });
    }
  }

  play(stream: MediaStream): void {
    this.#element.srcObject = stream;
    this.#element.play().catch((cause: unknown) => {
      if (this.#element.srcObject !== stream || !(cause instanceof Error) || cause.name !== 'NotAllowedError') return;
      this.#onTrouble(
        new CallError('AUTOPLAY_BLOCKED', 'The browser plays no sound before you touch the page.', 'Click or tap anywhere on the page.', {
          cause,
        }),
      );
      onNextGesture(() => void this.#element.play().catch(() => undefined), this.#stop.signal);
    });
  }

  silence(): void {
    this.#element.muted = true;
  }

  close(): void {
    this.#stop.abort();
    this.#element.pause();
    this.#element.srcObject = null;
  }
}
