import type { BotState } from '../signalling.ts';
import { CallError } from './call-error.ts';

/** The bot greets at once; so long without any sound from it is no pause. */
const FIRST_SOUND_PATIENCE_MS = 6_000;
/** Of the bot's speech that does not arrive. */
const SPEECH_PATIENCE_MS = 5_000;
const CALLER_PATIENCE_MS = 12_000;
/** A live microphone hears its own noise. Only at the start is less a sign: noise suppression may give pure silence in a pause. */
const DEAD_DBOV = -100;

export interface SoundSample {
  /** Packets or frames of the bot's sound so far. */
  readonly received: number;
  readonly state: BotState | 'idle';
  /** Undefined where nothing can be measured. */
  readonly callerDbov: number | undefined;
  readonly isMuted: boolean;
}

/** Notices calls in which one side's sound is missing. Times in ms on any monotonic clock; tells each trouble once until it is over. */
export class SoundWatch {
  #receivedBefore = 0;
  #lastArrivalMs: number;
  readonly #connectedAtMs: number;
  #hasToldBot = false;
  #isCallerDone = false;

  constructor(connectedAtMs: number) {
    this.#lastArrivalMs = connectedAtMs;
    this.#connectedAtMs = connectedAtMs;
  }

  look(nowMs: number, sample: SoundSample): readonly CallError[] {
    return [...this.#bot(nowMs, sample), ...this.#caller(nowMs, sample)];
  }

  #bot(nowMs: number, { received, state }: SoundSample): readonly CallError[] {
    const isFirst = this.#receivedBefore === 0;
    if (received > this.#receivedBefore || (!isFirst && state !== 'speaking')) {
      this.#receivedBefore = Math.max(received, this.#receivedBefore);
      this.#lastArrivalMs = nowMs;
      this.#hasToldBot = false;
      return [];
    }
    if (this.#hasToldBot || nowMs - this.#lastArrivalMs < (isFirst ? FIRST_SOUND_PATIENCE_MS : SPEECH_PATIENCE_MS)) return [];
    this.#hasToldBot = true;
    return [
      new CallError(
        'NO_AUDIO',
        'The call is up, but no sound arrives from the bot.',
        'A firewall or a VPN may hold it back: try another network, or call over the WebSocket transport.',
      ),
    ];
  }

  #caller(nowMs: number, { callerDbov, isMuted }: SoundSample): readonly CallError[] {
    if (this.#isCallerDone) return [];
    if (isMuted || (callerDbov !== undefined && callerDbov > DEAD_DBOV)) this.#isCallerDone = true;
    if (this.#isCallerDone || callerDbov === undefined || nowMs - this.#connectedAtMs < CALLER_PATIENCE_MS) return [];
    this.#isCallerDone = true;
    return [
      new CallError(
        'MICROPHONE_SILENT',
        'The microphone gives nothing but silence.',
        'Look whether it is switched on, or choose another one.',
      ),
    ];
  }
}
