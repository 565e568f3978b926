import type { CallFailure } from '../call-client.ts';
import type { HealthAnswer } from '../readiness.ts';
import { END_MS } from './script.ts';

/** A state of the page worth looking at: how to get there with the scripted client. */
export interface PageState {
  readonly health?: HealthAnswer;
  readonly isSecureContext?: boolean;
  readonly tokenRequired?: boolean;
  /** Undefined: nobody has pressed Call. */
  readonly callUntilMs?: number;
  readonly answers?: boolean;
  readonly failure?: CallFailure;
  /** Trouble that the call survives. */
  readonly trouble?: CallFailure;
  /** What is pressed once there, by selector. */
  readonly press?: readonly string[];
}

export const PAGE_STATES = {
  idle: {},
  connecting: { callUntilMs: 0, answers: false },
  greeting: { callUntilMs: 2_000 },
  partial: { callUntilMs: 12_700 },
  thinking: { callUntilMs: 13_600 },
  speaking: { callUntilMs: 16_500 },
  interrupted: { callUntilMs: 19_600 },
  long: { callUntilMs: 36_500 },
  keypad: { callUntilMs: 25_500, press: ['#keypad-toggle', '.key[data-digit="1"]', '.key[data-digit="2"]'] },
  muted: { callUntilMs: 10_700, press: ['#mute'] },
  'no-sound': {
    callUntilMs: 10_700,
    trouble: {
      code: 'NO_AUDIO',
      text: 'No sound is arriving from the bot.',
      advice: 'A firewall may be blocking it. Hang up and choose the WebSocket transport.',
    },
  },
  ended: { callUntilMs: END_MS },
  'hung-up': { callUntilMs: 16_500, press: ['#call'] },
  'token-required': { tokenRequired: true },
  refused: {
    callUntilMs: 0,
    failure: {
      code: 'MICROPHONE_REFUSED',
      text: 'The browser was not allowed to use the microphone.',
      advice: 'Allow it with the symbol beside the address, then call again.',
    },
  },
  'no-microphone': {
    callUntilMs: 0,
    failure: { code: 'MICROPHONE_MISSING', text: 'No microphone was found.', advice: 'Plug one in or switch it on, then call again.' },
  },
  full: {
    callUntilMs: 0,
    failure: { code: 'TOO_MANY_CALLS', text: 'All lines are busy.', advice: 'Wait a moment, then call again.', retryAfterMs: 30_000 },
  },
  insecure: { isSecureContext: false },
  starting: {
    health: {
      kind: 'report',
      health: {
        status: 'starting',
        services: [
          { name: 'stt', state: 'ready' },
          { name: 'tts', state: 'starting' },
        ],
      },
    },
  },
  degraded: {
    health: {
      kind: 'report',
      health: {
        status: 'degraded',
        services: [
          { name: 'stt', state: 'ready' },
          { name: 'llm', state: 'restarting', reason: 'signal SIGKILL' },
        ],
      },
    },
  },
  unreachable: { health: { kind: 'unreachable' } },
} as const satisfies Readonly<Record<string, PageState>>;

export type PageStateName = keyof typeof PAGE_STATES;
