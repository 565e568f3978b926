import type { FirstSoundFigures, NetworkFigures } from './figures.ts';
import type { LevelSample } from './level-track.ts';
import type { ServerMessage } from './messages.ts';

/** What the page downloads as JSON: everything that it was told and measured, so that a call can be looked at elsewhere. */
export interface CallDocument {
  readonly format: 'parley-call';
  readonly version: 1;
  readonly callId: string | undefined;
  readonly persona: string;
  readonly transport: string;
  /** ISO 8601, the browser's clock. */
  readonly startedAt: string;
  readonly endReason: string | undefined;
  readonly firstSound: FirstSoundFigures;
  readonly messages: readonly ServerMessage[];
  /** Partial texts that were left out because there were too many. */
  readonly droppedMessages: number;
  readonly levels: {
    readonly stepMs: number;
    readonly atMs: readonly number[];
    readonly callerDbov: readonly number[];
    readonly botDbov: readonly number[];
  };
  /** What the browser saw of the network; what the server saw is among the messages. */
  readonly network: readonly ({ readonly atMs: number } & NetworkFigures)[];
}

/** Keeps a call's messages: at most `capacity`, of which partial texts go first. */
export class MessageLog {
  #messages: ServerMessage[] = [];
  #dropped = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get messages(): readonly ServerMessage[] {
    return this.#messages;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(message: ServerMessage): void {
    this.#messages.push(message);
    if (this.#messages.length <= this.#capacity) return;
    const kept = this.#messages.filter((one) => one.kind !== 'caller-partial');
    this.#dropped += this.#messages.length - Math.min(kept.length, this.#capacity);
    this.#messages = kept.slice(-this.#capacity);
  }
}

export function levelColumns(samples: readonly LevelSample[], stepMs: number): CallDocument['levels'] {
  return {
    stepMs,
    atMs: samples.map(({ atMs }) => Math.round(atMs)),
    callerDbov: samples.map(({ callerDbov }) => tenth(callerDbov)),
    botDbov: samples.map(({ botDbov }) => tenth(botDbov)),
  };
}

/** `parley-20261122-143005.svg`, from the browser's own clock. */
export function fileName(startedAt: Date, ending: string): string {
  const stamp = startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `parley-${stamp}.${ending}`;
}

/** JSON knows no infinity: digital silence is -127, as RFC 6465 has it. */
function tenth(dbov: number): number {
  return Number.isFinite(dbov) ? Math.round(Math.max(dbov, SILENCE_DBOV) * 10) / 10 : SILENCE_DBOV;
}

const SILENCE_DBOV = -127;
