import { firstSpeechAfter, lastSpeechBefore, receivedSound, sentSound, type ReceivedPacket, type SentPacket } from './packet-log.ts';
import type { PlayedSound } from './speech-queue.ts';
import { formatWav } from './wav.ts';

export interface CallEnd {
  readonly by: 'caller' | 'bot';
  readonly atMs: number;
}

/** A call to the bot by a caller without a person, by whatever network: speaks sounds in real time, keeps every packet, knows when the bot speaks. */
export interface Talker {
  /** What the app's record of the call has as `signallingId`. */
  readonly signallingId: string;
  /** The app's own id of the call, where it tells. */
  readonly callId: string | undefined;
  readonly answeredAtMs: number;
  /** INVITE to 200, or offer to answer. */
  readonly setupMs: number;
  readonly received: readonly ReceivedPacket[];
  readonly hasEnded: CallEnd | undefined;
  readonly ended: Promise<CallEnd>;
  /** Speaks; resolves when the last packet has left. `pcm16k` is the same sound for a line that carries more than a telephone's band. */
  play(pcm8k: Int16Array, pcm16k?: Int16Array): Promise<PlayedSound>;
  /** Presses keys, one after the other; resolves when the last one is up. */
  sendDigits(digits: string): Promise<void>;
  /** First bot packet with speech at or after `fromMs`; undefined if none came by `untilMs` or before the call ended. */
  botSpeaks(fromMs: number, untilMs: number): Promise<number | undefined>;
  /** Waits until the bot has been quiet for `quietMs` (false: it was not by `untilMs`). */
  botQuiet(quietMs: number, untilMs: number): Promise<boolean>;
  /** Waits for the bot to begin, and then to have been quiet for `quietMs`. */
  hearBot(quietMs?: number, beginWithinMs?: number, endWithinMs?: number): Promise<boolean>;
  /** Ends the call if it still runs. Idempotent. */
  hangUp(): Promise<unknown>;
  /** What the bot said, 8 kHz. */
  heard(fromMs?: number, untilMs?: number): Int16Array;
  /** The whole call as a WAV: the caller left, the bot right. */
  recording(): Uint8Array;
}

/** The far side refused the call: a SIP status, or that of the answer to an offer. */
export class CallRefused extends Error {
  readonly status: number;
  constructor(status: number, uri: string, startLine: string) {
    super(`${uri} refused the call: ${startLine}`);
    this.status = status;
  }
}

/** What a caller does with what it hears and keeps, whatever carries the call; and its end, which comes once. */
export abstract class KeptCall implements Pick<Talker, 'botSpeaks' | 'botQuiet' | 'hearBot' | 'hangUp' | 'heard' | 'recording'> {
  abstract readonly received: readonly ReceivedPacket[];
  abstract readonly sent: readonly SentPacket[];
  abstract readonly answeredAtMs: number;
  abstract readonly hasEnded: CallEnd | undefined;
  #hungUp: Promise<number> | undefined;

  async botSpeaks(fromMs: number, untilMs: number): Promise<number | undefined> {
    for (;;) {
      const at = firstSpeechAfter(this.received, fromMs);
      if (at !== undefined) return at <= untilMs ? at : undefined;
      if (performance.now() > untilMs || this.hasEnded) return undefined;
      await pause(POLL_MS);
    }
  }

  async botQuiet(quietMs: number, untilMs: number): Promise<boolean> {
    for (;;) {
      const now = performance.now();
      const last = lastSpeechBefore(this.received, now + 1) ?? this.answeredAtMs;
      if (now - last >= quietMs || this.hasEnded) return true;
      if (now > untilMs) return false;
      await pause(POLL_MS);
    }
  }

  async hearBot(quietMs = 1000, beginWithinMs = 10_000, endWithinMs = 40_000): Promise<boolean> {
    const now = performance.now();
    if ((await this.botSpeaks(now, now + beginWithinMs)) === undefined) return false;
    return this.botQuiet(quietMs, performance.now() + endWithinMs);
  }

  /** Ends the call if it still runs, and closes its line. Resolves with the status of BYE or DELETE (0: the bot had ended it). Idempotent. */
  hangUp(): Promise<number> {
    return (this.#hungUp ??= this.end());
  }

  /** Called once. */
  protected abstract end(): Promise<number>;

  heard(fromMs = this.answeredAtMs, untilMs = performance.now()): Int16Array {
    return receivedSound(this.received, fromMs, untilMs);
  }

  recording(): Uint8Array {
    const untilMs = this.hasEnded?.atMs ?? performance.now();
    return formatWav(8000, sentSound(this.sent, this.answeredAtMs, untilMs), this.heard(this.answeredAtMs, untilMs));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const POLL_MS = 10;
