import type { CallClient, CallFailure } from '../call-client.ts';
import { scriptLevels, scriptSteps, type ScriptStep } from './script.ts';

/** A call client without a server: says what the script says when `advanceTo` passes it. */
export class ScriptedClient extends EventTarget implements CallClient {
  readonly #failure: CallFailure | undefined;
  readonly #answers: boolean;
  #left: readonly ScriptStep[] = scriptSteps();
  #atMs = 0;

  constructor(behaviour: { readonly failure?: CallFailure | undefined; readonly answers?: boolean | undefined }) {
    super();
    this.#failure = behaviour.failure;
    this.#answers = behaviour.answers ?? true;
  }

  call(): Promise<void> {
    this.#tell('state', { state: 'connecting' });
    if (this.#failure !== undefined) return Promise.reject(Object.assign(new Error(this.#failure.text), this.#failure));
    return this.#answers ? Promise.resolve() : new Promise(() => {});
  }

  hangUp(): Promise<void> {
    this.#tell('ended', { reason: 'caller/hangup' });
    return Promise.resolve();
  }

  mute(): void {}
  sendDigit(digit: string): void {
    this.#tell('message', { kind: 'dtmf', atMs: this.#atMs, digit });
  }
  sendText(): void {}
  async setMicrophone(): Promise<void> {}
  async setSpeaker(): Promise<void> {}

  levels(): { readonly callerDbov: number; readonly botDbov: number } {
    return scriptLevels(this.#atMs);
  }

  /** Everything up to `atMs` has happened. */
  advanceTo(atMs: number): void {
    this.#atMs = atMs;
    if (!this.#answers || this.#failure !== undefined) return;
    while (this.#left[0] !== undefined && this.#left[0].atMs <= atMs) {
      const [{ message, network }, ...rest] = this.#left as [ScriptStep, ...ScriptStep[]];
      this.#left = rest;
      if (network !== undefined) this.#tell('network', network);
      if (message === undefined) continue;
      if (message.kind === 'state') this.#tell('state', { state: message.state });
      this.#tell('message', message);
      if (message.kind === 'ended') this.#tell('ended', { reason: message.reason });
    }
  }

  trouble(failure: CallFailure): void {
    this.#tell('failure', failure);
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
