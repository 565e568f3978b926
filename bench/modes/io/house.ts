import type { TurnTimes } from '../results.ts';

/** One mode, running: what its users talk to. */
export interface House {
  /** Of the processes that it is made of; their children count too. */
  readonly pids: readonly number[];
  /** One user. */
  enter(user: number): Promise<Visitor>;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface Visitor {
  /** Speaks (16 kHz), in real time, and waits for the whole reply. Rejects when there is none by `timeoutMs` after the last sound. */
  turn(pcm: Int16Array, timeoutMs: number): Promise<TurnTimes>;
  leave(): Promise<void>;
}

export interface HouseParts {
  readonly rootDir: string;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
  readonly engine: 'auto' | 'kokoro';
  /** Users that there will be at most. */
  readonly users: number;
  /** What the language model is told, and how long it may answer: the same in all modes. */
  readonly prompt: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly note: (text: string) => void;
}

/** The first two generations' voice detector waited so long for more. */
export const HANGOVER_MS = 800;
