import type { TransportChoice } from './call-client.ts';
import type { Devices } from './devices.ts';
import type { ClientConfig } from './messages.ts';
import type { PageCall } from './page-call.ts';
import type { Readiness } from './readiness.ts';
import type { Remembered, Theme } from './settings.ts';
import type { FailureNotice } from './notices.ts';

/** Everything that the views draw. */
export interface Model {
  readonly nowMs: number;
  readonly config: ClientConfig | undefined;
  readonly readiness: Readiness;
  readonly remembered: Remembered;
  readonly token: string;
  readonly devices: Devices;
  /** The present call, or the last one. */
  readonly call: PageCall | undefined;
  readonly failure: FailureNotice | undefined;
  /** Until then the server asked not to be called again. */
  readonly retryAtMs: number | undefined;
  readonly isKeypadOpen: boolean;
  /** Digits pressed since the keypad was opened. */
  readonly pressed: string;
  readonly draft: string;
}

/** What the caller can do; the views only call these. */
export interface Actions {
  callOrHangUp(): void;
  toggleMute(): void;
  toggleKeypad(): void;
  press(digit: string): void;
  draft(text: string): void;
  send(): void;
  choosePersona(name: string): void;
  chooseTransport(transport: TransportChoice): void;
  chooseMicrophone(id: string): void;
  chooseSpeaker(id: string): void;
  chooseTheme(theme: Theme): void;
  setToken(token: string): void;
  dismissFailure(): void;
  downloadSvg(): void;
  downloadJson(): void;
}

export function isCalling(model: Model): boolean {
  return model.call !== undefined && !model.call.isOver;
}

/** Answered, and not over. */
export function isTalking(model: Model): boolean {
  return model.call !== undefined && !model.call.isOver && model.call.state !== 'connecting';
}

/** Whole seconds until the server wants to be called again; 0 when it may be. */
export function secondsToWait(model: Model): number {
  return model.retryAtMs === undefined ? 0 : Math.max(0, Math.ceil((model.retryAtMs - model.nowMs) / 1000));
}

/** The persona that a call would reach. */
export function chosenPersona(model: Model): string | undefined {
  const names = model.config?.personas.map(({ name }) => name) ?? [];
  return names.includes(model.remembered.persona) ? model.remembered.persona : names[0];
}
